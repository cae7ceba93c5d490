public import SecretStore

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Which records of the audit log are wanted.
///
/// A list that is empty asks for nothing; one with several terms wants any of them. A term is a whole text, or, with a `*`
/// at its end, how it begins: `secret.*`, `shop/production/*`.
public struct AuditQuery: Sendable, Hashable {
    /// In which order records are given.
    public enum Order: String, Sendable, Hashable, CaseIterable {
        /// The newest record first: what happened last is found without reading the log from its beginning.
        case newestFirst
        /// The oldest first.
        case oldestFirst
    }

    /// How many records one answer has at most.
    public static let answerRecords = 100_000
    /// How many terms a query has at most.
    public static let terms = 256

    /// Who asked.
    public var principals: [String] = []
    /// What was asked for.
    public var actions: [String] = []
    /// The secret, or what else it was about, in the layout of ``Resource``: `sys/policies/*`.
    public var paths: [String] = []
    /// How it ended.
    public var outcomes: [AuditRecord.Outcome] = []
    /// Through which protocol it was asked: `cli`, or the name of a served one.
    public var protocols: [String] = []
    /// Where it came from. A record without an address is in no range.
    public var addresses: [AddressRange] = []
    /// By which credential.
    public var sessions: [String] = []
    /// In which trace: 32 hexadecimal digits in lower case.
    public var traces: [String] = []
    /// Nothing before this moment.
    public var from: Timestamp?
    /// Nothing at or after this moment.
    public var until: Timestamp?
    /// The order of the answer.
    public var order: Order = .newestFirst
    /// How many records are wanted, up to ``answerRecords``.
    public var limit = 1000
    /// Where to go on: ``AuditPage/next`` of the answer before.
    public var after: Int64?
    /// How many records may be looked at for one answer, so that a query that finds nothing does not read a whole log.
    public var scanLimit = Int64.max

    /// Asks for everything, the newest first.
    public init() {}

    /// Whether a text is the id of a trace: 32 hexadecimal digits in lower case, not all zero.
    public static func isTrace(_ text: String) -> Bool {
        text.utf8.count == 32 && text.utf8.contains { $0 != UInt8(ascii: "0") }
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// The query in words, for its own record: names, never a value, and not long, whatever was asked.
    public var text: String {
        var parts: [String] = []
        func add(_ word: String, _ terms: [String]) {
            guard !terms.isEmpty else { return }
            // A term is a stranger's text: bounded and without what drives a terminal, as a principal's name is.
            let shown = terms.prefix(4).map { Principal($0).name }.joined(separator: " or ")
            parts.append("\(word) \(shown)" + (terms.count > 4 ? " or \(terms.count - 4) more" : ""))
        }
        add("principal", principals)
        add("action", actions)
        add("path", paths)
        add("outcome", outcomes.map(\.rawValue))
        add("protocol", protocols)
        add("address", addresses.map(\.text))
        add("session", sessions)
        add("trace", traces)
        if let from { parts.append("from \(from)") }
        if let until { parts.append("until \(until)") }
        if let after { parts.append("going on at record \(after)") }
        return parts.isEmpty ? "all records" : parts.joined(separator: ", ")
    }

    var termCount: Int {
        principals.count + actions.count + paths.count + outcomes.count + protocols.count + addresses.count
            + sessions.count + traces.count
    }
}

/// One answer to a query.
public struct AuditPage: Sendable {
    /// The records, in the order that was asked for.
    public var records: [AuditRecord] = []
    /// What to give as ``AuditQuery/after`` to go on; nil when everything was looked at.
    public var next: Int64?
    /// How many records were looked at.
    public var scanned: Int64 = 0

    /// A page without records.
    package init() {}
}

/// A query made ready to be held against many records.
///
/// Reading a record's JSON costs more than finding a text in it, so what must stand in the text of every record that fits
/// is looked for first. Canonical JSON has one spelling for a member, so none is missed.
struct AuditFilter {
    private let query: AuditQuery
    private let needles: [[[UInt8]]]

    init(_ query: AuditQuery) {
        self.query = query
        needles = [
            query.actions.map { Self.needle("action", $0) },
            query.principals.map { Self.needle("principal", $0) },
            query.paths.flatMap { [Self.needle("path", $0), Self.needle("resource", $0)] },
            query.outcomes.map { Self.needle("outcome", $0.rawValue) },
            query.protocols.map { Self.needle("protocol", $0) },
            query.sessions.map { Self.needle("session", $0) },
            query.traces.map { Self.needle("trace", $0) },
        ]
        .filter { !$0.isEmpty }
    }

    private static func needle(_ member: String, _ term: String) -> [UInt8] {
        var json = CanonicalJSON(bytes: Array("\"\(member)\":".utf8))
        json.append(AuditTerm(term).text)
        return AuditTerm(term).isPrefix ? Array(json.bytes.dropLast()) : json.bytes
    }

    /// Whether a record's text may be of one that fits.
    func mayFit(_ record: [UInt8]) -> Bool {
        needles.allSatisfy { choices in choices.contains { record.holds($0) } }
    }

    /// Whether a record fits, its time apart.
    func fits(_ record: AuditRecord) -> Bool {
        func fits(_ terms: [String], _ text: String?) -> Bool {
            guard !terms.isEmpty else { return true }
            guard let text else { return false }
            return terms.contains { AuditTerm($0).fits(text) }
        }
        return fits(query.principals, record.principal.name) && fits(query.actions, record.action.rawValue)
            && fits(query.paths, record.path?.text ?? record.resource) && fits(query.traces, record.source.trace)
            && fits(query.protocols, record.source.wire)
            && fits(query.sessions, record.session)
            && (query.outcomes.isEmpty || query.outcomes.contains(record.outcome))
            && (query.addresses.isEmpty
                || query.addresses.contains { range in record.source.address.map(range.contains) ?? false })
    }
}

/// A whole text, or how one begins.
struct AuditTerm {
    let text: String
    let isPrefix: Bool

    init(_ term: String) {
        isPrefix = term.utf8.last == UInt8(ascii: "*")
        text = isPrefix ? String(term.dropLast()) : term
    }

    func fits(_ other: String) -> Bool {
        isPrefix ? other.utf8.starts(with: text.utf8) : other.utf8.elementsEqual(text.utf8)
    }
}

extension [UInt8] {
    /// Whether the bytes stand somewhere in these. The colon of a member is looked for first: there are fewer of them
    /// than of quotes.
    func holds(_ needle: [UInt8]) -> Bool {
        guard let anchor = needle.firstIndex(of: UInt8(ascii: ":")) ?? needle.indices.first else { return true }
        guard count >= needle.count else { return false }
        return unsafe withUnsafeBytes { memory in
            unsafe needle.withUnsafeBytes { wanted in
                guard let base = memory.baseAddress, let sought = wanted.baseAddress else { return false }
                var start = 0
                let last = memory.count - wanted.count
                let byte = Int32(unsafe wanted[anchor])
                while start <= last,
                    let found = unsafe memchr(base + start + anchor, byte, last - start + 1)
                {
                    start = unsafe UnsafeRawPointer(found) - base - anchor
                    if unsafe memcmp(base + start, sought, wanted.count) == 0 { return true }
                    start += 1
                }
                return false
            }
        }
    }
}
