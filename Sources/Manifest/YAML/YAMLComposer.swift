internal import Findings

/// What is wrong with a text as YAML: the kind, a sentence without anything read from the text, and its place.
struct YAMLProblem: Error, Equatable {
    var code: FindingCode
    var message: String
    var fix: String
    var mark: YAMLMark
}

/// Composes the tree of a YAML text from libyaml's events.
///
/// Only the plain part of YAML is taken: one document of mappings, sequences and scalars. Anchors, aliases, merge keys
/// and tags are refused, because they make one line mean what another says; a repeated key is refused, because readers
/// disagree about which one counts. Time and memory grow with the text, never with what it unfolds to.
struct YAMLComposer: ~Copyable {
    /// What a text may have at most.
    enum Limit {
        /// Bytes of the whole text.
        static let bytes = 4 << 20
        /// Collections inside collections.
        static let depth = 64
        /// Scalars and collections.
        static let nodes = 500_000
        /// Repeated keys that are told before the rest is left out.
        static let repeatedKeys = 100
    }

    private let events: YAMLEvents
    private var nodes = 0
    private var repeated: [YAMLProblem] = []

    /// Reads a text.
    ///
    /// - Parameter bytes: The text, in UTF-8.
    /// - Returns: The document's root, nil for a text without a document, and the repeated keys, of which the first
    ///   counted.
    /// - Throws: The first thing that is not YAML, or not the plain part of it.
    static func compose(_ bytes: [UInt8]) throws(YAMLProblem) -> (root: YAMLNode?, repeated: [YAMLProblem]) {
        guard bytes.count <= Limit.bytes else {
            throw YAMLProblem(
                code: .manifestTooLarge,
                message: "the file has more than \(Limit.bytes >> 20) MiB",
                fix: "Describe fewer variables in one manifest.",
                mark: .start
            )
        }
        if let mark = UTF8Check.firstFault(in: bytes) {
            throw YAMLProblem(
                code: .manifestNotUTF8,
                message: "a byte here belongs to no UTF-8 character",
                fix: "Save the file in the encoding UTF-8.",
                mark: mark
            )
        }
        var composer = YAMLComposer(bytes)
        return try composer.document()
    }

    private init(_ bytes: [UInt8]) { events = YAMLEvents(bytes) }

    private mutating func document() throws(YAMLProblem) -> (root: YAMLNode?, repeated: [YAMLProblem]) {
        var root: YAMLNode?
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamStart, .documentEnd: continue
            case .streamEnd: return (root, repeated)
            case .documentStart:
                guard root == nil else {
                    throw refused("a second document begins here", "Keep one document: remove `---`.", event.mark)
                }
            default: root = try node(event, depth: 1)
            }
        }
    }

    private mutating func node(_ event: YAMLEvent, depth: Int) throws(YAMLProblem) -> YAMLNode {
        nodes += 1
        guard nodes <= Limit.nodes else {
            throw YAMLProblem(
                code: .manifestTooLarge,
                message: "the file has more than \(Limit.nodes) keys and values",
                fix: "Describe fewer variables in one manifest.",
                mark: event.mark
            )
        }
        if event.hasAnchor {
            throw refused("anchors (`&name`) are not used in manifests", "Write the values out.", event.mark)
        }
        if event.hasTag {
            throw refused("tags (`!name`) are not used in manifests", "Put text in quotes instead.", event.mark)
        }
        switch event.kind {
        case .scalar(let text, let isText, _):
            return YAMLNode(content: .scalar(text, isText: isText), mark: event.mark)
        case .sequenceStart, .mappingStart:
            guard depth <= Limit.depth else {
                throw YAMLProblem(
                    code: .manifestTooDeep,
                    message: "more than \(Limit.depth) levels are nested here",
                    fix: "A manifest needs no more than eight levels: check the brackets.",
                    mark: event.mark
                )
            }
            let content = event.kind == .mappingStart ? try mapping(depth) : try sequence(depth)
            return YAMLNode(content: content, mark: event.mark)
        case .alias:
            throw refused("aliases (`*name`) are not used in manifests", "Write the value out.", event.mark)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw refused("a value is missing here", "Write a value after the key.", event.mark)
        }
    }

    private mutating func sequence(_ depth: Int) throws(YAMLProblem) -> YAMLNode.Content {
        var items: [YAMLNode] = []
        while true {
            let event = try events.next()
            if event.kind == .sequenceEnd { return .sequence(items) }
            items.append(try node(event, depth: depth + 1))
        }
    }

    private mutating func mapping(_ depth: Int) throws(YAMLProblem) -> YAMLNode.Content {
        var pairs: [YAMLNode.Pair] = []
        var seen = KeyIndex()
        while true {
            let event = try events.next()
            if event.kind == .mappingEnd { return .mapping(pairs) }
            let node = try node(event, depth: depth + 1)
            guard case .scalar(let key, _, let isPlain) = event.kind else {
                throw refused("a key must be a word, not a list or a mapping", "Write `name: value`.", node.mark)
            }
            if isPlain, key == "<<" {
                throw refused("merge keys (`<<`) are not used in manifests", "Write the keys out.", node.mark)
            }
            let value = try self.node(try events.next(), depth: depth + 1)
            if let first = seen.place(of: key, among: pairs) {
                noteRepeated(node.mark, first: pairs[first].keyMark)
            } else {
                pairs.append(YAMLNode.Pair(key: key, keyMark: node.mark, value: value))
                seen.add(key, among: pairs)
            }
        }
    }

    private mutating func noteRepeated(_ mark: YAMLMark, first: YAMLMark) {
        guard repeated.count < Limit.repeatedKeys else { return }
        repeated.append(
            YAMLProblem(
                code: .manifestRepeatedKey,
                message: "the key of line \(first.line) stands here again, in line \(mark.line)",
                fix: "Keep one of the two.",
                mark: mark
            )
        )
    }

    private func refused(_ message: String, _ fix: String, _ mark: YAMLMark) -> YAMLProblem {
        YAMLProblem(code: .manifestUnsupportedYAML, message: message, fix: fix, mark: mark)
    }
}

/// Which keys a mapping already has: by looking through a few, by a dictionary through many.
private struct KeyIndex {
    private static let few = 8
    private var places: [String: Int] = [:]

    func place(of key: String, among pairs: [YAMLNode.Pair]) -> Int? {
        pairs.count <= Self.few ? pairs.firstIndex { $0.key == key } : places[key]
    }

    mutating func add(_ key: String, among pairs: [YAMLNode.Pair]) {
        if pairs.count == Self.few + 1 {
            for (index, pair) in pairs.enumerated() { places[pair.key] = index }
        } else if pairs.count > Self.few {
            places[key] = pairs.count - 1
        }
    }
}
