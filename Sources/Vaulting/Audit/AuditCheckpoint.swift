internal import Findings
public import SecretStore

/// A signed head of the audit log, kept where the store is not.
///
/// One line of JSON: `{"checkpoint":{"hash":"<hex>","public_key":"<hex>","sequence":N,"signature":"<hex>",
/// "state":"<hex>","store":"<hex>","time":T}}`. The signature is the one that ``AuditExport`` describes: every commit
/// makes it, so a checkpoint costs nothing and is worth as much as an export up to its record.
public struct AuditCheckpoint: Sendable, Hashable {
    /// The number of the last record then.
    public let sequence: Int64
    /// The chain's hash after it, 32 bytes.
    public let hash: [UInt8]
    /// When it was written.
    public let time: Timestamp
    /// The store's id in hexadecimal.
    public let storeID: String
    /// The key that signed it, in hexadecimal.
    public let publicKey: String
    private let state: [UInt8]
    private let signature: [UInt8]

    static let prefix = Array(#"{"checkpoint":{"#.utf8)

    init(_ head: AuditHeadRow, keys: RootKeys) {
        sequence = head.sequence
        hash = head.hash
        time = Timestamp(microseconds: head.time)
        state = head.state
        signature = head.signature
        storeID = Hex.encode(keys.storeID)
        publicKey = Hex.encode(keys.signing.publicKey)
    }

    /// The signed head at the end of an export, whose first line names the store and its key.
    ///
    /// - Parameters:
    ///   - header: The export's first line.
    ///   - head: Its last one.
    init?(export header: JSONValue, head line: [UInt8]) {
        guard let head = (try? JSONValue(parsing: line))?["head"] else { return nil }
        self.init(head, of: header)
    }

    /// Reads a line, which must be as ``line`` writes it.
    public init?(line: [UInt8]) {
        guard line.count <= 4096, let head = (try? JSONValue(parsing: line))?["checkpoint"] else { return nil }
        self.init(head, of: head)
        guard self.line == line else { return nil }
    }

    /// - Parameters:
    ///   - head: What has the signed head.
    ///   - store: What names the store and its key.
    private init?(_ head: JSONValue, of store: JSONValue) {
        func digits(_ name: String, of value: JSONValue) -> [UInt8]? {
            value[name]?.asString.flatMap { Hex.decode($0) }
        }
        guard let sequence = head["sequence"]?.asInteger.map(Int64.init), StoreLimits.isCount(sequence),
            let hash = digits("hash", of: head), hash.count == 32, let state = digits("state", of: head),
            let signature = digits("signature", of: head), let time = head["time"]?.asInteger,
            let key = store["public_key"]?.asString, digits("public_key", of: store)?.count == 32,
            let id = store["store"]?.asString, digits("store", of: store)?.count == 16
        else { return nil }
        self.sequence = sequence
        self.hash = hash
        self.time = Timestamp(microseconds: Int64(time))
        self.state = state
        self.signature = signature
        storeID = id
        publicKey = key
    }

    /// The checkpoint as one line of JSON, without its end.
    public var line: [UInt8] {
        var json = CanonicalJSON()
        json.begin()
        json.key("checkpoint")
        json.begin()
        json.member("hash", Hex.encode(hash))
        json.member("public_key", publicKey)
        json.member("sequence", sequence)
        json.member("signature", Hex.encode(signature))
        json.member("state", Hex.encode(state))
        json.member("store", storeID)
        json.member("time", time.microseconds)
        json.end()
        json.end()
        return json.bytes
    }

    /// Whether the key that the checkpoint names has signed it.
    public var isSigned: Bool {
        guard let store = Hex.decode(storeID), let key = Hex.decode(publicKey) else { return false }
        let head = AuditHeadRow(
            sequence: sequence,
            hash: hash,
            time: time.microseconds,
            state: state,
            signature: signature
        )
        return head.isSigned(storeID: store, publicKey: key)
    }
}

/// Finds the checkpoints in what a follower of the log wrote, whatever stands before them in a line, and the signed head
/// of an export, which is one as well.
public struct AuditCheckpointReader: Sendable {
    private static let lineBytes = 1 << 20
    private static let limit = 1_000_000

    /// The checkpoints, in their order.
    public private(set) var checkpoints: [AuditCheckpoint] = []
    /// How many lines have the beginning of a checkpoint and are none: torn, or changed.
    public private(set) var unreadable = 0
    private var line: [UInt8] = []
    private var isTooLong = false
    /// The first line of an export.
    private var header: JSONValue?

    /// Has read nothing.
    public init() {}

    /// Takes the next bytes.
    public mutating func update(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while let end = rest.firstIndex(of: 0x0A) {
            take(rest[..<end])
            finishLine()
            rest = rest[(end + 1)...]
        }
        take(rest)
    }

    /// Takes note that there is no more.
    public mutating func finish() { finishLine() }

    private mutating func take(_ bytes: ArraySlice<UInt8>) {
        guard !isTooLong else { return }
        line.append(contentsOf: bytes)
        isTooLong = line.count > Self.lineBytes
    }

    private mutating func finishLine() {
        defer {
            line.removeAll(keepingCapacity: true)
            isTooLong = false
        }
        guard !isTooLong else { return }
        if line.starts(with: Self.exportPrefix) {
            header = try? JSONValue(parsing: line)
        } else if line.starts(with: AuditExport.headPrefix) {
            add(header.flatMap { AuditCheckpoint(export: $0, head: line) })
        } else if line.holds(AuditCheckpoint.prefix), let start = start() {
            // A text of a record that looks like a checkpoint has escapes in it.
            add(AuditCheckpoint(line: Array(line[start...])))
        }
    }

    private static let exportPrefix = Array("{\"format\":\"\(AuditExport.format)\"".utf8)

    private mutating func add(_ checkpoint: AuditCheckpoint?) {
        guard let checkpoint, checkpoints.count < Self.limit else {
            unreadable += 1
            return
        }
        checkpoints.append(checkpoint)
    }

    private func start() -> Int? {
        let prefix = AuditCheckpoint.prefix
        var position = line.startIndex
        while let brace = line[position...].firstIndex(of: UInt8(ascii: "{")) {
            if line[brace...].starts(with: prefix) { return brace }
            position = brace + 1
        }
        return nil
    }
}

/// The checkpoints that a verification still has to come through.
struct AuditRoute {
    private var rest: ArraySlice<AuditCheckpoint>
    /// What is wrong with the checkpoints themselves.
    let fault: (record: Int64, text: String)?

    init(_ checkpoints: [AuditCheckpoint], signedBy keys: Set<String>) {
        rest = checkpoints.sorted { $0.sequence < $1.sequence }[...]
        let known = Set(keys.map { $0.lowercased() })
        fault =
            rest.lazy.compactMap { checkpoint -> (record: Int64, text: String)? in
                guard known.contains(checkpoint.publicKey) else {
                    return (
                        checkpoint.sequence, "its checkpoint is signed by another store's key: \(checkpoint.publicKey)"
                    )
                }
                return checkpoint.isSigned ? nil : (checkpoint.sequence, "its checkpoint was changed")
            }
            .first
    }

    /// The number of the next checkpoint's record.
    var next: Int64? { rest.first?.sequence }

    /// Takes a link of the chain; false when a checkpoint says another.
    mutating func leads(through sequence: Int64, _ hash: [UInt8]) -> Bool {
        while let checkpoint = rest.first, checkpoint.sequence <= sequence {
            guard checkpoint.sequence == sequence, checkpoint.hash == hash else { return false }
            rest.removeFirst()
        }
        return true
    }
}
