/// A pattern made ready for matching bytes.
struct PathPattern: Sendable {
    /// What stands for a `+` in ``body``: a byte that UTF-8 never has.
    static let anySegment: UInt8 = 0xFF

    /// The pattern as it is written.
    let text: String
    /// The bytes, without the `*` at the end and with one byte for each `+` that is a whole segment.
    let body: [UInt8]
    /// How many bytes stand before the first wildcard.
    let headCount: Int
    /// Whether the pattern ends in `*`.
    let isPrefix: Bool
    /// How many segments are `+`.
    let plusCount: Int

    /// Whether the pattern means one path only.
    var isExact: Bool { !isPrefix && plusCount == 0 }

    init(_ pattern: String) {
        text = pattern
        var bytes = Array(pattern.utf8)
        isPrefix = bytes.last == UInt8(ascii: "*")
        if isPrefix { bytes.removeLast() }
        var body: [UInt8] = []
        body.reserveCapacity(bytes.count)
        var head: Int?
        var pluses = 0
        for (index, byte) in bytes.enumerated() {
            let begins = index == 0 || bytes[index - 1] == UInt8(ascii: "/")
            let ends = index == bytes.count - 1 ? !isPrefix : bytes[index + 1] == UInt8(ascii: "/")
            if byte == UInt8(ascii: "+") && begins && ends {
                head = head ?? index
                pluses += 1
                body.append(Self.anySegment)
            } else {
                body.append(byte)
            }
        }
        self.body = body
        headCount = head ?? body.count
        plusCount = pluses
    }

    /// Whether a path is meant.
    func matches(_ path: Span<UInt8>) -> Bool {
        Self.reach(of: body, in: path, from: 0, at: 0) { index, rest in
            rest == 0 && (isPrefix || index == path.count)
        }
    }

    /// Whether some path that begins with these bytes could be meant.
    func mayMatch(under folder: Span<UInt8>) -> Bool {
        Self.reach(of: body, in: folder, from: 0, at: 0) { index, rest in
            index == folder.count || (rest == 0 && isPrefix)
        }
    }

    /// Walks pattern and path side by side until one of them ends or they differ.
    private static func reach(
        of body: [UInt8],
        in path: Span<UInt8>,
        from patternStart: Int,
        at pathStart: Int,
        _ verdict: (_ index: Int, _ rest: Int) -> Bool
    ) -> Bool {
        var index = pathStart
        var position = patternStart
        while position < body.count {
            let expected = body[position]
            if expected == anySegment {
                while index < path.count && path[index] != UInt8(ascii: "/") { index += 1 }
            } else if index < path.count && path[index] == expected {
                index += 1
            } else if index < path.count {
                return false
            } else {
                break
            }
            position += 1
        }
        return verdict(index, body.count - position)
    }

    /// Why one of two patterns that both match loses, by the documented order ("Policies", "Priority matching").
    enum Precedence: Sendable {
        case exact, laterWildcard, noStar, fewerPluses, longer, lexicographic
    }

    /// Which reason puts this pattern before another; nil when the other goes before or they are the same.
    func precedence(over other: PathPattern) -> Precedence? {
        if isExact != other.isExact { return isExact ? .exact : nil }
        if headCount != other.headCount { return headCount > other.headCount ? .laterWildcard : nil }
        if isPrefix != other.isPrefix { return isPrefix ? nil : .noStar }
        if plusCount != other.plusCount { return plusCount < other.plusCount ? .fewerPluses : nil }
        if body.count != other.body.count { return body.count > other.body.count ? .longer : nil }
        return other.text.utf8.lexicographicallyPrecedes(text.utf8) ? .lexicographic : nil
    }
}

extension String {
    /// Without one slash at the beginning. By bytes: a slash and an accent after it are one character.
    var withoutLeadingSlash: String {
        utf8.first == UInt8(ascii: "/") ? String(decoding: utf8.dropFirst(), as: UTF8.self) : self
    }
}
