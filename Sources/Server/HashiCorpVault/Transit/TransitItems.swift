internal import Findings
internal import Secrets
internal import Vaulting

/// What one call of the encryption service asks for: one item, or those of `batch_input`. A batch is answered item by
/// item, in its order; what is wrong with the batch itself is wrong with the whole request.
struct TransitItems: Sendable {
    let items: [TransitItem]
    /// Whether it is a batch, and is answered as one.
    let isBatch: Bool

    /// Reads the items, and nothing in them but which parameters are there.
    ///
    /// - Parameter needed: What each item of a batch must have, and what Vault says when it has not.
    init(_ parameters: LogicalParameters, needed: (name: String, fault: String)? = nil) throws(LogicalFault) {
        guard let batch = parameters["batch_input"] else {
            items = [TransitItem(parameters, index: nil)]
            isBatch = false
            return
        }
        let list = try Self.list(batch)
        guard !list.isEmpty else { throw .invalid("missing batch input to process") }
        guard list.count <= TransitLimits.items else {
            throw .invalid("batch_input has more than \(TransitLimits.items) items")
        }
        var items: [TransitItem] = []
        items.reserveCapacity(list.count)
        for (index, value) in list.enumerated() {
            guard let object = value.asObject else {
                throw .invalid("failed to parse batch input: [\(index)] expected a map")
            }
            let item = TransitItem(LogicalParameters(object), index: index)
            if let needed, item.parameters[needed.name] == nil {
                throw .invalid("failed to parse batch input: '[\(index)].\(needed.name)' \(needed.fault)")
            }
            items.append(item)
        }
        self.items = items
        isBatch = true
    }

    /// An array, or one as a JSON text, as `vault write` may send it.
    private static func list(_ value: JSONValue) throws(LogicalFault) -> [JSONValue] {
        if let list = value.asArray { return list }
        if let text = value.asString {
            let limits = JSONLimits(bytes: LogicalLimits.body, depth: 8, values: 100_000)
            if let list = (try? JSONValue(parsing: Array(text.utf8), limits: limits))?.asArray { return list }
        }
        throw .invalid("failed to parse batch input: expected an array")
    }

    /// Refuses a batch whose items have a context in part: it is for derived keys or for others.
    func checkContexts() throws(LogicalFault) -> Bool {
        let hasContext = try items[0].hasContext
        for item in items where try item.hasContext != hasContext {
            throw .invalid("context should be set either in all the request blocks or in none")
        }
        return hasContext
    }

    /// Refuses more items than a key of the type may take in one request.
    func check(_ type: TransitKeyType) throws(LogicalFault) {
        guard type.modulusBits != nil || type.supportsSigning, items.count > TransitLimits.asymmetricItems else {
            return
        }
        throw .invalid(
            "batch_input has more than \(TransitLimits.asymmetricItems) items, the most for a key that is not symmetric"
        )
    }

    /// Does something for each item. One that fails has its error beside what the others have.
    ///
    /// - Parameters:
    ///   - empty: Members of an item that failed.
    ///   - act: Gives the members of an item that went well.
    func answer(
        empty: JSONObject = JSONObject(),
        _ act: (TransitItem) throws -> JSONObject
    ) throws -> TransitAnswer {
        guard isBatch else { return TransitAnswer(data: try act(items[0])) }
        var results: [JSONValue] = []
        results.reserveCapacity(items.count)
        var failures = 0
        for item in items {
            var members: JSONObject
            do {
                members = try act(item)
            } catch {
                guard let text = TransitItem.text(of: error) else { throw error }
                members = empty
                members["error"] = .string(text)
                failures += 1
            }
            members["reference"] = .string(try item.text("reference") ?? "")
            results.append(.object(members))
        }
        return TransitAnswer(
            data: JSONObject(members: ["batch_results": .array(results)]),
            failures: failures,
            successes: items.count - failures
        )
    }
}

/// What the items came to.
struct TransitAnswer {
    let data: JSONObject
    var failures = 0
    var successes = 1

    /// What a record says beside the key: nothing, or how many items failed.
    var detail: String { failures == 0 ? "" : ", \(failures) of \(failures + successes) failed" }

    /// The answer to encryptions and decryptions: 400 when an item failed, or what the request has as
    /// `partial_failure_response_code` when others went well.
    func response(_ parameters: LogicalParameters) throws(LogicalFault) -> LogicalResponse {
        guard failures > 0 else { return .data(data) }
        var response = LogicalResponse.data(data, status: 400)
        if successes > 0, let code = try parameters.integer("partial_failure_response_code") {
            if (200...599).contains(code) {
                response.status = code
            } else {
                response.warnings = [
                    "invalid HTTP response code override from partial_failure_response_code, reverting to 400"
                ]
            }
        }
        return response
    }
}

extension TransitAnswer: CustomStringConvertible, CustomReflectable {
    /// How many items there are: what they came to may be secret.
    var description: String { "\(successes) done, \(failures) failed" }

    /// A mirror without children, so that `dump` and debuggers show no more.
    var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>(), displayStyle: .struct) }
}

/// One item: parameters by name. A mistake names the parameter and never what was sent.
struct TransitItem: Sendable {
    let parameters: LogicalParameters
    /// Its place in the batch; nil when it is the request itself.
    let index: Int?

    init(_ parameters: LogicalParameters, index: Int?) {
        self.parameters = parameters
        self.index = index
    }

    /// A text. In a batch it must be one; the parameters of a request are read as all of them are.
    func text(_ name: String) throws(LogicalFault) -> String? {
        guard let index else { return try parameters.text(name) }
        guard let value = parameters[name] else { return nil }
        guard let text = value.asString else {
            throw .invalid("failed to parse batch input: '[\(index)].\(name)' expected type 'string'")
        }
        return text
    }

    /// A whole number.
    func integer(_ name: String) throws(LogicalFault) -> Int? {
        guard let index else { return try parameters.integer(name) }
        guard let value = parameters[name] else { return nil }
        guard let number = value.asInteger else {
            throw .invalid("failed to parse batch input: '[\(index)].\(name)' expected type 'int'")
        }
        return number
    }

    var hasContext: Bool { get throws(LogicalFault) { try !(text("context") ?? "").isEmpty } }

    /// Bytes that were sent as base64; empty when they were not sent.
    func bytes(_ name: String, orElse fault: String? = nil) throws(LogicalFault) -> [UInt8] {
        let text = try text(name) ?? ""
        guard let bytes = Base64.decode(text) else {
            throw .invalid(fault ?? "illegal base64 data in '\(name)'")
        }
        return bytes
    }

    /// Bytes that are a secret.
    func secret(_ name: String, orElse fault: String? = nil) throws(LogicalFault) -> Secret<[UInt8]> {
        Secret(try bytes(name, orElse: fault))
    }

    /// How the key is to be used for the item.
    func use() throws(LogicalFault) -> TransitKey.Use {
        var use = TransitKey.Use()
        use.version = try integer("key_version") ?? 0
        use.context = try bytes("context")
        use.associatedData = try bytes("associated_data")
        // A nonce that is chosen by who asks may come twice (CVE-2023-4680).
        guard try (text("nonce") ?? "").isEmpty else { throw .invalid("provided nonce not allowed for this key") }
        return use
    }

    /// What is said of an error of one item; nil for one that is the whole request's.
    static func text(of error: any Error) -> String? {
        switch error {
        case let error as TransitError: error.message
        case let fault as LogicalFault where fault.status == 400: fault.errors.first
        default: nil
        }
    }
}
