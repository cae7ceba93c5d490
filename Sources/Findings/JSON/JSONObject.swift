/// The members of a JSON object in their order, each key once.
///
/// Keys are one when their code units are (RFC 8259, section 8.3). Swift's own comparison of strings would take the
/// composed and the decomposed spelling of `é` for one key and lose a member.
public struct JSONObject: Sendable {
    /// One key with its value.
    public struct Member: Sendable {
        /// The key.
        public let key: String
        /// The value.
        public var value: JSONValue
    }

    /// The members in their order.
    public private(set) var members: [Member] = []
    /// Where each key is, once there are more than a few: few are found sooner by looking at each.
    private var positions: [ExactKey: Int] = [:]
    private static let few = 8

    /// An object without members.
    public init() {}

    /// How many members there are.
    public var count: Int { members.count }

    /// The keys in their order.
    public var keys: [String] { members.map(\.key) }

    /// The value of a key. A new key goes to the end; setting nil removes the member, in linear time.
    public subscript(key: String) -> JSONValue? {
        get { position(of: key).map { members[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?): members[position].value = value
            case (nil, let value?): add(value, for: key)
            case (let position?, nil):
                members.remove(at: position)
                positions.removeAll()
                if members.count > Self.few { index() }
            case (nil, nil): break
            }
        }
    }

    /// Adds a member at the end.
    ///
    /// - Returns: False when the key is there already; then nothing changes.
    mutating func append(_ value: JSONValue, for key: String) -> Bool {
        if position(of: key) != nil { return false }
        add(value, for: key)
        return true
    }

    private func position(of key: String) -> Int? {
        if members.count > Self.few { return positions[ExactKey(key)] }
        return members.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
    }

    private mutating func add(_ value: JSONValue, for key: String) {
        members.append(Member(key: key, value: value))
        if members.count == Self.few + 1 {
            index()
        } else if members.count > Self.few {
            positions[ExactKey(key)] = members.count - 1
        }
    }

    private mutating func index() {
        for (position, member) in members.enumerated() { positions[ExactKey(member.key)] = position }
    }
}

extension JSONObject: Sequence {
    /// Goes through the members in their order.
    public func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
}

extension JSONObject: Hashable {
    /// Two objects are one when they have the same members in the same order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.elementsEqual(right.members) { ExactKey($0.key) == ExactKey($1.key) && $0.value == $1.value }
    }

    /// Hashes the members.
    public func hash(into hasher: inout Hasher) {
        for member in members {
            hasher.combine(ExactKey(member.key))
            hasher.combine(member.value)
        }
    }
}

/// A key compared by its bytes.
private struct ExactKey: Sendable, Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: ExactKey, right: ExactKey) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
