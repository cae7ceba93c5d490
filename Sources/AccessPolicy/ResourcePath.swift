/// The paths of requests, before any policy is asked.
///
/// A policy speaks about paths by their bytes. If something after it takes a second spelling for the same path, the
/// policy has decided about another one (CVE-2026-3605). So there is one spelling, and every other is refused.
public enum ResourcePath {
    /// Decodes the percent escapes of a path once and checks what comes out.
    ///
    /// Refused are segments that are `.` or `..`, empty segments, control characters, `;` and the backslash, bytes that
    /// are no UTF-8 (overlong forms too), and what would change when it was decoded again. `...` and `a..b` are names
    /// like others.
    ///
    /// - Parameter raw: The path of the request's target without the query, with or without one slash at the beginning.
    /// - Returns: The decoded path without a slash at the beginning. A slash at the end stays: it asks for a listing.
    /// - Throws: ``PolicyError`` `KF-POLICY-050` to `KF-POLICY-056`, without any of the path.
    public static func check(_ raw: String) throws(PolicyError) -> String {
        try check(raw[...])
    }

    /// The same, for a part of a text.
    public static func check(_ raw: Substring) throws(PolicyError) -> String {
        if raw.utf8.count > PolicyLimits.pathBytes { throw PolicyError(.pathTooLong) }
        // By bytes: a mark behind the slash is one character with it.
        let path = raw.utf8.first == UInt8(ascii: "/") ? Substring(raw.utf8.dropFirst()) : raw
        if isPlain(path) { return String(path) }
        return try decoded(raw)
    }

    /// Whether a path is of visible characters that no rule is about, in segments that none is about: nearly every one.
    private static func isPlain(_ path: Substring) -> Bool {
        var length = 0
        var dots = 0
        for byte in path.utf8 {
            if byte == UInt8(ascii: "/") {
                if length == 0 || (length <= 2 && dots == length) { return false }
                (length, dots) = (0, 0)
            } else {
                guard isPlainByte(byte) else { return false }
                length += 1
                if byte == UInt8(ascii: ".") { dots += 1 }
            }
        }
        // The last one is empty after a slash at the end.
        return length == 0 || length > 2 || dots < length
    }

    private static func decoded(_ raw: Substring) throws(PolicyError) -> String {
        let source = Array(raw.utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.count)
        var index = source.first == UInt8(ascii: "/") ? 1 : 0
        while index < source.count {
            if source[index] == UInt8(ascii: "%") {
                guard let byte = escaped(source, index) else { throw PolicyError(.pathEscape) }
                bytes.append(byte)
                index += 3
            } else {
                bytes.append(source[index])
                index += 1
            }
        }
        guard let path = String(validating: bytes, as: UTF8.self) else { throw PolicyError(.pathNotUTF8) }
        try checkCharacters(path)
        if bytes.indices.contains(where: { bytes[$0] == UInt8(ascii: "%") && escaped(bytes, $0) != nil }) {
            throw PolicyError(.pathEscape)
        }
        try checkSegments(bytes)
        return path
    }

    /// Whether a byte is a visible character of ASCII that no rule is about.
    private static func isPlainByte(_ byte: UInt8) -> Bool {
        (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: ";") && byte != UInt8(ascii: "\\")
            && byte != UInt8(ascii: "%")
    }

    private static func escaped(_ bytes: [UInt8], _ index: Int) -> UInt8? {
        guard index + 2 < bytes.count, let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2]) else {
            return nil
        }
        return high << 4 | low
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func checkCharacters(_ path: String) throws(PolicyError) {
        for scalar in path.unicodeScalars {
            switch scalar {
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": throw PolicyError(.pathControl)
            case ";", "\\": throw PolicyError(.pathCharacter)
            default: break
            }
        }
    }

    private static func checkSegments(_ bytes: [UInt8]) throws(PolicyError) {
        var begin = 0
        for index in 0...bytes.count where index == bytes.count || bytes[index] == UInt8(ascii: "/") {
            let segment = bytes[begin..<index]
            // The last one is empty after a slash at the end.
            if segment.isEmpty && index < bytes.count { throw PolicyError(.pathEmptySegment) }
            if segment.count <= 2 && !segment.isEmpty && segment.allSatisfy({ $0 == UInt8(ascii: ".") }) {
                throw PolicyError(.pathDots)
            }
            begin = index + 1
        }
    }
}
