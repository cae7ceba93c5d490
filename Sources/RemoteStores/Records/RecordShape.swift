public import Findings

/// What an answer's object must have: names and types. What it has beside them is left out.
///
/// One description reads the answer, gives what `--json` prints, and is the published schema of it.
public struct RecordShape: Sendable {
    /// The type of a member.
    public enum Kind: Sendable {
        case text, texts, number, flag, map
        /// Visible ASCII without spaces: what may go to a terminal as it is.
        case word
        /// May be missing, and is null in what is printed.
        case optionalText, optionalNumber
    }

    /// The members in the order in which they are printed.
    public let members: [(name: String, kind: Kind)]

    /// Names the members.
    public init(_ members: [(String, Kind)]) { self.members = members.map { (name: $0.0, kind: $0.1) } }

    /// The same with more at the end.
    public func with(_ more: [(String, Kind)]) -> RecordShape {
        RecordShape(members.map { ($0.name, $0.kind) } + more)
    }

    /// Reads an object, or gives nil when it is not what it must be.
    func read(_ value: JSONValue) -> Record? {
        guard let object = value.asObject else { return nil }
        var result = JSONObject()
        for member in members {
            let found = object[member.name] ?? .null
            guard let taken = Self.take(found, member.kind) else { return nil }
            result[member.name] = taken
        }
        return Record(json: .object(result))
    }

    private static func take(_ value: JSONValue, _ kind: Kind) -> JSONValue? {
        switch (kind, value) {
        case (.text, .string), (.number, .integer), (.flag, .bool): value
        case (.word, .string(let text)): isWord(text) ? value : nil
        case (.optionalText, .string), (.optionalText, .null), (.optionalNumber, .integer), (.optionalNumber, .null):
            value
        case (.texts, .array(let elements)): elements.allSatisfy { $0.asString != nil } ? value : nil
        case (.map, .object(let object)): object.members.allSatisfy { $0.value.asString != nil } ? value : nil
        default: nil
        }
    }
}

/// Whether a text is one word of visible ASCII.
private func isWord(_ text: String) -> Bool {
    (1...4096).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
}

/// An object whose members have been looked at.
public struct Record: Sendable, Hashable {
    /// The members, as `--json` prints them.
    public let json: JSONValue

    /// A text; empty when it is not there.
    public func text(_ name: String) -> String { json[name]?.asString ?? "" }

    /// A number; 0 when it is not there.
    public func number(_ name: String) -> Int { json[name]?.asInteger ?? 0 }

    /// Whether a flag is set.
    public func flag(_ name: String) -> Bool { json[name] == .bool(true) }

    /// Texts; none when they are not there.
    public func texts(_ name: String) -> [String] { json[name]?.asArray?.compactMap(\.asString) ?? [] }
}

extension KeyfolioClient {
    /// An answer as a record.
    public func record(_ shape: RecordShape, of answer: JSONValue) throws(RemoteError) -> Record {
        guard let record = shape.read(answer) else {
            throw .notKeyfolio(address, "something in it is missing, or is not what it must be")
        }
        return record
    }

    /// The elements of an answer's list as records.
    public func records(_ shape: RecordShape, _ name: String, of answer: JSONValue) throws(RemoteError) -> [Record] {
        guard let elements = answer[name]?.asArray else { throw .notKeyfolio(address, "it has no list of \(name)") }
        var records: [Record] = []
        records.reserveCapacity(elements.count)
        for element in elements { records.append(try record(shape, of: element)) }
        return records
    }

    /// A list that the server gives in pages, whole.
    ///
    /// - Parameters:
    ///   - shape: What an element is.
    ///   - name: The list's name in an answer, and its path.
    ///   - key: The member that `next` names, of the last element of a page.
    /// - Throws: ``RemoteError``: also for pages without end, or one that comes again: that is no Keyfolio.
    public func allRecords(_ shape: RecordShape, _ name: String, by key: String) throws(RemoteError) -> [Record] {
        var all: [Record] = []
        var after: String?
        var places: Set<String> = []
        for _ in 0..<10_000 {
            let query = [("limit", "1000")] + (after.map { [("after", $0)] } ?? [])
            let answer = try ask(.get, [name], query: query)
            all += try records(shape, name, of: answer)
            guard let next = answer["next"]?.asString else { return all }
            guard places.insert(next).inserted, next == all.last?.text(key) else { break }
            after = next
        }
        throw .notKeyfolio(address, "its pages have no end")
    }
}
