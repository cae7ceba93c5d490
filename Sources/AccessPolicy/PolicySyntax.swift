internal import Findings

/// What a policy text says before anybody asks what it means: names, values, objects.
struct PolicySyntax {
    struct Key {
        let text: String
        let offset: Int
    }

    /// `KEY KEY { … }` or `KEY = VALUE`.
    struct Entry {
        let keys: [Key]
        let value: Value
        let isAssignment: Bool
    }

    struct Value {
        indirect enum Kind {
            case scalar(JSONValue)
            case list([Value])
            case object([Entry])
        }

        let kind: Kind
        let offset: Int
    }

    /// The entries of a text in HCL.
    ///
    /// The grammar is that of HCL version 1: comments in three spellings, bare and quoted keys, commas between the
    /// entries of an object if one likes, and a comma after a list's last element if one likes.
    static func entries(of bytes: [UInt8], from start: Int) throws(Fault) -> [Entry] {
        var parser = Parser(scanner: PolicyScanner(bytes: bytes, position: start, isJSON: false))
        return try parser.entries(until: nil, depth: 0)
    }

    /// The entries of a text in JSON, of which is known already that it is JSON.
    static func jsonEntries(of bytes: [UInt8], from start: Int) throws(Fault) -> [Entry] {
        var parser = Parser(scanner: PolicyScanner(bytes: bytes, position: start, isJSON: true))
        let value = try parser.value(depth: 0)
        try parser.scanner.skipSpace()
        guard parser.scanner.isAtEnd else { throw parser.scanner.fault(.unexpected) }
        guard case .object(let entries) = value.kind else { throw Fault(kind: .expectedObject, offset: value.offset) }
        return entries
    }

    /// What is wrong, and at which byte.
    struct Fault: Error {
        let kind: PolicyError.Kind
        let offset: Int
    }
}

private struct Parser {
    typealias Fault = PolicySyntax.Fault
    var scanner: PolicyScanner

    /// The entries of an object up to its closing bracket, which is taken; or up to the end of the text.
    mutating func entries(until close: Unicode.Scalar?, depth: Int) throws(Fault) -> [PolicySyntax.Entry] {
        var entries: [PolicySyntax.Entry] = []
        while true {
            try scanner.skipSpace()
            if let close {
                if try scanner.take(close) { return entries }
            } else if scanner.isAtEnd {
                return entries
            }
            entries.append(try entry(depth: depth))
            try scanner.skipSpace()
            if !scanner.isAtEnd { _ = try scanner.take(",") }
        }
    }

    private mutating func entry(depth: Int) throws(Fault) -> PolicySyntax.Entry {
        var keys: [PolicySyntax.Key] = []
        while true {
            try scanner.skipSpace()
            let isAssignment = scanner.isJSON ? try scanner.take(":") : try scanner.take("=")
            if keys.isEmpty && isAssignment { throw scanner.fault(.unexpected, back: 1) }
            if isAssignment || (!keys.isEmpty && scanner.current == UInt8(ascii: "{")) {
                try scanner.skipSpace()
                let value = try value(depth: depth + 1)
                return PolicySyntax.Entry(keys: keys, value: value, isAssignment: isAssignment)
            }
            // A rule has two: the word and its path. More would never mean anything.
            if keys.count == 2 { throw scanner.fault(.unexpected) }
            let offset = scanner.position
            keys.append(PolicySyntax.Key(text: try scanner.key(), offset: offset))
        }
    }

    mutating func value(depth: Int) throws(Fault) -> PolicySyntax.Value {
        if depth > PolicyLimits.depth { throw scanner.fault(.tooDeep) }
        try scanner.skipSpace()
        let offset = scanner.position
        if try scanner.take("{") {
            return PolicySyntax.Value(kind: .object(try entries(until: "}", depth: depth)), offset: offset)
        }
        if try scanner.take("[") {
            return PolicySyntax.Value(kind: .list(try elements(depth: depth)), offset: offset)
        }
        return PolicySyntax.Value(kind: .scalar(try scanner.scalar()), offset: offset)
    }

    private mutating func elements(depth: Int) throws(Fault) -> [PolicySyntax.Value] {
        var elements: [PolicySyntax.Value] = []
        while true {
            try scanner.skipSpace()
            if try scanner.take("]") { return elements }
            elements.append(try value(depth: depth + 1))
            try scanner.skipSpace()
            if try scanner.take("]") { return elements }
            guard try scanner.take(",") else { throw scanner.fault(.unexpected) }
        }
    }
}
