internal import HTTPModel

/// The header fields that every answer has unless it sets its own, with the date of the current second.
///
/// Kept ready as bytes, because an answer with none of its own of these is nearly every answer.
final class StandardFields {
    /// One of the fields, as a bit.
    struct Names: OptionSet {
        let rawValue: UInt8
        static let cacheControl = Names(rawValue: 1)
        static let contentTypeOptions = Names(rawValue: 2)
        static let strictTransportSecurity = Names(rawValue: 4)
        static let contentSecurityPolicy = Names(rawValue: 8)
        static let referrerPolicy = Names(rawValue: 16)
        static let server = Names(rawValue: 32)
    }

    /// What a field of an answer is to the transport.
    enum Role {
        /// The answer's own.
        case own
        /// The answer's own in place of a standard one.
        case instead(Names)
        /// What the standard says as well.
        case standard
        /// About the connection or the length: the transport's own business, left out.
        case transport
        /// No header field: a line break or the like in it.
        case malformed
    }

    /// The date, in the form of HTTP.
    private(set) var date = ""
    /// All lines with the date, as HTTP/1.1 writes them.
    private(set) var lines: [UInt8] = []
    /// The fields without the date.
    let fields: [(name: String, lowercaseName: String, bit: Names, value: String)]
    private var second = -1

    init(isEncrypted: Bool, serverName: String?) {
        var fields: [(String, Names, String)] = [
            ("Cache-Control", .cacheControl, "no-store"),
            ("X-Content-Type-Options", .contentTypeOptions, "nosniff"),
            ("Content-Security-Policy", .contentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'"),
            ("Referrer-Policy", .referrerPolicy, "no-referrer"),
        ]
        if isEncrypted {
            fields.append(("Strict-Transport-Security", .strictTransportSecurity, "max-age=31536000"))
        }
        if let serverName { fields.append(("Server", .server, serverName)) }
        self.fields = fields.map { ($0.0, $0.0.lowercased(), $0.1, $0.2) }
        refresh(second: 0)
    }

    /// Sets the date.
    func refresh(second: Int) {
        guard second != self.second else { return }
        self.second = second
        date = DateText.text(secondsSince1970: second)
        let all = fields.map { ($0.name, $0.value) } + [("Date", date)]
        lines = all.flatMap { Array("\($0): \($1)\r\n".utf8) }
    }

    /// Decides about a field of an answer.
    static func role(of field: HTTPHeaders.Field) -> Role {
        guard !field.name.isEmpty, field.name.utf8.allSatisfy(CharacterClass.token.contains),
            field.value.utf8.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 })
        else { return .malformed }
        switch field.name.utf8.count {
        case 4 where field.isNamed("date"): return .transport
        case 6 where field.isNamed("server"): return .instead(.server)
        case 7 where field.isNamed("upgrade"): return .transport
        case 10 where field.isNamed("connection") || field.isNamed("keep-alive"): return .transport
        // What says the same as the standard is nearly every answer's.
        case 13 where field.isNamed("cache-control"):
            return field.value == "no-store" ? .standard : .instead(.cacheControl)
        case 14 where field.isNamed("content-length"): return .transport
        case 15 where field.isNamed("referrer-policy"): return .instead(.referrerPolicy)
        case 16 where field.isNamed("proxy-connection"): return .transport
        case 17 where field.isNamed("transfer-encoding"): return .transport
        case 22 where field.isNamed("x-content-type-options"): return .instead(.contentTypeOptions)
        case 23 where field.isNamed("content-security-policy"): return .instead(.contentSecurityPolicy)
        case 25 where field.isNamed("strict-transport-security"): return .instead(.strictTransportSecurity)
        default: return .own
        }
    }
}

extension HTTPHeaders.Field {
    /// Whether the name is a word, without regard to case.
    ///
    /// - Parameter word: In small letters, as long as the name.
    fileprivate func isNamed(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { letters in
            var index = 0
            for byte in name.utf8 {
                let small = byte &- 0x41 < 26 ? byte | 0x20 : byte
                guard index < letters.count, unsafe small == letters[index] else { return false }
                index += 1
            }
            return index == letters.count
        }
    }
}
