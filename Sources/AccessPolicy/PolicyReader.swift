internal import Findings

/// Makes rules of what a policy text says.
struct PolicyReader {
    private typealias Fault = PolicySyntax.Fault
    private typealias Entry = PolicySyntax.Entry
    private typealias Value = PolicySyntax.Value

    private let bytes: [UInt8]
    private let start: Int
    private var rules: [PathRule] = []

    init(_ text: String) throws(PolicyError) {
        if text.utf8.count > PolicyLimits.textBytes { throw PolicyError(.tooLong) }
        bytes = Array(text.utf8)
        start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    mutating func read() throws(PolicyError) -> [PathRule] {
        let first = bytes[start...].first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        let isJSON = first == UInt8(ascii: "{")
        if isJSON { try checkJSON() }
        do throws(Fault) {
            let entries =
                isJSON
                ? try PolicySyntax.jsonEntries(of: bytes, from: start)
                : try PolicySyntax.entries(of: bytes, from: start)
            for entry in entries { try take(entry, isJSON: isJSON) }
            return rules
        } catch {
            throw located(error)
        }
    }

    /// The strict reader first, so that what the loose one would let pass is no policy in JSON.
    private func checkJSON() throws(PolicyError) {
        let limits = JSONLimits(bytes: PolicyLimits.textBytes, depth: 2 * PolicyLimits.depth, values: 1_000_000)
        do throws(JSONError) {
            _ = try JSONValue(parsing: bytes, limits: limits)
        } catch {
            throw PolicyError(.badJSON, line: error.line, column: error.column)
        }
    }

    private func located(_ fault: Fault) -> PolicyError {
        let before = bytes[start..<max(start, min(fault.offset, bytes.count))]
        let lineStart = (before.lastIndex(of: 0x0A) ?? start - 1) + 1
        return PolicyError(
            fault.kind,
            line: before.lazy.filter { $0 == 0x0A }.count + 1,
            column: before[lineStart...].lazy.filter { $0 & 0xC0 != 0x80 }.count + 1
        )
    }

    // MARK: The policy

    private mutating func take(_ entry: Entry, isJSON: Bool) throws(Fault) {
        guard let key = entry.keys.first else { return }
        switch key.text {
        // Vault takes a name and stores the policy under the name of the request.
        case "name" where entry.keys.count == 1: _ = try Self.text(entry.value)
        case "path" where isJSON: try takeJSON(entry.value)
        case "path":
            guard entry.keys.count == 2, !entry.isAssignment else {
                throw Fault(kind: .pathWithoutLabel, offset: key.offset)
            }
            try addRule(entry.keys[1], entry.value)
        default: throw Fault(kind: .unknownKey, offset: key.offset)
        }
    }

    /// `{"PATTERN": {…}}`, or a list of such objects. A rule may be a list of one object, as HCL's own tools write it.
    private mutating func takeJSON(_ value: Value) throws(Fault) {
        switch value.kind {
        case .object(let entries):
            for entry in entries { try addRule(entry.keys[0], entry.value) }
        case .list(let elements):
            for element in elements {
                guard case .object(let entries) = element.kind else {
                    throw Fault(kind: .expectedObject, offset: element.offset)
                }
                for entry in entries { try addRule(entry.keys[0], entry.value) }
            }
        case .scalar: throw Fault(kind: .expectedObject, offset: value.offset)
        }
    }

    private mutating func addRule(_ key: PolicySyntax.Key, _ value: Value) throws(Fault) {
        if rules.count == PolicyLimits.rules { throw Fault(kind: .tooManyRules, offset: key.offset) }
        try Self.check(key)
        var body = value
        if case .list(let elements) = value.kind, elements.count == 1 { body = elements[0] }
        guard case .object(let entries) = body.kind else { throw Fault(kind: .expectedObject, offset: value.offset) }
        var draft = RuleDraft()
        for entry in entries { try draft.take(entry) }
        rules.append(try draft.rule(key))
    }

    private static func check(_ key: PolicySyntax.Key) throws(Fault) {
        if key.text.utf8.count > PolicyLimits.pathBytes { throw Fault(kind: .longPattern, offset: key.offset) }
        let bytes = Array(key.text.utf8)
        if zip(bytes, bytes.dropFirst()).contains(where: { $0 == UInt8(ascii: "+") && $1 == UInt8(ascii: "*") }) {
            throw Fault(kind: .starAfterPlus, offset: key.offset)
        }
        if !PathTemplate.isBalanced(key.text) { throw Fault(kind: .unbalancedTemplate, offset: key.offset) }
    }

    fileprivate static func text(_ value: PolicySyntax.Value) throws(PolicySyntax.Fault) -> String {
        guard case .scalar(.string(let text)) = value.kind else {
            throw Fault(kind: .expectedText, offset: value.offset)
        }
        return text
    }
}

/// A rule while its lines are read.
private struct RuleDraft {
    private typealias Fault = PolicySyntax.Fault
    private typealias Value = PolicySyntax.Value

    private var seen: Set<String> = []
    private var capabilities: CapabilitySet = []
    private var allowed: [String: [JSONValue]] = [:]
    private var denied: [String: [JSONValue]] = [:]
    private var required: [String] = []
    private var requiredNames: Set<String> = []
    private var minimum = 0
    private var maximum = 0

    init() {}

    mutating func take(_ entry: PolicySyntax.Entry) throws(PolicySyntax.Fault) {
        let key = entry.keys[0]
        guard entry.keys.count == 1 else { throw Fault(kind: .unexpected, offset: entry.keys[1].offset) }
        guard seen.insert(key.text).inserted else { throw Fault(kind: .duplicateKey, offset: key.offset) }
        let value = entry.value
        switch key.text {
        case "capabilities":
            for element in try Self.elements(value) {
                guard let capability = Capability(rawValue: try PolicyReader.text(element)),
                    Capability.writable.contains(capability)
                else { throw Fault(kind: .unknownCapability, offset: element.offset) }
                capabilities.insert(CapabilitySet(capability))
            }
        case "policy": capabilities.formUnion(try Self.legacy(value))
        case "allowed_parameters": allowed = try Self.parameters(value)
        case "denied_parameters": denied = try Self.parameters(value)
        case "required_parameters":
            for element in try Self.elements(value) {
                let name = try PolicyReader.text(element).lowercased()
                if requiredNames.insert(name).inserted { required.append(name) }
            }
        case "min_wrapping_ttl": minimum = try Self.seconds(value)
        case "max_wrapping_ttl": maximum = try Self.seconds(value)
        case "comment": _ = try PolicyReader.text(value)
        case "mfa_methods", "control_group", "expiration", "pagination_limit", "list_scan_response_keys_filter_path",
            "subscribe_event_types":
            throw Fault(kind: .unsupportedRestriction, offset: key.offset)
        default: throw Fault(kind: .unknownKey, offset: key.offset)
        }
    }

    func rule(_ key: PolicySyntax.Key) throws(PolicySyntax.Fault) -> PathRule {
        if maximum > 0 && maximum < minimum { throw Fault(kind: .boundsCrossed, offset: key.offset) }
        return PathRule(
            key.text,
            capabilities,
            allowedParameters: allowed,
            deniedParameters: denied,
            requiredParameters: required,
            minimumWrapping: minimum,
            maximumWrapping: maximum
        )
    }

    /// The words of before there were capabilities (HashiCorp keeps them).
    private static func legacy(_ value: PolicySyntax.Value) throws(PolicySyntax.Fault) -> CapabilitySet {
        switch try PolicyReader.text(value) {
        // As if the line were not there.
        case "": return []
        case "deny": return .deny
        case "read": return CapabilitySet([.read, .list])
        case "write": return CapabilitySet([.create, .read, .update, .delete, .list])
        case "sudo": return CapabilitySet([.create, .read, .update, .delete, .list, .sudo])
        default: throw Fault(kind: .unknownLegacyPolicy, offset: value.offset)
        }
    }

    private static func elements(_ value: PolicySyntax.Value) throws(PolicySyntax.Fault) -> [PolicySyntax.Value] {
        guard case .list(let elements) = value.kind else { throw Fault(kind: .expectedList, offset: value.offset) }
        return elements
    }

    private static func parameters(_ value: PolicySyntax.Value) throws(PolicySyntax.Fault) -> [String: [JSONValue]] {
        guard case .object(let entries) = value.kind else { throw Fault(kind: .expectedObject, offset: value.offset) }
        var result: [String: [JSONValue]] = [:]
        for entry in entries {
            let key = entry.keys[0]
            guard entry.keys.count == 1 else { throw Fault(kind: .unexpected, offset: entry.keys[1].offset) }
            let name = key.text.lowercased()
            guard result[name] == nil else { throw Fault(kind: .duplicateKey, offset: key.offset) }
            var values: [JSONValue] = []
            for element in try elements(entry.value) { values.append(try json(element)) }
            result[name] = values
        }
        return result
    }

    /// The value as it is compared with a request's. The parser has bounded the depth.
    private static func json(_ value: PolicySyntax.Value) throws(PolicySyntax.Fault) -> JSONValue {
        switch value.kind {
        case .scalar(let scalar): return scalar
        case .list(let elements):
            var values: [JSONValue] = []
            for element in elements { values.append(try json(element)) }
            return .array(values)
        case .object(let entries):
            var object = JSONObject()
            for entry in entries {
                let key = entry.keys[0]
                guard entry.keys.count == 1 else { throw Fault(kind: .unexpected, offset: entry.keys[1].offset) }
                guard object[key.text] == nil else { throw Fault(kind: .duplicateKey, offset: key.offset) }
                object[key.text] = try json(entry.value)
            }
            return .object(object)
        }
    }

    /// Seconds, as a number or as a text: `90`, `90s`, `15m`, `1h30m`, `2d`.
    private static func seconds(_ value: PolicySyntax.Value) throws(PolicySyntax.Fault) -> Int {
        let fault = Fault(kind: .badDuration, offset: value.offset)
        switch value.kind {
        case .scalar(.integer(let number)) where (0...longest).contains(number): return number
        case .scalar(.string(let text)):
            guard let seconds = seconds(text) else { throw fault }
            return seconds
        default: throw fault
        }
    }

    /// A hundred years.
    private static let longest = 3_155_760_000

    private static func seconds(_ text: String) -> Int? {
        var total = 0
        var number: Int?
        for byte in text.utf8 {
            if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                let next = (number ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
                if next > longest { return nil }
                number = next
                continue
            }
            let unit: [UInt8: Int] = [
                UInt8(ascii: "s"): 1, UInt8(ascii: "m"): 60, UInt8(ascii: "h"): 3600, UInt8(ascii: "d"): 86400,
            ]
            guard let factor = unit[byte], let count = number else { return nil }
            total += count * factor
            number = nil
            if total > longest { return nil }
        }
        // A number alone is seconds; after a unit it would be none of both.
        if let number { return total == 0 ? number : nil }
        return total
    }
}
