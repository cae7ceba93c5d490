/// A place in a YAML text, as people count it.
struct YAMLMark: Sendable, Hashable {
    // A file of at most 4 MiB has no line or column that does not fit, and every node has a mark or two.
    private let shortLine: UInt32
    private let shortColumn: UInt32

    /// Names a place.
    init(line: Int, column: Int) {
        shortLine = UInt32(clamping: line)
        shortColumn = UInt32(clamping: column)
    }

    /// The line, from 1.
    var line: Int { Int(shortLine) }
    /// The column, from 1, in Unicode scalars.
    var column: Int { Int(shortColumn) }

    /// Where a text begins.
    static let start = YAMLMark(line: 1, column: 1)
}

/// A value of a YAML document with its place.
struct YAMLNode: Sendable {
    /// What it is.
    var content: Content
    /// Where it begins.
    var mark: YAMLMark

    /// The three kinds of YAML nodes (YAML 1.2.2, 3.2.1.1).
    enum Content: Sendable {
        /// A text as it was written, and what it means.
        case scalar(String, YAMLScalar)
        /// Values in order.
        case sequence([YAMLNode])
        /// Keys with values, in the order of the file, each key once.
        case mapping([Pair])
    }

    /// A key with its value.
    struct Pair: Sendable {
        var key: String
        var keyMark: YAMLMark
        var value: YAMLNode
    }

    /// The pairs of a mapping, or nil.
    var pairs: [Pair]? {
        guard case .mapping(let pairs) = content else { return nil }
        return pairs
    }

    /// The items of a sequence, or nil.
    var items: [YAMLNode]? {
        guard case .sequence(let items) = content else { return nil }
        return items
    }

    /// The text of a scalar as it was written, whatever it means; nil for collections and for nothing.
    var writtenText: String? {
        guard case .scalar(let text, let meaning) = content, meaning != .null else { return nil }
        return text
    }

    /// The value of a key of a mapping, or nil. Linear: meant for mappings of a fixed few keys.
    subscript(key: String) -> YAMLNode? {
        guard case .mapping(let pairs) = content else { return nil }
        return pairs.first { $0.key == key }?.value
    }
}
