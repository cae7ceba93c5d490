internal import AccessPolicy
internal import Findings
internal import SecretStore
internal import Secrets
internal import Synchronization
internal import Vaulting

/// What holders of shares do together while the store is open: they replace their shares, or have a root token made.
///
/// One of each at a time, in memory only: sealing forgets it. Each step is done on a thread of its own and outside of any
/// group of requests, while no other step is: so the lock here is always taken before the engine's.
final class KeyCeremonies: Sendable {
    /// New shares for old ones.
    struct Rekey: Sendable {
        /// The old shares.
        var given: ShareSet
        let shares: Int
        let threshold: Int
        /// Whether the new shares must be given back before they are the store's.
        let isVerified: Bool
        /// The number of the slot that is replaced.
        let slot: Int
        /// The slot as the old shares proved it.
        var proven: ProvenSlot?
        /// The new key, when the old shares were given and it is to be verified.
        var new: SharedKey?
        /// The new shares, as they are given back.
        var verifying: ShareSet?
    }

    /// A root token for whoever has enough shares.
    struct Root: Sendable {
        var given: ShareSet
        /// As long as a token; the token leaves combined with it, so that only whoever began can read it.
        let password: Secret<String>
    }

    /// The old shares' slot, until it is known whether the new shares have left.
    final class OldShares: Sendable {
        let slot: ProvenSlot
        private let left = Mutex<Bool?>(nil)

        init(_ slot: ProvenSlot) { self.slot = slot }

        /// Whether the new shares have left; nil while that is not known.
        var isSent: Bool? { left.withLock { $0 } }

        func note(isSent: Bool) { left.withLock { $0 = isSent } }
    }

    struct State {
        var rekey: Rekey?
        /// The slot that goes when the new shares have left.
        var finishing: OldShares?
        var root: Root?
        /// When something was last done, which an attempt that is refused is not; what lies still for a day is over.
        var last = Timestamp.earliest
    }

    private let state = Mutex(State())
    private let clock: @Sendable () -> Timestamp
    /// What strangers begin leaves records: so many and no more.
    private let strangers = Mutex(RefusalMeter())
    private static let idleSeconds = 24 * 3600

    init(clock: @escaping @Sendable () -> Timestamp) { self.clock = clock }

    /// Whether a stranger may begin something now: not when they could fill the log by it.
    func admits(strangerAt address: String) -> Bool {
        let now = clock()
        return strangers.withLock { $0.admit(address, at: now) } != nil
    }

    /// Does one step, while nobody else does one. One that fails keeps nothing alive: a stranger with a wrong nonce has it.
    ///
    /// - Parameter isAsking: Whether nothing is done in it: strangers who ask keep nothing alive, and nor does what throws.
    func step<Result>(
        isAsking: Bool = false,
        _ body: (inout State) throws(LogicalFault) -> Result
    ) throws(LogicalFault) -> Result {
        let now = clock()
        return try state.withLock { (state) throws(LogicalFault) in
            if state.last.adding(seconds: Self.idleSeconds) < now {
                // What is to be done with the old shares, once that is known, is done whenever it can be.
                state = State(finishing: state.finishing?.isSent == nil ? nil : state.finishing)
            }
            if state.rekey?.given.isOver == true || state.rekey?.verifying?.isOver == true { state.rekey = nil }
            if state.root?.given.isOver == true { state.root = nil }
            let result = try body(&state)
            if !isAsking { state.last = now }
            return result
        }
    }
}

extension KeyCeremonies.State {
    /// The one slot of shares.
    ///
    /// - Throws: 400 when there is none, and when a replacement of shares was begun elsewhere and not ended.
    private static func slot(_ vault: Vault) throws(LogicalFault) -> (number: Int, threshold: Int) {
        let slots: [SealSlot]
        do throws(StoreError) { slots = try vault.slots().filter { $0.kind == .shares } } catch {
            throw LogicalFault(error)
        }
        guard let slot = slots.first, let sharing = slot.shares else {
            throw .invalid("no shares open this store: keyfolio seal add --shares makes some")
        }
        guard slots.count == 1 else {
            let numbers = slots.map { String($0.number) }.joined(separator: " and ")
            throw .invalid(
                "two sets of shares open this store, slots \(numbers): the newer one if its shares have arrived, else the "
                    + "older one is to stay; keyfolio seal remove takes the other away"
            )
        }
        return (slot.number, sharing.threshold)
    }

    /// Begins to replace the shares.
    mutating func start(_ wanted: RekeyRequest, _ vault: Vault) throws(LogicalFault) {
        do throws(StoreError) { try finishRekey(vault) } catch { throw LogicalFault(error) }
        guard rekey == nil, finishing == nil else { throw .invalid("rekey already in progress") }
        let slot = try Self.slot(vault)
        rekey = KeyCeremonies.Rekey(
            given: ShareSet(required: slot.threshold, .rekey),
            shares: wanted.shares,
            threshold: wanted.threshold,
            isVerified: wanted.isVerified,
            slot: slot.number
        )
    }

    /// Takes one of the old shares.
    ///
    /// Without verification the new slot is there before anybody has its shares, and the old one until they have left:
    /// whenever the process ends, shares that somebody has open the store. With it nothing of the store changes here.
    ///
    /// - Returns: The new key with its shares, when the old ones were enough; nil when more are needed.
    mutating func addRekeyShare(
        _ share: Secret<[UInt8]>,
        _ nonce: Secret<String>?,
        _ vault: Vault
    ) throws(LogicalFault) -> SharedKey? {
        guard var rekey else { throw .invalid("no barrier rekey in progress") }
        guard rekey.new == nil else {
            throw .invalid("rekey operation already finished; verification must be performed")
        }
        defer { if self.rekey != nil { self.rekey = rekey } }
        guard let key = try Self.add(share, nonce, to: &rekey.given, for: "rekey", vault) else { return nil }
        do throws(StoreError) {
            let proven = try vault.proveShares(key, for: "rekey", in: rekey.slot)
            let new = try SharedKey(shares: rekey.shares, threshold: rekey.threshold)
            if rekey.isVerified {
                rekey.verifying = ShareSet(required: rekey.threshold, .verify)
                rekey.new = new.withoutShares
                rekey.proven = proven
            } else {
                try vault.addShares(new)
                finishing = KeyCeremonies.OldShares(proven)
                self.rekey = nil
            }
            return new
        } catch {
            guard error.isWrongShares else { throw LogicalFault(error) }
            throw rekey.given.refuse()
        }
    }

    /// Takes the old shares' slot away, when the new shares have left. When they have not, both sets open the store, the log
    /// says so, and the next rekey asks to mend it.
    ///
    /// - Throws: ``StoreError`` when it cannot be done now, as when the disk is full: the next rekey begins with it.
    mutating func finishRekey(_ vault: Vault) throws(StoreError) {
        guard let old = finishing, let isSent = old.isSent else { return }
        let holders = vault.acting(as: HashiCorpVaultAdapter.holders)
        do throws(StoreError) {
            if isSent {
                try holders.removeSlot(old.slot)
            } else {
                let detail = "slot \(old.slot.slot.number) stays: the answer with the new shares did not leave"
                try holders.recordFailure(of: .rekeySlot, on: "sys/rekey/update", detail: detail, nil)
            }
        } catch {
            if error.category == .unavailable { throw error }
            // Decided for good, with its record: the slot was removed meanwhile, or is the only one by now.
        }
        finishing = nil
    }

    /// Takes one of the new shares back; with enough of them they are the store's, and the old ones open nothing.
    ///
    /// - Returns: Whether it is done.
    mutating func addVerifyingShare(
        _ share: Secret<[UInt8]>,
        _ nonce: Secret<String>?,
        _ vault: Vault
    ) throws(LogicalFault) -> Bool {
        guard var rekey else { throw .invalid("no rekey in progress") }
        guard let new = rekey.new, let proven = rekey.proven, var verifying = rekey.verifying else {
            throw .invalid("no rekey verification in progress")
        }
        let wrong = verifying.wrong
        defer {
            // As in Vault, another try has another name.
            if verifying.wrong > wrong { verifying.restart() }
            rekey.verifying = verifying
            if self.rekey != nil { self.rekey = rekey }
        }
        let purpose = "rekey verification"
        guard let key = try Self.add(share, nonce, to: &verifying, for: purpose, vault) else { return false }
        guard key.isSame(as: new) else {
            let fault = verifying.refuse()
            try Self.refuse(purpose, vault)
            throw fault
        }
        do throws(StoreError) { try vault.replaceSlot(proven, with: .shares(new)) } catch {
            guard error.isNoSuchSlot else { throw LogicalFault(error) }
            self.rekey = nil
            throw .invalid("rekey aborted: the slot of the old shares was removed meanwhile")
        }
        self.rekey = nil
        return true
    }

    /// Begins to make a root token.
    ///
    /// - Returns: The password, when it was made here.
    mutating func startRoot(_ wanted: Secret<String>?, _ vault: Vault) throws(LogicalFault) -> Secret<String>? {
        let length = RootToken.length
        if let wanted, wanted.byteCount != length { throw .invalid("OTP string is wrong length") }
        guard root == nil else { throw .invalid("root generation already in progress") }
        let slot = try Self.slot(vault)
        let password = wanted ?? Secret(CredentialText.makeName(length))
        root = KeyCeremonies.Root(given: ShareSet(required: slot.threshold, .root), password: password)
        return wanted == nil ? password : nil
    }

    /// Takes one of the shares.
    ///
    /// - Returns: The token, combined with the password, when there were enough of them; nil when more are needed.
    mutating func addRootShare(
        _ share: Secret<[UInt8]>,
        _ nonce: Secret<String>?,
        _ vault: Vault
    ) throws(LogicalFault) -> String? {
        guard var root else { throw .invalid("no root generation in progress") }
        defer { if self.root != nil { self.root = root } }
        let purpose = "root generation"
        guard let key = try Self.add(share, nonce, to: &root.given, for: purpose, vault) else { return nil }
        do throws(StoreError) {
            _ = try vault.proveShares(key, for: purpose)
            let token = try RootToken.make(vault, "with shares")
            self.root = nil
            return RootToken.combined(token, with: root.password)
        } catch {
            guard error.isWrongShares else { throw LogicalFault(error) }
            throw root.given.refuse()
        }
    }
}

extension KeyCeremonies.State {
    /// Adds a share to a set. Shares that are enough and are none of one key are written down.
    private static func add(
        _ share: Secret<[UInt8]>,
        _ nonce: Secret<String>?,
        to set: inout ShareSet,
        for purpose: String,
        _ vault: Vault
    ) throws(LogicalFault) -> SharedKey? {
        let wrong = set.wrong
        do throws(LogicalFault) { return try set.add(share, nonce: nonce) } catch {
            if set.wrong > wrong { try refuse(purpose, vault) }
            throw error
        }
    }

    /// Writes down that shares proved nothing.
    private static func refuse(_ purpose: String, _ vault: Vault) throws(LogicalFault) {
        do throws(StoreError) { try vault.refuseShares(for: purpose) } catch { throw LogicalFault(error) }
    }
}

/// A token that may do everything, made by whoever has what opens the store.
enum RootToken {
    /// How many bytes its text has.
    static let length = CredentialText.make(.token).byteCount

    static func make(_ vault: Vault, _ how: String) throws(StoreError) -> Secret<String> {
        try vault.perform("token.create", .sudo, on: "sys/store", changing: true) { (directory) throws(StoreError) in
            var record = TokenRecord(principal: nil, policies: [PolicyName.root], created: directory.time)
            record.displayName = "root"
            record.origin = "auth/token/root"
            directory.detail = "root, \(how), accessor \(record.accessor)"
            return try directory.issue(record)
        }
    }

    /// The exclusive or of the token and the password, in base64 without padding, as HashiCorp Vault's clients take it
    /// apart. The two are equally long, and the password is used once: a one-time pad (C. E. Shannon, Communication
    /// Theory of Secrecy Systems, 1949).
    static func combined(_ token: Secret<String>, with password: Secret<String>) -> String {
        let bytes = unsafe token.withUnsafeBytes { token in
            unsafe password.withUnsafeBytes { password in unsafe zip(token, password).map { $0 ^ $1 } }
        }
        return String(Base64.encode(bytes).prefix { $0 != "=" })
    }
}
