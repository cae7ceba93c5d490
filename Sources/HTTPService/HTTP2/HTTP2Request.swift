internal import HTTPModel
internal import NIOHPACK

/// Turns the fields of an HTTP/2 request into those of a request (RFC 9113, section 8.3).
///
/// NIOHTTP2 has refused repeated, misplaced and missing pseudo-header fields and those of connections by then.
enum HTTP2Request {
    /// What a header block says.
    struct Head {
        var request: HTTPRequest
        var length: Int?
        var expectsContinue = false
    }

    static func read(_ fields: HPACKHeaders, origin: HTTPOrigin, limits: HTTPLimits) throws(Refusal) -> Head {
        var head = Head(request: HTTPRequest(method: "", rawPath: "", origin: origin))
        var target = ""
        var authority: String?
        var host: String?
        var count = 0
        var bytes = 0
        head.request.headers.fields.reserveCapacity(fields.count)
        for (name, value, _) in fields {
            // As RFC 9113 counts them (section 10.5.1).
            bytes += name.utf8.count + value.utf8.count + 32
            guard bytes <= limits.headerBytes + 32 * limits.headerFields else { throw .fields }
            switch name {
            case ":method": head.request.method = value
            case ":path": target = value
            case ":authority": authority = value
            case ":scheme": break
            default:
                count += 1
                guard count <= limits.headerFields else { throw .fields }
                guard name.utf8.allSatisfy(CharacterClass.token.contains), value.utf8.allSatisfy(isValue) else {
                    throw .field
                }
                switch name {
                case "host":
                    guard host == nil else { throw .host }
                    host = value
                    continue
                case "content-length":
                    guard head.length == nil, !value.isEmpty, value.utf8.count < 19,
                        value.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let length = Int(value)
                    else { throw .contentLength }
                    head.length = length
                case "expect":
                    guard value == "100-continue" else { throw .expectation }
                    head.expectsContinue = true
                case "transfer-encoding", "connection": throw .framing
                default: break
                }
                head.request.headers.add(name, value.trimmed)
            }
        }
        // Two names for one server, one of them unread by whoever checks the other: refused.
        if let authority, let host, authority != host { throw .host }
        guard let host = authority ?? host, !host.isEmpty,
            host.utf8.allSatisfy(CharacterClass.authority.contains)
        else { throw .host }
        head.request.headers.fields.insert(HTTPHeaders.Field("Host", host), at: 0)
        try readTarget(target, &head.request, limits)
        return head
    }

    private static func readTarget(
        _ target: String,
        _ request: inout HTTPRequest,
        _ limits: HTTPLimits
    ) throws(Refusal) {
        let method = request.method.utf8
        guard (1...32).contains(method.count), method.allSatisfy(CharacterClass.token.contains) else {
            throw .requestLine
        }
        if request.method == "CONNECT" { throw .method }
        guard target.utf8.count <= limits.targetBytes else { throw .longTarget }
        guard target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x23 }),
            target.utf8.first == 0x2F || (target == "*" && request.method == "OPTIONS")
        else { throw .target }
        guard let question = target.utf8.firstIndex(of: 0x3F) else {
            request.rawPath = target
            return
        }
        request.rawPath = String(target[..<question])
        request.rawQuery = String(target[target.index(after: question)...])
    }

    @Sendable private static func isValue(_ byte: UInt8) -> Bool { (byte >= 0x20 && byte != 0x7F) || byte == 0x09 }
}

extension String {
    /// Without the white space around it that HTTP allows.
    fileprivate var trimmed: String {
        guard let first = utf8.first, let last = utf8.last else { return self }
        guard first == 0x20 || first == 0x09 || last == 0x20 || last == 0x09 else { return self }
        var rest = utf8[...]
        while let byte = rest.first, byte == 0x20 || byte == 0x09 { rest.removeFirst() }
        while let byte = rest.last, byte == 0x20 || byte == 0x09 { rest.removeLast() }
        return String(Substring(rest))
    }
}
