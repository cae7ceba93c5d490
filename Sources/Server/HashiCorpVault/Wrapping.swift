internal import AccessPolicy
internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Secrets
internal import Vaulting

/// Wrapped answers: an answer that is kept for a while, and given once, to whoever shows the token of it.
///
/// The answer is a document of the token's own (see ``Cubbyhole``) and goes with it. Reading it and ending the token are
/// one transaction, so of two who come with the same token at the same time one gets it (CVE-2025-6014). The token is of a
/// kind of its own: the gate lets it in nowhere else, and with no policy.
extension LogicalContext {
    /// The longest answer that is wrapped, in bytes.
    private static let longestAnswer = 1 << 20
    /// Where in a token's record stands which token or accessor the answer gives.
    private static let wrappedAccessor = "wrapped_accessor"

    /// Whether the one who asks is the token of a wrapped answer. It comes so far with calls about that answer only.
    var isWrappingTokensOwn: Bool { session?.token?.kind == .wrapping }

    /// An answer as it leaves: in a wrapping, when that was asked for and there is something to wrap.
    func wrapped(_ response: LogicalResponse) throws -> LogicalResponse {
        // What was just unwrapped is given as it is, and so is what is wrapped already.
        guard let seconds = request.wrapSeconds, routed.call != .unwrap, response.wrapInfo == nil else {
            return response
        }
        // A stranger's answers take no place, unless it is a login that let them in; nor does asking about an answer.
        guard !isWrappingTokensOwn, session != nil || response.auth != nil else { return response }
        let answer = response.rendered(for: request, mountType: mount.engine.type, isWrapped: true)
        // The policy may have allowed it for a wrapped answer only: one that tells something is wrapped whatever its status.
        let tells = response.data != nil || response.auth != nil || response.whole != nil || response.bare != nil
        guard answer.status == 200 || tells else { return response }
        let text = answer.body
        guard text.count <= Self.longestAnswer else {
            throw LogicalFault.invalid("the response is longer than \(Self.longestAnswer) bytes and cannot be wrapped")
        }
        return try perform(naming: "vault.wrapResponse") { directory in
            var record = TokenRecord(principal: nil, created: directory.time)
            record.origin = request.path
            // It ends with whoever asked for it.
            record.owner = session?.principal?.name ?? session?.token?.owner
            record.ownerEntity = session?.entity?.id ?? session?.token?.ownerEntity
            record.live(seconds: seconds, from: directory.time)
            if let accessor = response.auth?["accessor"]?.asString, !accessor.isEmpty {
                record.extra[Self.wrappedAccessor] = accessor
            }
            return try keep(String(decoding: text, as: UTF8.self), under: record, &directory)
        }
    }

    func wrap() throws -> LogicalResponse {
        try require()
        guard request.wrapSeconds != nil else {
            throw LogicalFault.invalid("endpoint requires response wrapping to be used")
        }
        return .data(parameters.object)
    }

    func unwrap() throws -> LogicalResponse {
        let text = try performOnAnswer(changing: true) { record, directory in
            try take(record, &directory)
        }
        return LogicalResponse(
            whole: HTTPResponse(
                status: 200,
                headers: ["Content-Type": "application/json", "Cache-Control": "no-store"],
                body: Array(text.utf8)
            )
        )
    }

    func rewrap() throws -> LogicalResponse {
        try performOnAnswer(changing: true) { old, directory in
            let text = try take(old, &directory)
            var record = TokenRecord(principal: nil, created: directory.time)
            (record.origin, record.extra) = (old.origin, old.extra)
            (record.owner, record.ownerEntity) = (old.owner, old.ownerEntity)
            record.live(seconds: old.lifetime, from: directory.time)
            return try keep(text, under: record, &directory)
        }
    }

    func lookUpWrapping() throws -> LogicalResponse {
        try performOnAnswer(changing: false) { record, _ in
            .data(
                JSONObject(members: [
                    "creation_path": .string(record.origin), "creation_time": .string(VaultTime.text(record.created)),
                    "creation_ttl": .integer(record.lifetime ?? 0),
                ])
            )
        }
    }

    /// Makes the token of an answer, and keeps the answer with it.
    private func keep(
        _ text: String,
        under new: TokenRecord,
        _ directory: inout Directory
    ) throws -> LogicalResponse {
        var record = new
        record.kind = .wrapping
        record.policies = ["response-wrapping"]
        record.displayName = "response-wrapping"
        record.uses = 1
        record.isRenewable = false
        let token = try directory.issue(record)
        try directory.put(Directory.documents(ofToken: record.accessor), Cubbyhole.answer, ["text": .string(text)])
        directory.detail = "accessor \(record.accessor), answer of \(Principal(record.origin).name)"
        var members = JSONObject(members: [
            "token": .string(token.reveal()), "accessor": .string(record.accessor),
            "ttl": .integer(record.lifetime ?? 0), "creation_time": .string(VaultTime.text(record.created)),
            "creation_path": .string(record.origin),
        ])
        members["wrapped_accessor"] = record.extra[Self.wrappedAccessor].map(JSONValue.string)
        return LogicalResponse(wrapInfo: members)
    }

    /// Takes the answer, and ends the token of it.
    private func take(_ record: TokenRecord, _ directory: inout Directory) throws -> String {
        let kept = Directory.documents(ofToken: record.accessor)
        guard let text = try directory.document(kept, Cubbyhole.answer)?["text"]?.asString else {
            throw LogicalFault.wrongWrappingToken
        }
        try directory.revoke(accessor: record.accessor)
        return text
    }

    /// Does something with the answer whose token was shown: as the credential of the request, or in its body by somebody
    /// whose policy allows the call.
    private func performOnAnswer<Result>(
        changing isChanging: Bool,
        _ body: (TokenRecord, inout Directory) throws -> Result
    ) throws -> Result {
        if let own = session?.token, own.kind == .wrapping {
            return try performTrusted(changing: isChanging) { directory in
                // Read again, in the transaction that takes it.
                guard let record = try directory.token(.accessor(own.accessor)) else {
                    throw LogicalFault.wrongWrappingToken
                }
                directory.detail = Self.detail(record)
                return try body(record, &directory)
            }
        }
        guard let token = try adapter.wrappingToken(of: request) else { throw LogicalFault.wrongWrappingToken }
        // As if it had been shown as the request's own: it may have ended with whoever asked for it.
        guard case .success = try vault.authenticate(.wrappingToken(token), from: request.origin.address) else {
            return try perform(changing: isChanging) { directory in
                directory.refusal = .invalid
                throw LogicalFault.wrongWrappingToken
            }
        }
        return try perform(changing: isChanging) { directory in
            guard let record = try directory.token(.token(token)), record.kind == .wrapping else {
                directory.refusal = .invalid
                throw LogicalFault.wrongWrappingToken
            }
            directory.detail = Self.detail(record)
            return try body(record, &directory)
        }
    }

    private static func detail(_ record: TokenRecord) -> String {
        "accessor \(record.accessor), answer of \(Principal(record.origin).name)"
    }

    /// Does something for an answer that is on its way, with a name of its own in the log.
    private func perform(
        naming action: String,
        _ body: (inout Directory) throws -> LogicalResponse
    ) throws -> LogicalResponse {
        var thrown: LogicalFault?
        do throws(StoreError) {
            return try trusted.perform(AuditAction(rawValue: action), .update, on: "sys/wrapping/wrap", changing: true)
            {
                (directory) throws(StoreError) in
                do { return try body(&directory) } catch let error as StoreError { throw error } catch {
                    thrown = error as? LogicalFault
                    throw .invalidAttribute("the answer cannot be wrapped")
                }
            }
        } catch {
            throw thrown ?? error
        }
    }
}

extension HashiCorpVaultAdapter {
    /// How a request about a wrapped answer comes in; nil when it is another, or one that comes in as all others do.
    ///
    /// Without a token in the body, the request's own is the token of the answer. A look-up is for whoever has that token,
    /// wherever it is shown: it needs no other.
    func wrappingPlan(_ request: LogicalRequest, _ segments: [Substring]) throws(LogicalFault) -> Plan? {
        guard segments.count == 3, segments[0] == "sys", segments[1] == "wrapping",
            request.operation == .write || request.operation == .read
        else { return nil }
        let isLookUp = segments[2] == "lookup"
        guard isLookUp || (["unwrap", "rewrap"].contains(segments[2]) && request.operation == .write) else {
            return nil
        }
        let shown = try wrappingToken(of: request)
        if !isLookUp, let shown, shown != request.token { return nil }
        guard let token = shown ?? request.token else { throw .wrongWrappingToken }
        return .enter(.wrappingToken(token)) { entered in
            switch entered {
            case .success(let visitor): self.respond(to: request, visitor.vault, visitor.session)
            case .failure(.address): LogicalFault(AuthenticationError.address).response
            case .failure: LogicalFault.wrongWrappingToken.response
            }
        }
    }

    /// The token in a request's body, without spaces around it; nil when there is none. A token in a URL is none: those are
    /// written down on their way.
    func wrappingToken(of request: LogicalRequest) throws(LogicalFault) -> Secret<String>? {
        guard request.operation == .write, let value = request.parameters["token"] else { return nil }
        guard let text = value.asString else { throw .invalid("could not decode token in request body") }
        let token = LogicalParameters.trimmed(text)
        return token.isEmpty ? nil : Secret(token)
    }
}

extension LogicalFault {
    /// What Vault says of every token that gets no wrapped answer.
    static let wrongWrappingToken = LogicalFault.invalid("wrapping token is not valid or does not exist")
}
