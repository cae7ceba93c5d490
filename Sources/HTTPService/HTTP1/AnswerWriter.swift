internal import HTTPModel
internal import NIOCore

/// Writes the head of an answer as HTTP/1.1 sends it.
enum AnswerWriter {
    /// How the end of the body is told.
    enum Length {
        /// By `Content-Length`.
        case bytes(Int)
        /// By the last chunk.
        case chunked
        /// By the end of the connection, or there is no body: nothing is said.
        case unsaid
    }

    /// Writes the status line and the header section.
    ///
    /// - Returns: false when a field is malformed; the buffer then holds something useless.
    static func write(
        _ answer: HTTPResponse,
        length: Length,
        closes: Bool,
        standard: StandardFields,
        into buffer: inout ByteBuffer
    ) -> Bool {
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeInteger(UInt8(truncatingIfNeeded: 0x30 + answer.status / 100 % 10))
        buffer.writeInteger(UInt8(truncatingIfNeeded: 0x30 + answer.status / 10 % 10))
        buffer.writeInteger(UInt8(truncatingIfNeeded: 0x30 + answer.status % 10))
        buffer.writeStaticString(" ")
        buffer.writeStaticString(reason(answer.status))
        buffer.writeStaticString("\r\n")
        var replaced: StandardFields.Names = []
        for field in answer.headers.fields {
            switch StandardFields.role(of: field) {
            case .own: break
            case .instead(let name): replaced.insert(name)
            case .standard, .transport: continue
            case .malformed: return false
            }
            write(field.name, field.value, into: &buffer)
        }
        if replaced.isEmpty {
            buffer.writeBytes(standard.lines)
        } else {
            for field in standard.fields where !replaced.contains(field.bit) {
                write(field.name, field.value, into: &buffer)
            }
            write("Date", standard.date, into: &buffer)
        }
        switch length {
        case .bytes(let count):
            buffer.writeStaticString("Content-Length: ")
            write(count, into: &buffer)
            buffer.writeStaticString("\r\n")
        case .chunked: buffer.writeStaticString("Transfer-Encoding: chunked\r\n")
        case .unsaid: break
        }
        buffer.writeStaticString(closes ? "Connection: close\r\n\r\n" : "\r\n")
        return true
    }

    private static func write(_ name: String, _ value: String, into buffer: inout ByteBuffer) {
        buffer.writeString(name)
        buffer.writeStaticString(": ")
        buffer.writeString(value)
        buffer.writeStaticString("\r\n")
    }

    /// Writes a number without making a text of it first.
    private static func write(_ number: Int, into buffer: inout ByteBuffer) {
        var unit = 1
        while number / unit >= 10 { unit *= 10 }
        while unit > 0 {
            buffer.writeInteger(UInt8(truncatingIfNeeded: 0x30 + number / unit % 10))
            unit /= 10
        }
    }

    /// The reason phrases of the statuses that servers of secrets send (RFC 9110, section 15); empty for others.
    private static func reason(_ status: Int) -> StaticString {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: ""
        }
    }
}

extension HTTPResponse {
    /// What the transport answers by itself.
    init(_ refusal: Refusal) {
        self.init(
            status: refusal.status,
            headers: ["Content-Type": "text/plain"],
            body: Array((refusal.text + "\n").utf8)
        )
        if refusal.status == 503 { headers.add("Retry-After", "1") }
    }

    /// Whether an answer of this status has no body, whatever it says (RFC 9110, section 6.4.1).
    var isBodyless: Bool { status < 200 || status == 204 || status == 304 }
}
