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
/// Of manifests only the plain part of YAML is taken: one document of mappings, sequences and scalars. Anchors, aliases,
/// merge keys and tags are refused, because they make one line mean what another says; a repeated key is refused,
/// because readers disagree about which one counts. Compose files use all of them, so those are read with
/// ``Scope/everything``. What aliases unfold to counts as if it were written out.
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

    /// How much of YAML is taken.
    enum Scope {
        /// Mappings, sequences and scalars.
        case plain
        /// The same, and control characters that are escaped in double quotes: another tool's values may have them.
        case values
        /// Anchors, aliases and merge keys too; tags are passed over.
        case everything
    }

    private let events: YAMLEvents
    private let scope: Scope
    private var nodes = 0
    private var deepest = 0
    private var repeated: [YAMLProblem] = []
    private var anchored: [String: (node: YAMLNode, nodes: Int, height: Int)] = [:]

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - bytes: The text, in UTF-8.
    ///   - scope: How much of YAML is taken.
    /// - Returns: The document's root, nil for a text without a document, and the repeated keys, of which the first
    ///   counted.
    /// - Throws: The first thing that is not YAML, or not the part of it that is taken.
    static func compose(
        _ bytes: [UInt8],
        taking scope: Scope = .plain
    ) throws(YAMLProblem) -> (root: YAMLNode?, repeated: [YAMLProblem]) {
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
        var composer = YAMLComposer(bytes, scope)
        return try composer.document()
    }

    private init(_ bytes: [UInt8], _ scope: Scope) {
        events = YAMLEvents(bytes, takesControlCharacters: scope == .values)
        self.scope = scope
    }

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
        try count(1, at: event.mark)
        if event.hasTag, scope != .everything {
            throw refused("tags (`!name`) are not used in manifests", "Put text in quotes instead.", event.mark)
        }
        guard let anchor = event.anchor else { return try content(of: event, depth) }
        if scope != .everything {
            let fix = "Write the values out, or put text that begins with `&` in quotes."
            throw refused("anchors (`&name`) are not used in manifests", fix, event.mark)
        }
        let (before, deepestBefore) = (nodes, deepest)
        deepest = depth
        let node = try content(of: event, depth)
        anchored[anchor] = (node, nodes - before + 1, deepest - depth)
        deepest = max(deepest, deepestBefore)
        return node
    }

    private mutating func content(of event: YAMLEvent, _ depth: Int) throws(YAMLProblem) -> YAMLNode {
        switch event.kind {
        case .scalar(let text, let meaning, _):
            return YAMLNode(content: .scalar(text, meaning), mark: event.mark)
        case .sequenceStart:
            try descend(to: depth, at: event.mark)
            return YAMLNode(content: try sequence(depth), mark: event.mark)
        case .mappingStart:
            try descend(to: depth, at: event.mark)
            return YAMLNode(content: try mapping(depth), mark: event.mark)
        case .alias(let name):
            guard scope == .everything, let (node, nodes, height) = anchored[name] else {
                let fix = "Write the value out, or put text that begins with `*` in quotes."
                throw refused("aliases (`*name`) are not used in manifests", fix, event.mark)
            }
            try count(nodes, at: event.mark)
            try descend(to: depth + height, at: event.mark)
            return node
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw refused("a value is missing here", "Write a value after the key.", event.mark)
        }
    }

    private mutating func count(_ more: Int, at mark: YAMLMark) throws(YAMLProblem) {
        nodes += more
        guard nodes > Limit.nodes else { return }
        throw YAMLProblem(
            code: .manifestTooLarge,
            message: "the file has more than \(Limit.nodes) keys and values",
            fix: "Describe fewer variables in one manifest.",
            mark: mark
        )
    }

    private mutating func descend(to depth: Int, at mark: YAMLMark) throws(YAMLProblem) {
        deepest = max(deepest, depth)
        guard depth > Limit.depth else { return }
        throw YAMLProblem(
            code: .manifestTooDeep,
            message: "more than \(Limit.depth) levels are nested here",
            fix: "A manifest needs no more than eight levels: check the brackets.",
            mark: mark
        )
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
        pairs.reserveCapacity(4)
        var seen = KeyIndex()
        var merged: [YAMLNode] = []
        while true {
            let event = try events.next()
            if event.kind == .mappingEnd { return .mapping(merged.isEmpty ? pairs : Self.merge(merged, into: pairs)) }
            let node = try node(event, depth: depth + 1)
            guard case .scalar(let key, _, let isPlain) = event.kind else {
                throw refused("a key must be a word, not a list or a mapping", "Write `name: value`.", node.mark)
            }
            if isPlain, key == "<<" {
                if scope == .everything {
                    merged.append(try self.node(try events.next(), depth: depth + 1))
                    continue
                }
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

    /// Adds the pairs of merged mappings whose keys are not there yet (YAML 1.1, merge key language-independent type).
    private static func merge(_ merged: [YAMLNode], into pairs: [YAMLNode.Pair]) -> [YAMLNode.Pair] {
        var result = pairs
        var seen = Set(pairs.map(\.key))
        for node in merged.flatMap({ $0.items ?? [$0] }) {
            for pair in node.pairs ?? [] where seen.insert(pair.key).inserted { result.append(pair) }
        }
        return result
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
