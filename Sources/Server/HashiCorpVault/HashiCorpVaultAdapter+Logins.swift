internal import HTTPModel
internal import SecretStore
internal import Secrets
internal import Vaulting

extension HashiCorpVaultAdapter {
    /// A login: nobody is known yet, and whoever failed too often must wait.
    func login(_ request: LogicalRequest, user: String?) throws(LogicalFault) -> Plan {
        let mount = request.segments[1]
        // The count is of the one spelling. Only the beginning: a longer name fills no memory.
        let roleID = try request.parameters.text("role_id") ?? ""
        let who = user?.lowercased() ?? LogicalParameters.trimmed(roleID)
        let name = "vault/\(mount)/\(Substring(who.utf8.prefix(64)))"
        let address = request.origin.address
        try mayTry(name, address)
        guard user != nil else {
            return .visit { vault in
                self.respond(to: request, vault, nil) { context in
                    if context.routed.call == .tokenMethodLogin {
                        throw LogicalFault.invalid(context.mount.engine == .jwt ? "missing token" : "missing jwt")
                    }
                    if context.routed.call == .certificateLogin {
                        throw LogicalFault.invalid("client certificate must be supplied")
                    }
                    guard context.routed.call == .appRoleLogin else { throw LogicalFault.missingToken }
                    try self.begin(name, address)
                    return try self.attempts.end(name: name, address: address) { try context.appRoleLogin() }
                }
            }
        }
        guard let password = try request.parameters.secret("password"), !password.isEmpty else {
            throw .invalid("missing password")
        }
        return loginApart(request, name, as: .userLogin) { context in
            let known = try context.knownHash()
            return (isRight: try PasswordHash.isRight(password, known), hash: known)
        } finish: { context, found in
            try context.userLogin(isRight: found.isRight, hash: found.hash)
        }
    }

    /// A login whose proof takes time: it is judged on another thread, and what comes of it is done in the next group.
    ///
    /// - Parameters:
    ///   - request: What was sent.
    ///   - name: Whose attempts are counted.
    ///   - call: What the mount must have there.
    ///   - missing: What is said where the mount has something else there.
    ///   - judge: Judges the proof. What it throws is no attempt: nothing was right or wrong.
    ///   - finish: Gives the token, or throws what was wrong.
    func loginApart<Found: Sendable>(
        _ request: LogicalRequest,
        _ name: String,
        as call: VaultCall,
        missing: @escaping @Sendable (LogicalContext) -> LogicalFault = { _ in .missingToken },
        judge: @escaping @Sendable (LogicalContext) throws -> Found,
        finish: @escaping @Sendable (LogicalContext, Found) throws -> LogicalResponse
    ) -> Plan {
        let address = request.origin.address
        return .work { vault in
            do {
                let context = try self.context(request, vault, nil)
                guard context.routed.call == call else { throw missing(context) }
                try self.begin(name, address)
                let found: Found
                do { found = try judge(context) } catch {
                    self.attempts.cancel(name: name, address: address)
                    try context.giveUpLogin(error)
                    throw error
                }
                return .visit { vault in
                    self.respond(to: request, vault, nil) { context in
                        try self.attempts.end(name: name, address: address) { try finish(context, found) }
                    }
                }
            } catch {
                return .reply(LogicalFault(any: error).response)
            }
        }
    }

    /// Refuses whoever must wait, before anything is done for them. Nothing is counted yet: what finds no room, or no mount,
    /// is no guess.
    func mayTry(_ name: String, _ address: String) throws(LogicalFault) {
        guard let seconds = attempts.wait(name: name, address: address) else { return }
        throw LogicalFault(AuthenticationError.locked(seconds: seconds))
    }

    private func begin(_ name: String, _ address: String) throws(LogicalFault) {
        guard let seconds = attempts.begin(name: name, address: address) else { return }
        throw LogicalFault(AuthenticationError.locked(seconds: seconds))
    }

    /// Whether a request sets a password, which is hashed before it is kept.
    static func hasPassword(_ request: LogicalRequest, _ segments: [Substring]) -> Bool {
        guard request.operation == .write, segments.count >= 4, segments[0] == "auth", segments[2] == "users" else {
            return false
        }
        return request.parameters["password"] != nil
    }

    /// Sets a password. Who asks is found out first: hashing is not for anybody.
    func hashing(_ request: LogicalRequest, _ token: Secret<String>, otherwise enter: Plan) -> Plan {
        .work { vault in
            var entered: Result<Session, AuthenticationError> = .failure(.invalid)
            do {
                _ = try vault.group { group in
                    if let found = try? group.authenticate(.token(token), from: request.origin.address) {
                        entered = found
                    }
                }
                // Whoever is not let in is turned away, and written down, where everybody is.
                guard case .success(let session) = entered else { return enter }
                // Whatever comes now, it was one use of the token, and the last one ends it.
                var goesOn = false
                defer { if !goesOn { Self.endLastUse(of: session, vault) } }
                let visitor = vault.acting(as: session.identity)
                try self.context(request, visitor.wrapping(for: request.wrapSeconds), session).admit()
                let password = try request.parameters.secret("password") ?? Secret("")
                guard !password.isEmpty else { throw LogicalFault.invalid("missing password") }
                let hash = try PasswordHash.make(password)
                goesOn = true
                return .visit { vault in
                    defer { try? vault.endLastUse(of: session) }
                    // Asked again: who was let in before the hashing may have been sent away since. It is one use of a token
                    // all the same, and the last one has ended it.
                    var current = session
                    if session.token?.uses == nil {
                        do throws(StoreError) {
                            switch try vault.authenticate(.token(token), from: request.origin.address) {
                            case .success(let found): current = found
                            case .failure(let error): return LogicalFault(error).response
                            }
                        } catch { return LogicalFault(error).response }
                    }
                    let visitor = vault.acting(as: current.identity, source: vault.source)
                    return self.respond(to: request, visitor, current) { context in
                        try context.respond(passwordHash: hash)
                    }
                }
            } catch {
                return .reply(LogicalFault(any: error).response)
            }
        }
    }
}

extension HashiCorpVaultAdapter {
    /// Takes a token away whose last use ended outside of a group. When that cannot be done now, it opens nothing all the
    /// same, and is swept.
    private static func endLastUse(of session: Session, _ vault: Vault) {
        guard session.token?.uses == 1 else { return }
        do throws(StoreError) {
            _ = try vault.group { group in try? group.endLastUse(of: session) }
            try vault.syncWhatIsPending()
        } catch {}
    }
}

extension LogicalFault {
    /// What AppRole says to every wrong credential.
    static let wrongRole = LogicalFault.invalid("invalid role or secret ID")
    /// What userpass says to every wrong credential.
    static let wrongPassword = LogicalFault.invalid("invalid username or password")
}
