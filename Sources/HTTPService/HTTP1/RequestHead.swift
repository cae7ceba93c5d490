internal import HTTPModel
internal import NIOCore

/// The request line and the header fields of an HTTP/1 request (RFC 9112), and what they say of the body.
struct RequestHead {
    /// How long the body is.
    enum Body: Equatable {
        case none
        case length(Int)
        case chunked
    }

    var method = ""
    var rawPath = ""
    var rawQuery: String?
    var headers = HTTPHeaders()
    var body = Body.none
    /// Whether the peer speaks HTTP/1.0.
    var isOld = false
    /// Whether the connection stays open after the answer.
    var keepsAlive = true
    /// Whether the peer waits for `100 Continue` before it sends the body.
    var expectsContinue = false
}

/// Reads heads from bytes, strictly: what two readers could read in two ways is refused (request smuggling).
///
/// There is no other reader of HTTP/1 below this one, because the usual one knows a fixed list of methods, without
/// Vault's LIST and SCAN. Linear: each byte is looked at once for the end, wherever the packets end, and once for what
/// it means.
struct RequestHeadReader {
    /// What came of an attempt.
    enum Outcome {
        /// There is no whole head yet.
        case incomplete
        /// A head, and how many bytes it took.
        case complete(RequestHead, Int)
    }

    private let limits: HTTPLimits
    /// How far the bytes were searched for the end, from the start of the head.
    private var searched = 0
    /// Where the line begins in which the search stands.
    private var lineStart = 0
    private var hasRequestLine = false

    init(limits: HTTPLimits) { self.limits = limits }

    /// Tries to read a head from the start of a buffer. The buffer may have grown since the last attempt, not changed.
    mutating func read(_ buffer: ByteBuffer) throws(Refusal) -> Outcome {
        let bytes = buffer.readableBytesUInt8Span
        guard let end = try searchEnd(bytes) else {
            if !hasRequestLine, bytes.count > limits.targetBytes + 64 { throw .longTarget }
            if bytes.count > limits.headerBytes { throw .fields }
            return .incomplete
        }
        if end > limits.headerBytes { throw .fields }
        self = RequestHeadReader(limits: limits)
        var head = RequestHead()
        let firstField = try readRequestLine(bytes, buffer, &head)
        try readFields(bytes, buffer, from: firstField, to: end - 2, &head)
        return .complete(head, end)
    }

    /// Finds where the empty line after the fields ends.
    private mutating func searchEnd(_ bytes: Span<UInt8>) throws(Refusal) -> Int? {
        var position = searched
        while position < bytes.count {
            guard bytes[position] == 0x0A else {
                position += 1
                continue
            }
            guard position > lineStart, bytes[position - 1] == 0x0D else { throw .lineEnd }
            hasRequestLine = true
            position += 1
            if position - lineStart == 2 { return position }
            lineStart = position
        }
        searched = position
        return nil
    }

    /// Reads `method SP target SP version CRLF`, and returns where the next line begins.
    private func readRequestLine(
        _ bytes: Span<UInt8>,
        _ buffer: ByteBuffer,
        _ head: inout RequestHead
    ) throws(Refusal) -> Int {
        var position = 0
        while CharacterClass.token.contains(bytes[position]) { position += 1 }
        guard position > 0, position <= 32, bytes[position] == 0x20 else { throw .requestLine }
        head.method = buffer.text(0..<position)
        position += 1
        let start = position
        var question: Int?
        while bytes[position] > 0x20, bytes[position] < 0x7F {
            if bytes[position] == 0x3F, question == nil { question = position }
            if bytes[position] == 0x23 { throw .target }
            position += 1
        }
        guard bytes[position] == 0x20 else { throw position == start ? .requestLine : .target }
        let target = start..<position
        if target.count > limits.targetBytes { throw .longTarget }
        // The version is eight bytes and CR LF.
        guard position + 10 < bytes.count, bytes.isWord(position + 1..<position + 6, "http/") else {
            throw .requestLine
        }
        guard bytes[position + 9] == 0x0D, bytes[position + 10] == 0x0A else { throw .requestLine }
        guard bytes[position + 6] == 0x31, bytes[position + 7] == 0x2E else { throw .version }
        switch bytes[position + 8] {
        case 0x31: break
        case 0x30:
            head.isOld = true
            head.keepsAlive = false
        default: throw .version
        }
        if head.method == "CONNECT" { throw .method }
        try readTarget(bytes, buffer, target, question, &head)
        return position + 11
    }

    /// Takes the target apart: a path, `*` for OPTIONS, or a whole URL (RFC 9112, section 3.2).
    private func readTarget(
        _ bytes: Span<UInt8>,
        _ buffer: ByteBuffer,
        _ target: Range<Int>,
        _ question: Int?,
        _ head: inout RequestHead
    ) throws(Refusal) {
        guard !target.isEmpty else { throw .requestLine }
        let end = question ?? target.upperBound
        guard
            bytes[target.lowerBound] == 0x2F
                || (target.count == 1 && bytes[target.lowerBound] == 0x2A && head.method == "OPTIONS")
        else { throw .target }
        head.rawPath = buffer.text(target.lowerBound..<end)
        if let question { head.rawQuery = buffer.text(question + 1..<target.upperBound) }
    }

    private func readFields(
        _ bytes: Span<UInt8>,
        _ buffer: ByteBuffer,
        from start: Int,
        to end: Int,
        _ head: inout RequestHead
    ) throws(Refusal) {
        var framing = Framing()
        head.headers.fields.reserveCapacity(12)
        var position = start
        while position < end {
            let nameStart = position
            while CharacterClass.token.contains(bytes[position]) { position += 1 }
            // An empty name is also what a folded line (RFC 9112, section 5.2) looks like.
            guard position > nameStart, bytes[position] == 0x3A else { throw .field }
            let name = nameStart..<position
            position += 1
            while bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
            let valueStart = position
            var isASCII = true
            while true {
                let byte = bytes[position]
                if byte >= 0x20, byte != 0x7F {
                    if byte >= 0x80 { isASCII = false }
                } else if byte != 0x09 {
                    break
                }
                position += 1
            }
            guard bytes[position] == 0x0D, bytes[position + 1] == 0x0A else { throw .field }
            var valueEnd = position
            while valueEnd > valueStart, bytes[valueEnd - 1] == 0x20 || bytes[valueEnd - 1] == 0x09 { valueEnd -= 1 }
            position += 2
            let value = valueStart..<valueEnd
            guard head.headers.fields.count < limits.headerFields else { throw .fields }
            try framing.note(bytes, name, value)
            let text = isASCII ? buffer.text(value) : try buffer.validText(value)
            head.headers.add(buffer.text(name), text)
        }
        try framing.settle(&head)
    }
}

extension ByteBuffer {
    /// A stretch that is known to be ASCII, counted from the first readable byte.
    fileprivate func text(_ range: Range<Int>) -> String {
        getString(at: readerIndex + range.lowerBound, length: range.count) ?? ""
    }

    /// A stretch that must be UTF-8: what is not would read differently here than where it is signed or compared.
    fileprivate func validText(_ range: Range<Int>) throws(Refusal) -> String {
        guard let bytes = getBytes(at: readerIndex + range.lowerBound, length: range.count),
            let text = String(validating: bytes, as: UTF8.self)
        else { throw .field }
        return text
    }
}
