internal import AccessPolicy
internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Secrets
internal import Vaulting

/// `sys/rekey` and `sys/generate-root`.
///
/// In HashiCorp Vault anybody who reached the server could begin and cancel these, and so keep their holders from ever
/// getting to the end (CVE-2025-4656, CVE-2026-5807). Here beginning takes a token with `sudo`, cancelling that or the
/// nonce, and the nonce is told only to whoever began it or may read it. Giving a share takes the nonce and no token: a
/// holder need not have one. `keyfolio serve --allow-generate-root` lets strangers begin a root token, for a store whose
/// tokens are all lost.
extension HashiCorpVaultAdapter {
    /// What is done for these paths; nil for others.
    func ceremonyPlan(_ request: LogicalRequest) throws(LogicalFault) -> Plan? {
        guard request.path.hasPrefix("sys/rekey/") || request.path.hasPrefix("sys/generate-root/") else { return nil }
        guard let call = try? Route.find(.system, request.segments.dropFirst(), request).call else {
            return nil
        }
        switch call {
        case .rekeyStatus: return asking(request) { self.rekeyStatus($0, showsNonce: $1) }
        case .rootGeneration: return asking(request) { self.rootStatus($0, showsNonce: $1) }
        case .rekeyVerification:
            return asking(request) { (state, showsNonce) throws(LogicalFault) in
                try Self.verification(state, showsNonce: showsNonce)
            }
        case .startRekey:
            let wanted = try RekeyRequest(request.parameters)
            return beginning(request, isForAnybody: false) { (state, vault) throws(LogicalFault) in
                // It takes old shares away that could not go before.
                defer { self.seal?.slotsChanged() }
                try state.start(wanted, vault)
                return self.rekeyStatus(state, showsNonce: true)
            }
        case .startRootGeneration:
            let password = try Self.password(request.parameters)
            return beginning(request, isForAnybody: allowsRootGeneration) { (state, vault) throws(LogicalFault) in
                let made = try state.startRoot(password, vault)
                return self.rootStatus(state, showsNonce: true, password: made)
            }
        case .cancelRekey:
            return cancelling(request, { $0.rekey?.given }) { (state) in
                state.rekey = nil
                return nil
            }
        case .cancelRootGeneration:
            return cancelling(request, { $0.root?.given }) { (state) in
                state.root = nil
                return nil
            }
        case .restartVerification:
            return cancelling(request, { $0.rekey?.verifying }) { (state) throws(LogicalFault) in
                state.rekey?.verifying?.restart()
                return try Self.verification(state, showsNonce: true)
            }
        case .addRekeyShare, .addVerifyingShare, .addRootShare: return try giving(request, call)
        default: return nil
        }
    }

    private typealias State = KeyCeremonies.State

    /// Anybody may ask how far it is. The nonce is for whoever has a token that may read it.
    private func asking(
        _ request: LogicalRequest,
        _ answer: @escaping @Sendable (State, _ showsNonce: Bool) throws(LogicalFault) -> JSONObject
    ) -> Plan {
        @Sendable func stranger() -> HTTPResponse {
            Self.reply { () throws(LogicalFault) in
                try self.ceremonies.step(isAsking: true) { (state) throws(LogicalFault) in try answer(state, false) }
            }
        }
        guard request.token != nil else { return .work { _ in .reply(stranger()) } }
        let path = entering(request) { _ throws(LogicalFault) in
            try self.ceremonies.step(isAsking: true) { (state) throws(LogicalFault) in try answer(state, true) }
        }
        guard case .enterApart(let credential, let act) = path else { return path }
        return .enterApart(credential) { entered in
            // A token that is none any more is as good as none.
            if case .failure(let error) = entered, error == .invalid { return stranger() }
            return act(entered)
        }
    }

    /// Beginning takes `sudo`, or nothing where it is for anybody: whoever has `sudo` is no stranger there either.
    private func beginning(
        _ request: LogicalRequest,
        isForAnybody: Bool,
        _ begin: @escaping @Sendable (inout State, Vault) throws(LogicalFault) -> JSONObject
    ) -> Plan {
        let path = entering(request, needsSudo: true) { context throws(LogicalFault) in
            try self.ceremonies.step { (state) throws(LogicalFault) in try begin(&state, context.trusted) }
        }
        guard isForAnybody else { return path }
        return .work { vault in
            var own = vault
            do throws(StoreError) {
                switch try Self.session(request, vault) {
                case .success(let session):
                    let identity = session.identity
                    if identity.access.decide(.sudo, on: request.path).isAllowed { return path }
                    // May begin as anybody may; the log has who it was.
                    own = vault.acting(as: Identity(principal: identity.principal, access: .root))
                // That of who has lost all of them may still be sent, and is worth nothing.
                case .failure(.missing), .failure(.invalid): break
                case .failure: return path
                }
            } catch { return .reply(LogicalFault(error).response) }
            return .reply(Self.reply { () throws(LogicalFault) in try self.beginAsAnybody(request, own, begin) })
        }
    }

    private func beginAsAnybody(
        _ request: LogicalRequest,
        _ vault: Vault,
        _ begin: (inout State, Vault) throws(LogicalFault) -> JSONObject
    ) throws(LogicalFault) -> JSONObject {
        guard ceremonies.admits(strangerAt: request.origin.address) else {
            throw LogicalFault(AuthenticationError.locked(seconds: 60))
        }
        return try ceremonies.step { (state) throws(LogicalFault) in
            let before = state
            let answer = try begin(&state, vault)
            do throws(LogicalFault) { try Self.record(request, vault, "begun, as anybody may") } catch {
                state = before
                throw error
            }
            return answer
        }
    }

    /// Whose the request's token is. It is no use of the token yet.
    private static func session(
        _ request: LogicalRequest,
        _ vault: Vault
    ) throws(StoreError) -> Result<Session, AuthenticationError> {
        guard let token = request.token else { return .failure(.missing) }
        var found = Result<Result<Session, AuthenticationError>, StoreError>.success(.failure(.missing))
        _ = try vault.group { group in
            found = Result { () throws(StoreError) in
                try group.authenticate(.token(token), from: request.origin.address, isCounted: false)
            }
        }
        return try found.get()
    }

    /// Cancelling takes the nonce, or `sudo`.
    private func cancelling(
        _ request: LogicalRequest,
        _ find: @escaping @Sendable (State) -> ShareSet?,
        _ cancel: @escaping @Sendable (inout State) throws(LogicalFault) -> JSONObject?
    ) -> Plan {
        let nonce = try? request.parameters.secret("nonce")
        guard let nonce, !nonce.isEmpty else {
            return entering(request, needsSudo: true) { _ throws(LogicalFault) in
                try self.ceremonies.step { (state) throws(LogicalFault) in try cancel(&state) }
            }
        }
        return .work { vault in
            .reply(
                Self.reply { () throws(LogicalFault) in
                    try self.ceremonies.step { (state) throws(LogicalFault) in
                        // Nothing is told of whether there is something to cancel.
                        guard let found = find(state), found.isNamed(nonce) else { throw .invalid("invalid request") }
                        try Self.record(request, vault.acting(as: Self.holders), "cancelled with the nonce")
                        return try cancel(&state)
                    }
                }
            )
        }
    }

    /// Giving a share takes the nonce.
    private func giving(_ request: LogicalRequest, _ call: VaultCall) throws(LogicalFault) -> Plan {
        let parameters = request.parameters
        guard let text = try parameters.secret("key"), !text.isEmpty else {
            throw .invalid("'key' must be specified in request body as JSON")
        }
        let share = try UnsealRequest.decode(text)
        let nonce = try parameters.secret("nonce")
        return .work { vault in
            let own = vault.acting(as: Self.holders)
            var isRekeyed = false
            var old: KeyCeremonies.OldShares?
            let response = Self.reply { () throws(LogicalFault) in
                try self.ceremonies.step { (state) throws(LogicalFault) in
                    // Before anything is done: new shares that nobody was given must not be all that opens the store.
                    if Self.set(call, state)?.isNamed(nonce) == true {
                        try Self.record(request, own, "a share was given", begins: true)
                    }
                    let answer: JSONObject
                    switch call {
                    case .addRekeyShare:
                        let new = try state.addRekeyShare(share, nonce, own)
                        if new != nil { old = state.finishing }
                        isRekeyed = old != nil
                        answer =
                            new.map { Self.finished($0, nonce, state.rekey?.verifying?.nonce) }
                            ?? self.rekeyStatus(state, showsNonce: true)
                    case .addVerifyingShare:
                        isRekeyed = try state.addVerifyingShare(share, nonce, own)
                        answer =
                            isRekeyed
                            ? JSONObject(members: ["nonce": .string(nonce?.reveal() ?? ""), "complete": true])
                            : try Self.verification(state, showsNonce: true)
                    default:
                        let required = state.root?.given.required ?? 0
                        let token = try state.addRootShare(share, nonce, own)
                        answer =
                            token.map { self.finished($0, nonce, required) }
                            ?? self.rootStatus(state, showsNonce: true)
                    }
                    return answer
                }
            }
            if isRekeyed { self.seal?.slotsChanged() }
            guard let old else { return .reply(response) }
            // The old shares open the store until the new ones have left; when those have not, for good.
            return .replyThen(response) { [weak ceremonies = self.ceremonies, weak seal = self.seal] isSent in
                old.note(isSent: isSent)
                return { [weak ceremonies, weak seal] vault in
                    try? ceremonies?.step(isAsking: true) { (state) throws(LogicalFault) in
                        // When it cannot be done now, the next rekey says why, or does it.
                        try? state.finishRekey(vault)
                    }
                    seal?.slotsChanged()
                }
            }
        }
    }

    private static func set(_ call: VaultCall, _ state: State) -> ShareSet? {
        switch call {
        case .addRekeyShare: state.rekey?.given
        case .addVerifyingShare: state.rekey?.verifying
        default: state.root?.given
        }
    }

    /// Who acts when shares have come together.
    static let holders = Identity.owner(Principal("share-holders"))

    /// Passes the gate with the request's token, on a thread of its own.
    private func entering(
        _ request: LogicalRequest,
        needsSudo: Bool = false,
        _ act: @escaping @Sendable (LogicalContext) throws(LogicalFault) -> JSONObject?
    ) -> Plan {
        .enterApart(request.token.map(Credential.token) ?? .none) { entered in
            do {
                let visitor = try entered.get()
                let context = try self.context(request, visitor.vault, visitor.session)
                if needsSudo, !context.hasSudo { try context.refuse(.sudo) }
                try context.require()
                let answer = try act(context).map { LogicalResponse.bare($0) } ?? .empty
                return answer.rendered(for: request, mountType: "")
            } catch { return LogicalFault(any: error).response }
        }
    }

    /// Writes down what was done without a token, by who has the nonce or who was admitted.
    ///
    /// - Parameters:
    ///   - vault: The gate, for whoever did it.
    ///   - begins: Whether nothing is decided by it yet, as by a share among others.
    private static func record(
        _ request: LogicalRequest,
        _ vault: Vault,
        _ detail: String,
        begins: Bool = false
    ) throws(LogicalFault) {
        do throws(StoreError) {
            let action: AuditAction = request.path.hasPrefix("sys/rekey/") ? .rekeySlot : "token.generate-root"
            try vault.perform(action, .sudo, on: request.path, changing: false, detail: detail, begins: begins) {
                (_) throws(StoreError) in
            }
        } catch { throw LogicalFault(error) }
    }

    private static func reply(_ act: () throws(LogicalFault) -> JSONObject?) -> HTTPResponse {
        do throws(LogicalFault) {
            guard let body = try act() else { return HTTPResponse(status: 204, headers: ["Cache-Control": "no-store"]) }
            return .json(200, .object(body))
        } catch { return error.response }
    }

    /// The password of a root token; nil when none was sent.
    private static func password(_ parameters: LogicalParameters) throws(LogicalFault) -> Secret<String>? {
        if let key = try parameters.text("pgp_key"), !key.isEmpty {
            throw .invalid("pgp_key is not supported: the token is given combined with an otp")
        }
        guard let password = try parameters.secret("otp"), !password.isEmpty else { return nil }
        return password
    }
}
