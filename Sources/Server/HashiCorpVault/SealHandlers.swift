internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Secrets
internal import Vaulting

/// What is told of the seal.
struct SealStatus: Sendable {
    /// `shamir` where shares open the store.
    var type = "keyfolio"
    var isInitialized = true
    var isSealed = true
    var shares = 1
    var threshold = 1
    /// How many shares were given.
    var progress = 0
    /// A name of the set of shares that is being given; empty before the first.
    var nonce = ""

    /// `sys/seal-status`.
    func response(_ state: HashiCorpVaultState) -> LogicalResponse {
        var body = JSONObject(members: [
            "type": .string(type), "initialized": .bool(isInitialized), "sealed": .bool(isSealed),
            "t": .integer(isInitialized ? threshold : 0), "n": .integer(isInitialized ? shares : 0),
            "progress": .integer(progress), "nonce": .string(nonce), "version": .string(state.version),
            "build_date": "", "migration": false,
        ])
        if !isSealed {
            body["cluster_name"] = .string(state.clusterName)
            body["cluster_id"] = .string(state.clusterID)
        }
        body["recovery_seal"] = false
        body["storage_type"] = "keyfolio"
        return .bare(body)
    }
}

/// What the adapter of an open store asks of what holds it.
protocol SealControl: AnyObject, Sendable {
    var status: SealStatus { get }
    /// Seals the store once this request is answered.
    func seal() throws(LogicalFault)
    /// Looks at the slots anew.
    func slotsChanged()
}

extension LogicalContext {
    /// `sys/seal`: for whoever has the right `sudo` there.
    ///
    /// Should the record of it not reach the disk, the answer is an error, and the store is sealed all the same: that is
    /// the safe side.
    func sealStore() throws -> LogicalResponse {
        guard let seal = adapter.seal else { throw LogicalFault.invalid("this server cannot be sealed") }
        try require()
        try seal.seal()
        return .empty
    }
}

extension HashiCorpVaultAdapter {
    /// `sys/seal-status` of an open store.
    func sealStatus() -> LogicalResponse {
        var status = seal?.status ?? SealStatus()
        status.isSealed = false
        return status.response(state)
    }

    /// `sys/unseal` of an open store: there is nothing to do, and a share that is given is not kept.
    func unsealOpen(_ request: LogicalRequest) throws(LogicalFault) -> LogicalResponse {
        guard case .share(let text) = try UnsealRequest(request.parameters) else { throw .invalid("vault is unsealed") }
        _ = try UnsealRequest.decode(text)
        return sealStatus()
    }
}

/// The body of `sys/unseal`.
enum UnsealRequest: Sendable {
    case reset
    case share(Secret<String>)

    init(_ parameters: LogicalParameters) throws(LogicalFault) {
        if try parameters.flag("reset") == true {
            self = .reset
            return
        }
        guard let text = try parameters.secret("key"), !text.isEmpty else {
            throw .invalid("'key' must be specified in request body as JSON, or 'reset' set to true")
        }
        guard try parameters.flag("migrate") != true else {
            throw .invalid("there is no other seal to migrate from; keyfolio seal adds and removes keys")
        }
        self = .share(text)
    }

    /// The share of a text in hexadecimal or base64. A text that is neither says so, and no text says what was sent.
    static func decode(_ text: Secret<String>) throws(LogicalFault) -> Secret<[UInt8]> {
        guard text.byteCount <= mostBytes else { throw .invalid("'key' must be a valid hex or base64 string") }
        guard let share = SharedKey.share(text) else {
            let isText = Base64.decode(text.reveal()) != nil || Hex.decode(text.reveal().lowercased()) != nil
            throw .invalid(
                isText
                    ? "invalid key: a share has 32 or 33 bytes" : "'key' must be a valid hex or base64 string"
            )
        }
        return share
    }

    private static let mostBytes = 256
}

/// The shares that were given so far. Bounded: of the same share one is kept, and as many as the largest set needs are tried
/// and forgotten, also when the sets have become smaller meanwhile.
struct UnsealProgress: Sendable {
    private(set) var shares: [Secret<[UInt8]>] = []
    private(set) var nonce = ""

    /// Takes a share.
    ///
    /// - Parameter thresholds: How many shares open the slots that there are; not empty.
    /// - Returns: All shares, whether they may open a slot now, and whether more of them could open another.
    mutating func add(
        _ share: Secret<[UInt8]>,
        thresholds: [Int]
    ) -> (shares: [Secret<[UInt8]>], isEnough: Bool, isLast: Bool) {
        if nonce.isEmpty { nonce = VersionID().uuid }
        // In the same time whichever it is.
        let isNew = !shares.reduce(false) { ($1 == share) || $0 }
        if isNew { shares.append(share) }
        let isLast = shares.count >= thresholds.max() ?? 0
        return (shares, isLast || (isNew && shares.count >= thresholds.min() ?? 0), isLast)
    }
}

/// The body of `sys/init`.
struct InitRequest: Sendable {
    let shares: Int
    let threshold: Int

    init(_ parameters: LogicalParameters) throws(LogicalFault) {
        for name in ["pgp_keys", "root_token_pgp_key"] {
            if let value = parameters[name], value != .array([]), value != .string("") {
                throw .invalid("\(name) is not supported: the shares are given to whoever makes the store")
            }
        }
        for name in ["recovery_shares", "recovery_threshold"] {
            guard try parameters.integer(name) ?? 0 == 0 else {
                throw .invalid("parameters specific to auto unseal seals present")
            }
        }
        guard try parameters.integer("stored_shares") ?? 0 == 0 else {
            throw .invalid("stored_shares is not supported: no share is kept")
        }
        shares = try parameters.integer("secret_shares") ?? 0
        threshold = try parameters.integer("secret_threshold") ?? 0
        func refuse(_ why: String) -> LogicalFault { .invalid("invalid seal configuration: \(why)") }
        guard shares >= 1 else { throw refuse("shares must be at least one") }
        guard threshold >= 1 else { throw refuse("threshold must be at least one") }
        guard shares == 1 || threshold != 1 else {
            throw refuse("threshold must be greater than one for multiple shares")
        }
        guard shares <= SharedKey.mostShares else { throw refuse("shares must be less than 256") }
        guard threshold <= shares else { throw refuse("threshold cannot be larger than shares") }
    }

    /// The one answer that has the shares and the token.
    func response(_ key: SharedKey, _ token: Secret<String>) -> HTTPResponse {
        let shares = key.shares.map { $0.reveal() }
        return .json(
            200,
            [
                "keys": .array(shares.map { .string(Hex.encode($0)) }),
                "keys_base64": .array(shares.map { .string(Base64.encode($0)) }),
                "root_token": .string(token.reveal()),
            ]
        )
    }
}

extension LogicalFault {
    /// There is a store.
    static let alreadyInitialized = LogicalFault.invalid("Vault is already initialized")
    /// There is none.
    static let notInitialized = LogicalFault.invalid("Vault is not initialized")
}
