internal import Findings
internal import SecretStore

/// The audit log outside its store: JSON Lines that anybody can verify with the public key alone.
///
/// ```
/// {"format":"keyfolio-audit-1","public_key":"<hex>","store":"<hex>"}
/// {"hash":"<hex>","record":{…}}                                         one for each record, from the first
/// {"head":{"hash":"<hex>","sequence":N,"signature":"<hex>","state":"<hex>","time":T}}
/// ```
/// A record stands as the canonical JSON that was hashed: see ``AuditRecord``. With `||` for concatenation,
/// `hash(0) = SHA-256("keyfolio/1 audit genesis")` and
/// `hash(i) = SHA-256("keyfolio/1 audit record" || hash(i-1) || record i)`. The signature is Ed25519 over the length of
/// the label in four bytes, `"keyfolio/1 audit head"`, the store's id, the sequence in eight bytes, the hash, the
/// time in eight bytes, microseconds since 1970, and the state with its length in four bytes before it; integers are
/// big-endian. The state is a keyed hash of the store's rows: it says nothing without the store's key.
public enum AuditExport {
    static let format = "keyfolio-audit-1"
    static let hashPrefix = Array(#"{"hash":""#.utf8)
    static let recordPrefix = Array(#"","record":"#.utf8)
    static let headPrefix = Array(#"{"head":"#.utf8)

    /// Verifies an export. It needs no store, no key and no other file.
    ///
    /// - Parameters:
    ///   - bytes: The export.
    ///   - publicKey: The store's public key in hexadecimal, as it was told before; nil to take the one in the export,
    ///     which says only that the export is one whole, not whose it is.
    /// - Returns: What was found; the first place that does not fit.
    public static func verify(_ bytes: [UInt8], publicKey: String? = nil) -> AuditVerification {
        var verifier = AuditExportVerifier(publicKey: publicKey)
        verifier.update(bytes[...])
        return verifier.finish()
    }

    static func header(storeID: [UInt8], publicKey: [UInt8]) -> [UInt8] {
        var json = CanonicalJSON()
        json.begin()
        json.member("format", format)
        json.member("public_key", Hex.encode(publicKey))
        json.member("store", Hex.encode(storeID))
        json.end()
        return json.bytes + [0x0A]
    }

    static func append(hash: [UInt8], record: [UInt8], to lines: inout [UInt8]) {
        lines.append(contentsOf: hashPrefix)
        Hex.append(hash, to: &lines)
        lines.append(contentsOf: recordPrefix)
        lines.append(contentsOf: record)
        lines.append(contentsOf: [UInt8(ascii: "}"), 0x0A])
    }

    static func footer(_ head: AuditHeadRow) -> [UInt8] {
        var json = CanonicalJSON()
        json.begin()
        json.key("head")
        json.begin()
        json.member("hash", Hex.encode(head.hash))
        json.member("sequence", head.sequence)
        json.member("signature", Hex.encode(head.signature))
        json.member("state", Hex.encode(head.state))
        json.member("time", head.time)
        json.end()
        json.end()
        return json.bytes + [0x0A]
    }
}

/// Verifies an export piece by piece, so that a log of any length needs little memory.
public struct AuditExportVerifier: Sendable {
    private static let lineBytes = 4 << 20

    private let expectedKey: String?
    private var line: [UInt8] = []
    private var storeID: [UInt8]?
    private var publicKey: [UInt8]?
    private var hash = AuditChain.genesis
    private var result = AuditVerification(records: 0)
    private var isFinished = false

    /// - Parameter publicKey: The store's public key in hexadecimal, or nil to take the one in the export.
    public init(publicKey: String? = nil) { expectedKey = publicKey?.lowercased() }

    /// Takes the next bytes.
    public mutating func update(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while result.isIntact, let end = rest.firstIndex(of: 0x0A) {
            line.append(contentsOf: rest[..<end])
            verifyLine()
            line.removeAll(keepingCapacity: true)
            rest = rest[(end + 1)...]
        }
        if result.isIntact { line.append(contentsOf: rest) }
        if line.count > Self.lineBytes { fail("a line is longer than \(Self.lineBytes) bytes") }
    }

    /// Says what was found.
    public mutating func finish() -> AuditVerification {
        if result.isIntact, !line.isEmpty { fail("the last line is cut off") }
        if result.isIntact, !isFinished { fail("the signed head is missing: the log is cut off") }
        return result
    }

    private mutating func verifyLine() {
        guard let publicKey, let storeID else { return verifyHeader() }
        if isFinished { return fail("something follows the signed head") }
        if line.starts(with: AuditExport.headPrefix) { return verifyHead(publicKey, storeID) }
        let hashEnd = AuditExport.hashPrefix.count + 64
        let recordStart = hashEnd + AuditExport.recordPrefix.count
        guard line.count > recordStart, line.starts(with: AuditExport.hashPrefix), line.last == UInt8(ascii: "}"),
            line[hashEnd..<recordStart].elementsEqual(AuditExport.recordPrefix),
            let stated = Hex.decode(line[AuditExport.hashPrefix.count..<hashEnd])
        else { return fail("the line is not a record") }
        let record = Array(line[recordStart..<line.count - 1])
        guard let sequence = AuditRecord.sequence(inCanonicalJSON: record), sequence == result.records + 1 else {
            return fail("another record stands here: one was removed, added or moved")
        }
        hash = AuditChain.hash(after: hash, record)
        guard hash == stated else { return fail("the record was changed") }
        result.records += 1
    }

    private mutating func verifyHeader() {
        guard let value = try? JSONValue(parsing: line), value["format"]?.asString == AuditExport.format,
            let key = value["public_key"]?.asString, let keyBytes = Hex.decode(key), keyBytes.count == 32,
            let store = value["store"]?.asString.flatMap({ Hex.decode($0) }), store.count == 16
        else { return fail("this is no audit export; what a sink wrote is checked with --checkpoint") }
        // Byte for byte, as the head below: what stands beside the members is signed by nobody.
        guard line + [0x0A] == AuditExport.header(storeID: store, publicKey: keyBytes) else {
            return fail("the first line is not as an export writes it")
        }
        if let expectedKey, expectedKey != key { return fail("the export has another public key") }
        publicKey = keyBytes
        storeID = store
        result.publicKey = key
        result.storeID = Hex.encode(store)
    }

    private mutating func verifyHead(_ publicKey: [UInt8], _ storeID: [UInt8]) {
        guard let head = try? JSONValue(parsing: line)["head"], let sequence = head["sequence"]?.asInteger,
            let stated = head["hash"]?.asString.flatMap({ Hex.decode($0) }), let time = head["time"]?.asInteger,
            let signature = head["signature"]?.asString.flatMap({ Hex.decode($0) }),
            let state = head["state"]?.asString.flatMap({ Hex.decode($0) })
        else { return fail("the signed head cannot be read") }
        let row = AuditHeadRow(
            sequence: Int64(sequence),
            hash: stated,
            time: Int64(time),
            state: state,
            signature: signature
        )
        guard line + [0x0A] == AuditExport.footer(row) else {
            return fail("the signed head is not as an export writes it")
        }
        guard row.isSigned(storeID: storeID, publicKey: publicKey) else {
            return fail("the head is not signed by the store's key")
        }
        guard row.sequence == result.records else { return fail("records are missing before the signed head") }
        guard row.hash == hash else { return fail("the chain does not end in the signed head") }
        isFinished = true
    }

    private mutating func fail(_ fault: String) {
        guard result.isIntact else { return }
        result.brokenAt = result.records + 1
        result.fault = fault
    }
}

/// What a verification of the audit log found.
public struct AuditVerification: Sendable, Hashable {
    /// How many records were verified.
    public var records: Int64
    /// The number of the first record that does not fit, or nil when all do. A log whose records all fit and whose end
    /// does not fit the signed head breaks at the record after its last.
    public var brokenAt: Int64?
    /// What is wrong there, or, when all records fit, with the rows of the store.
    public var fault: String?
    /// The public key that the head was verified with, in hexadecimal.
    public var publicKey: String?
    /// The store's id in hexadecimal.
    public var storeID: String?

    /// Whether every record fits, and every row of the store.
    public var isIntact: Bool { fault == nil }

    /// Puts the parts together.
    package init(
        records: Int64,
        brokenAt: Int64? = nil,
        fault: String? = nil,
        publicKey: String? = nil,
        storeID: String? = nil
    ) {
        (self.records, self.brokenAt, self.fault) = (records, brokenAt, fault)
        (self.publicKey, self.storeID) = (publicKey, storeID)
    }
}

extension AuditRecord {
    /// The number of a record, whatever else is in it.
    static func sequence(inCanonicalJSON bytes: [UInt8]) -> Int64? {
        let limits = JSONLimits(bytes: 4 << 20, depth: 4, values: 10_000)
        return (try? JSONValue(parsing: bytes, limits: limits))?["sequence"]?.asInteger.map(Int64.init)
    }
}
