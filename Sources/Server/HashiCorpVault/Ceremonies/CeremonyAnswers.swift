internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

/// The body of `sys/rekey/init`.
struct RekeyRequest: Sendable {
    let shares: Int
    let threshold: Int
    let isVerified: Bool

    init(_ parameters: LogicalParameters) throws(LogicalFault) {
        if let keys = parameters["pgp_keys"], keys != .array([]), keys != .string("") {
            throw .invalid("pgp_keys is not supported: the shares are given to whoever gives the last of the old ones")
        }
        guard try parameters.flag("backup") != true else {
            throw .invalid("cannot request a backup of the new keys without providing PGP keys for encryption")
        }
        guard try parameters.integer("stored_shares") ?? 0 == 0 else {
            throw .invalid("stored_shares is not supported: no share is kept")
        }
        isVerified = try parameters.flag("require_verification") ?? false
        shares = try parameters.integer("secret_shares") ?? 0
        threshold = try parameters.integer("secret_threshold") ?? 0
        guard threshold <= shares else { throw .invalid("provided threshold greater than the total shares") }
        func refuse(_ why: String) -> LogicalFault { .invalid("invalid rekey seal configuration: \(why)") }
        guard shares >= 1 else { throw refuse("shares must be at least one") }
        guard threshold >= 1 else { throw refuse("threshold must be at least one") }
        guard shares == 1 || threshold != 1 else {
            throw refuse("threshold must be greater than one for multiple shares")
        }
        guard shares <= SharedKey.mostShares else { throw refuse("shares must be less than 256") }
    }
}

/// The answers of `sys/rekey` and `sys/generate-root`, which have no envelope.
extension HashiCorpVaultAdapter {
    func rekeyStatus(_ state: KeyCeremonies.State, showsNonce: Bool) -> JSONObject {
        let rekey = state.rekey
        var body = JSONObject(members: [
            "nonce": .string(showsNonce ? rekey?.given.nonce ?? "" : ""), "started": .bool(rekey != nil),
            "t": .integer(rekey?.threshold ?? 0), "n": .integer(rekey?.shares ?? 0),
            "progress": .integer(rekey?.given.shares.count ?? 0),
            "required": .integer(rekey?.given.required ?? seal?.status.threshold ?? 1), "pgp_fingerprints": .null,
            "backup": false, "verification_required": .bool(rekey?.isVerified ?? false),
        ])
        if showsNonce, let verifying = rekey?.verifying { body["verification_nonce"] = .string(verifying.nonce) }
        return body
    }

    /// The one answer that has the new shares.
    ///
    /// - Parameter verification: The nonce for giving them back; nil when that is not asked.
    static func finished(_ key: SharedKey, _ nonce: Secret<String>?, _ verification: String?) -> JSONObject {
        let shares = key.shares.map { $0.reveal() }
        var body = JSONObject(members: [
            "nonce": .string(nonce?.reveal() ?? ""), "complete": true,
            "keys": .array(shares.map { .string(Hex.encode($0)) }),
            "keys_base64": .array(shares.map { .string(Base64.encode($0)) }), "pgp_fingerprints": .null,
            "backup": false, "verification_required": .bool(verification != nil),
        ])
        if let verification { body["verification_nonce"] = .string(verification) }
        return body
    }

    static func verification(
        _ state: KeyCeremonies.State,
        showsNonce: Bool
    ) throws(LogicalFault) -> JSONObject {
        guard let rekey = state.rekey else { throw .invalid("no rekey configuration found") }
        return JSONObject(members: [
            "nonce": .string(showsNonce ? rekey.verifying?.nonce ?? "" : ""), "started": .bool(rekey.verifying != nil),
            "t": .integer(rekey.threshold), "n": .integer(rekey.shares),
            "progress": .integer(rekey.verifying?.shares.count ?? 0),
        ])
    }

    func rootStatus(
        _ state: KeyCeremonies.State,
        showsNonce: Bool,
        password: Secret<String>? = nil
    ) -> JSONObject {
        let root = state.root
        return JSONObject(members: [
            "nonce": .string(showsNonce ? root?.given.nonce ?? "" : ""), "started": .bool(root != nil),
            "progress": .integer(root?.given.shares.count ?? 0),
            "required": .integer(root?.given.required ?? seal?.status.threshold ?? 1), "complete": false,
            "encoded_token": "", "encoded_root_token": "", "pgp_fingerprint": "",
            "otp": .string(password?.reveal() ?? ""), "otp_length": .integer(RootToken.length),
        ])
    }

    /// The one answer that has the token.
    func finished(_ token: String, _ nonce: Secret<String>?, _ required: Int) -> JSONObject {
        JSONObject(members: [
            "nonce": .string(nonce?.reveal() ?? ""), "started": true, "progress": .integer(required),
            "required": .integer(required), "complete": true, "encoded_token": .string(token),
            "encoded_root_token": .string(token), "pgp_fingerprint": "", "otp": "", "otp_length": 0,
        ])
    }
}

extension LogicalContext {
    /// `sys/rekey/backup`: nothing is kept, since that takes PGP keys.
    func readRekeyBackup() throws -> LogicalResponse {
        try require()
        throw LogicalFault.invalid("no backed-up keys found")
    }

    func deleteRekeyBackup() throws -> LogicalResponse {
        try require()
        return .empty
    }

    /// `sys/rekey-recovery-key`: a store has slots, and no keys of another kind.
    func rekeyRecoveryKey() throws -> LogicalResponse {
        try require()
        throw LogicalFault.invalid("recovery rekeying not supported")
    }
}
