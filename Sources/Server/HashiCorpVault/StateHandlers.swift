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

/// Answers that need neither a token nor the store, in bodies of their own.
extension HashiCorpVaultState {
    /// `sys/health`.
    ///
    /// - Parameters:
    ///   - parameters: `activecode` and `sealedcode` change the statuses.
    ///   - isSealed: Whether the store's keys are missing.
    func health(_ parameters: LogicalParameters, isSealed: Bool, now: Timestamp) throws(LogicalFault) -> LogicalResponse
    {
        let active = try Self.status("activecode", parameters) ?? 200
        let sealed = try Self.status("sealedcode", parameters) ?? 503
        let body = JSONObject(members: [
            "initialized": true, "sealed": .bool(isSealed), "standby": false, "performance_standby": false,
            "replication_performance_mode": "disabled", "replication_dr_mode": "disabled",
            "server_time_utc": .integer(Int(now.seconds)), "version": .string(version), "enterprise": false,
            "cluster_name": .string(clusterName), "cluster_id": .string(clusterID),
        ])
        return .bare(body, status: isSealed ? sealed : active)
    }

    /// `sys/seal-status`. The seal is none of Vault's: its key lies in a slot, so there are no shares to give.
    func sealStatus(isSealed: Bool) -> LogicalResponse {
        .bare(
            JSONObject(members: [
                "type": "keyfolio", "initialized": true, "sealed": .bool(isSealed), "t": 1, "n": 1, "progress": 0,
                "nonce": "", "version": .string(version), "build_date": "", "migration": false,
                "cluster_name": .string(clusterName), "cluster_id": .string(clusterID), "recovery_seal": false,
                "storage_type": "keyfolio",
            ])
        )
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
