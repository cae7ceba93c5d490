internal import Findings

/// What a rule says about the parameters of a request (HashiCorp, "Policies", "Parameter constraints").
struct ParameterRules: Sendable {
    var allowed: [String: [JSONValue]] = [:]
    var denied: [String: [JSONValue]] = [:]
    var required: Set<String> = []

    var isEmpty: Bool { allowed.isEmpty && denied.isEmpty && required.isEmpty }

    /// Takes in what another rule with the same pattern says.
    mutating func merge(_ rule: PathRule) {
        Self.merge(rule.allowedParameters, into: &allowed)
        Self.merge(rule.deniedParameters, into: &denied)
        required.formUnion(rule.requiredParameters)
    }

    /// An empty list is any value, and stays it.
    private static func merge(_ new: [String: [JSONValue]], into old: inout [String: [JSONValue]]) {
        for (name, values) in new {
            let isAny = values.isEmpty || old[name]?.isEmpty == true
            old[name, default: []].append(contentsOf: values)
            if isAny { old[name] = [] }
        }
    }

    /// Why the parameters are refused; nil when they are not.
    func refusal(of parameters: JSONObject?) -> Decision.Refusal? {
        let members = parameters?.members ?? []
        let names = members.map { $0.key.lowercased() }
        // The first by name, so that the same request gets the same answer.
        if let missing = required.subtracting(names).min() { return .parameterMissing(missing) }
        if members.isEmpty { return nil }

        for (name, member) in zip(names, members) {
            guard let values = denied[name] ?? denied["*"] else { continue }
            // The star denies every parameter, also one that has values of its own.
            if values.isEmpty || denied["*"] != nil || values.contains(where: { Self.isDenied(member.value, by: $0) }) {
                return .parameterDenied(name)
            }
        }
        if allowed.isEmpty { return nil }
        for (name, member) in zip(names, members) {
            guard let values = allowed[name] else {
                if allowed["*"] != nil { continue }
                return .parameterNotAllowed(name)
            }
            if !values.isEmpty && !Self.isAllowed(member.value, by: values) { return .parameterValueNotAllowed(name) }
        }
        return nil
    }

    /// A list is allowed when it is named, or when each of its elements is.
    private static func isAllowed(_ value: JSONValue, by values: [JSONValue]) -> Bool {
        if values.contains(where: { isSame(value, $0) }) { return true }
        guard let elements = value.asArray, !elements.isEmpty else { return false }
        return elements.allSatisfy { element in values.contains { isSame(element, $0) } }
    }

    /// A list is denied when it is named, or when one of its elements is. A number as text is the number: what reads the
    /// parameter later may take both.
    private static func isDenied(_ value: JSONValue, by denied: JSONValue) -> Bool {
        if isSame(value, denied) || isSame(value.asWritten, denied.asWritten) { return true }
        return value.asArray?.contains { isSame($0, denied) || isSame($0.asWritten, denied.asWritten) } ?? false
    }

    private static func isSame(_ value: JSONValue, _ pattern: JSONValue) -> Bool {
        switch (value, pattern) {
        case (.string(let text), .string(let glob)): matches(text, glob)
        case (.integer(let left), .integer(let right)): left == right
        case (.integer, .number), (.number, .integer), (.number, .number):
            value == pattern || (value.asDouble != nil && value.asDouble == pattern.asDouble)
        default: value == pattern
        }
    }

    /// A star at the beginning or at the end of a value stands for anything.
    static func matches(_ text: String, _ glob: String) -> Bool {
        let (star, whole) = (UInt8(ascii: "*"), Array(text.utf8))
        var part = Array(glob.utf8)
        let isOpenAtEnd = part.last == star
        if isOpenAtEnd { part.removeLast() }
        let isOpenAtStart = part.first == star
        if isOpenAtStart { part.removeFirst() }
        return switch (isOpenAtStart, isOpenAtEnd) {
        case (false, false): whole == part
        case (false, true): whole.starts(with: part)
        case (true, false): whole.reversed().starts(with: part.reversed())
        case (true, true): contains(whole, part)
        }
    }

    /// Knuth, Morris and Pratt: the value comes from a stranger, so the search is linear.
    private static func contains(_ whole: [UInt8], _ part: [UInt8]) -> Bool {
        if part.isEmpty { return true }
        var border = [Int](repeating: 0, count: part.count)
        var length = 0
        for index in part.indices.dropFirst() {
            while length > 0 && part[index] != part[length] { length = border[length - 1] }
            if part[index] == part[length] { length += 1 }
            border[index] = length
        }
        length = 0
        for byte in whole {
            while length > 0 && byte != part[length] { length = border[length - 1] }
            if byte == part[length] { length += 1 }
            if length == part.count { return true }
        }
        return false
    }
}

extension JSONValue {
    fileprivate var asDouble: Double? {
        switch self {
        case .integer(let number): Double(exactly: number)
        case .number(let number): Double(number.spelling)
        default: nil
        }
    }

    /// A number or a truth value as text.
    fileprivate var asWritten: JSONValue {
        switch self {
        case .integer(let number): .string(String(number))
        case .number(let number): .string(number.spelling)
        case .bool(let flag): .string(flag ? "true" : "false")
        default: self
        }
    }
}
