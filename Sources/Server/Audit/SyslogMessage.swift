internal import SecretStore
internal import Vaulting

/// One message of the syslog protocol (RFC 5424): a record or a checkpoint of the audit log.
///
/// `<PRI>1 TIME HOST keyfolio PID MSGID [keyfolio@32473 …] JSON`. What is searched for stands in the structured data; the
/// JSON is the record's line as the file has it, so that this copy can be held against the store as well. A message that
/// would be longer than the bound goes without the JSON, and says so.
///
/// 32473 is the enterprise number that RFC 5612 sets aside for examples: this project has none of its own.
struct SyslogMessage {
    private static let structureID = "keyfolio@32473"
    /// How long one value in the structured data may be.
    private static let valueBytes = 512

    let facility: Int
    let host: String
    let processID: Int32
    /// How long a message may be, in bytes.
    let limit: Int

    /// - Parameters:
    ///   - facility: RFC 5424, table 1: 10 is security and authorisation, 13 the log audit.
    ///   - host: This machine's name.
    init(facility: Int, host: String, processID: Int32, limit: Int) {
        self.facility = min(max(facility, 0), 23)
        self.host = Self.word(host, 255)
        self.processID = processID
        // Every receiver must take 480 bytes (section 6.1); below that nothing could be said.
        self.limit = max(480, limit)
    }

    /// The message of a record.
    func text(of entry: AuditEntry) -> [UInt8] {
        let record = entry.record
        // Warning, notice, informational: table 2.
        let severity =
            switch record.outcome {
            case .denied: 4
            case .failed: 5
            case .allowed, .begins: 6
            }
        var values: [(String, String?)] = [
            ("sequence", "\(record.sequence)"), ("action", record.action.rawValue),
            ("outcome", record.outcome.rawValue), ("code", record.code), ("principal", record.principal.name),
            ("path", record.path?.text), ("resource", record.resource), ("version", record.version.map { "\($0)" }),
            ("protocol", record.source.wire), ("address", record.source.address),
        ]
        values += [("session", record.session), ("request", record.source.request), ("trace", record.source.trace)]
        values += [("rule", record.rule)]
        return text(severity, record.time, record.action.rawValue, values, entry.line)
    }

    /// The message of a checkpoint.
    func text(of checkpoint: AuditCheckpoint) -> [UInt8] {
        let values = [("sequence", "\(checkpoint.sequence)" as String?)]
        return text(5, checkpoint.time, "audit.checkpoint", values, checkpoint.line)
    }

    private func text(
        _ severity: Int,
        _ time: Timestamp,
        _ kind: String,
        _ values: [(String, String?)],
        _ json: [UInt8]
    ) -> [UInt8] {
        let start = "<\(facility * 8 + severity)>1 \(time) \(host) keyfolio \(processID) \(Self.word(kind, 32)) "
        var bytes = Array((start + "[" + Self.structureID).utf8)
        for (name, value) in values {
            guard let value else { continue }
            let parameter = " \(name)=\"\(Self.escaped(value))\""
            // Room for the mark below and the bracket.
            guard bytes.count + parameter.utf8.count + 24 <= limit else { continue }
            bytes += Array(parameter.utf8)
        }
        if bytes.count + json.count + 2 <= limit {
            bytes += Array("] ".utf8) + json
        } else {
            bytes += Array(" shortened=\"true\"]".utf8)
        }
        return bytes
    }

    /// A header field: printable ASCII without spaces, `-` for nothing (section 6).
    private static func word(_ text: String, _ limit: Int) -> String {
        let bytes = text.utf8.filter { (0x21...0x7E).contains($0) }.prefix(limit)
        return bytes.isEmpty ? "-" : String(decoding: bytes, as: UTF8.self)
    }

    /// A value with the escapes of section 6.3.3. Control characters would end a line or drive a terminal.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        var count = 0
        for scalar in text.unicodeScalars {
            count += UTF8.width(scalar)
            guard count <= valueBytes else { return escaped + "…" }
            switch scalar {
            case "\"", "\\", "]":
                escaped += "\\"
                escaped.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): escaped += "?"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
