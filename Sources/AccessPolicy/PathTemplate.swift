/// A pattern with `{{…}}` in it.
///
/// What is filled in comes from whoever manages identities, and often from another system. It stands for a part of one
/// segment and for nothing more: a value with a wildcard or a slash would make the rule mean other paths
/// (GHSA-59w7-v8rr-pr4p).
enum PathTemplate {
    /// What comes out.
    enum Outcome {
        case resolved(String)
        /// The identity has no such value.
        case missing
        /// The value would change what the rule is about. The pattern has `+` for each segment with a template.
        case unsafe(widened: String)
    }

    /// Whether the brackets match.
    static func isBalanced(_ pattern: String) -> Bool { parts(of: pattern) != nil }

    static func resolve(_ pattern: String, _ values: TemplateValues) -> Outcome {
        guard pattern.utf8.contains(UInt8(ascii: "{")) else { return .resolved(pattern) }
        guard let parts = parts(of: pattern) else { return .missing }
        var result = ""
        var isSafe = true
        for part in parts {
            switch part {
            case .text(let text): result += text
            case .template(let name):
                guard let value = values.value(of: name) else { return .missing }
                isSafe = isSafe && Self.isSafe(value)
                result += value
            }
        }
        return isSafe ? .resolved(result) : .unsafe(widened: widened(parts))
    }

    private enum Part {
        case text(String)
        case template(String)
    }

    /// Nil when the brackets do not match.
    private static func parts(of pattern: String) -> [Part]? {
        let bytes = Array(pattern.utf8)
        let (open, close) = (UInt8(ascii: "{"), UInt8(ascii: "}"))
        var parts: [Part] = []
        var begin = 0
        var index = 0
        var isInside = false
        while index + 1 < bytes.count {
            if bytes[index] == open && bytes[index + 1] == open {
                if isInside { return nil }
                parts.append(.text(String(decoding: bytes[begin..<index], as: UTF8.self)))
            } else if bytes[index] == close && bytes[index + 1] == close {
                if !isInside { return nil }
                let name = bytes[begin..<index].drop { $0 == 0x20 }
                let trimmed = name.reversed().drop { $0 == 0x20 }.reversed()
                if trimmed.isEmpty { return nil }
                parts.append(.template(String(decoding: trimmed, as: UTF8.self)))
            } else {
                index += 1
                continue
            }
            isInside.toggle()
            index += 2
            begin = index
        }
        if isInside { return nil }
        parts.append(.text(String(decoding: bytes[begin...], as: UTF8.self)))
        return parts
    }

    /// A pattern that means whatever a pattern means for anybody: what is filled in may make a wildcard of its segment.
    static func widest(_ pattern: String) -> String {
        let bytes = Array(pattern.utf8)
        guard let open = bytes.firstIndex(of: UInt8(ascii: "{")) else { return pattern }
        let end = bytes[..<open].lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        return String(decoding: bytes[..<end], as: UTF8.self) + "*"
    }

    private static func isSafe(_ value: String) -> Bool {
        !value.isEmpty && value != "." && value != ".."
            && value.unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "*", "+", "/", "\\": false
                case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": false
                default: true
                }
            }
    }

    /// The pattern with every segment that has a template as a wildcard.
    private static func widened(_ parts: [Part]) -> String {
        let marked = parts.map { part in
            switch part {
            case .text(let text): text
            // A text of a policy cannot be mistaken for it: it stands for nothing but itself while the segments are cut.
            case .template: "\u{0}"
            }
        }
        let bytes = Array(marked.joined().utf8)
        let endsInStar = bytes.last == UInt8(ascii: "*")
        let segments = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return segments.enumerated().map { index, segment in
            guard segment.contains(0) else { return String(decoding: segment, as: UTF8.self) }
            return endsInStar && index == segments.count - 1 ? "*" : "+"
        }.joined(separator: "/")
    }
}
