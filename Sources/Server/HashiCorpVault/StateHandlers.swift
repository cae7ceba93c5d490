internal import Findings
public import SecretStore

/// What the protocol tells about the server.
public struct HashiCorpVaultState: Sendable {
    /// The version of Vault whose behaviour is meant, with what it really is: `1.17.0+keyfolio`.
    public var version: String
    /// What the cluster is called.
    public var clusterName: String
    /// A UUID that is the store's.
    public var clusterID: String
    /// Where clients reach this server, such as `https://127.0.0.1:8200`.
    public var address: String
    /// When the server began, for `sys/leader`.
    public var started: Timestamp

    /// Puts the parts together.
    public init(version: String, clusterName: String, clusterID: String, address: String, started: Timestamp) {
        self.version = version
        self.clusterName = clusterName
        self.clusterID = clusterID
        self.address = address
        self.started = started
    }
}

extension HashiCorpVaultState {
    /// What is told of the server of a store.
    init(_ settings: ServiceSettings, clusterID: String) {
        self.init(
            version: "1.17.0+keyfolio",
            clusterName: "keyfolio",
            clusterID: clusterID,
            address: settings.address,
            started: .now
        )
    }
}

/// Answers that need neither a token nor the store, in bodies of their own.
extension HashiCorpVaultState {
    /// `sys/health`.
    ///
    /// - Parameters:
    ///   - parameters: `activecode` and `sealedcode` change the statuses.
    ///   - isSealed: Whether the store's keys are missing.
    ///   - isInitialized: Whether there is a store.
    func health(
        _ parameters: LogicalParameters,
        isSealed: Bool,
        isInitialized: Bool = true,
        now: Timestamp
    ) throws(LogicalFault) -> LogicalResponse {
        let absent = try Self.status("uninitcode", parameters) ?? 501
        let active = try Self.status("activecode", parameters) ?? 200
        let sealed = try Self.status("sealedcode", parameters) ?? 503
        let body = JSONObject(members: [
            "initialized": .bool(isInitialized), "sealed": .bool(isSealed), "standby": false,
            "performance_standby": false,
            "replication_performance_mode": "disabled", "replication_dr_mode": "disabled",
            "server_time_utc": .integer(Int(now.seconds)), "version": .string(version), "enterprise": false,
            "cluster_name": .string(clusterName), "cluster_id": .string(clusterID),
        ])
        return .bare(body, status: isInitialized ? (isSealed ? sealed : active) : absent)
    }

    /// `sys/leader`.
    func leader() -> LogicalResponse {
        .bare(
            JSONObject(members: [
                "ha_enabled": false, "is_self": true, "active_time": .string(VaultTime.text(started)),
                "leader_address": .string(address), "leader_cluster_address": "", "performance_standby": false,
                "performance_standby_last_remote_wal": 0,
            ])
        )
    }

    private static func status(_ name: String, _ parameters: LogicalParameters) throws(LogicalFault) -> Int? {
        guard let number = try parameters.integer(name) else { return nil }
        guard (200...599).contains(number) else { throw LogicalFault(400) }
        return number
    }
}
