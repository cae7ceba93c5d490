/// What the fields say of the connection and of the body's length (RFC 9112, sections 6 and 9.3).
///
/// Stricter than the standard allows: two `Content-Length` fields are refused even where they agree, and so is every
/// list in one. No honest client sends them, and a proxy in front may read them otherwise.
struct Framing {
    private var hosts = 0
    private var length: Int?
    private var isChunked = false
    private var asksToClose = false
    private var asksToKeep = false
    private var expectsContinue = false

    /// Looks at one field.
    mutating func note(_ bytes: Span<UInt8>, _ name: Range<Int>, _ value: Range<Int>) throws(Refusal) {
        switch name.count {
        case 4 where bytes.isWord(name, "host"):
            hosts += 1
            guard hosts == 1, !value.isEmpty, isAuthority(bytes, value) else { throw .host }
        case 6 where bytes.isWord(name, "expect"):
            guard bytes.isWord(value, "100-continue") else { throw .expectation }
            expectsContinue = true
        case 10 where bytes.isWord(name, "connection"): noteConnection(bytes, value)
        case 14 where bytes.isWord(name, "content-length"):
            guard length == nil else { throw .contentLength }
            length = try number(bytes, value)
        case 17 where bytes.isWord(name, "transfer-encoding"):
            guard !isChunked else { throw .framing }
            guard bytes.isWord(value, "chunked") else { throw .coding }
            isChunked = true
        default: break
        }
    }

    /// Decides, once all fields were seen.
    func settle(_ head: inout RequestHead) throws(Refusal) {
        guard hosts == 1 || head.isOld else { throw .host }
        if isChunked {
            guard length == nil, !head.isOld else { throw .framing }
            head.body = .chunked
        } else if let length, length > 0 {
            head.body = .length(length)
        }
        if asksToClose {
            head.keepsAlive = false
        } else if head.isOld {
            head.keepsAlive = asksToKeep
        }
        head.expectsContinue = expectsContinue && !head.isOld && head.body != .none
    }

    private func isAuthority(_ bytes: Span<UInt8>, _ value: Range<Int>) -> Bool {
        for position in value where !CharacterClass.authority.contains(bytes[position]) { return false }
        return true
    }

    /// Reads digits only: no sign, no space, no list.
    private func number(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(Refusal) -> Int {
        guard (1...18).contains(value.count) else { throw value.count > 18 ? .body : .contentLength }
        var number = 0
        for position in value {
            guard bytes[position] >= 0x30, bytes[position] <= 0x39 else { throw .contentLength }
            number = number * 10 + Int(bytes[position] - 0x30)
        }
        return number
    }

    private mutating func noteConnection(_ bytes: Span<UInt8>, _ value: Range<Int>) {
        var start = value.lowerBound
        for position in value.lowerBound...value.upperBound
        where position == value.upperBound || bytes[position] == 0x2C {
            var option = start..<position
            while let first = option.first, bytes[first] == 0x20 || bytes[first] == 0x09 { option.removeFirst() }
            while let last = option.last, bytes[last] == 0x20 || bytes[last] == 0x09 { option.removeLast() }
            if bytes.isWord(option, "close") { asksToClose = true }
            if bytes.isWord(option, "keep-alive") { asksToKeep = true }
            start = position + 1
        }
    }
}
