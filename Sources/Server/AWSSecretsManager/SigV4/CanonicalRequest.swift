internal import Crypto
internal import HTTPModel
internal import Vaulting

/// The one spelling of a request that both sides sign ("Create a canonical request" in AWS's documentation).
enum CanonicalRequest {
    /// The longest query, in bytes.
    static let queryAtMost = 16 << 10
    /// The most parameters of a query.
    static let parametersAtMost = 128

    /// The bytes of the canonical request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - signedHeaders: In lower case, sorted, each once; every one of them is in the request.
    ///   - payloadHash: The SHA-256 of the body in hexadecimal digits.
    ///   - isPresigned: Whether the query has a signature, which does not sign itself.
    /// - Returns: nil when the path or the query is not percent-encoded as it should be, or too long.
    static func bytes(
        of request: HTTPRequest,
        signedHeaders: [String],
        payloadHash: [UInt8],
        isPresigned: Bool
    ) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1024)
        bytes.append(contentsOf: request.method.utf8)
        bytes.append(newline)
        guard appendPath(request.rawPath, to: &bytes) else { return nil }
        bytes.append(newline)
        guard appendQuery(request.rawQuery, isPresigned: isPresigned, to: &bytes) else { return nil }
        bytes.append(newline)
        for name in signedHeaders {
            bytes.append(contentsOf: name.utf8)
            bytes.append(UInt8(ascii: ":"))
            var isFirst = true
            for field in request.headers.fields where field.name.isSameASCII(as: name) {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                appendTrimmed(field.value, to: &bytes)
                isFirst = false
            }
            bytes.append(newline)
        }
        bytes.append(newline)
        for (position, name) in signedHeaders.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ";")) }
            bytes.append(contentsOf: name.utf8)
        }
        bytes.append(newline)
        bytes.append(contentsOf: payloadHash)
        return bytes
    }

    /// The path: without `.`, `..` and empty segments (RFC 3986, section 5.2.4), and what was sent encoded encoded once
    /// more, as every service but S3 does it.
    private static func appendPath(_ path: String, to bytes: inout [UInt8]) -> Bool {
        if path == "/" || path.isEmpty {
            bytes.append(slash)
            return true
        }
        guard path.utf8.first == slash, path.utf8.count <= queryAtMost else { return false }
        var segments: [Substring.UTF8View] = []
        for segment in path.utf8.split(separator: slash) {
            if segment.elementsEqual("..".utf8) {
                _ = segments.popLast()
            } else if !segment.elementsEqual(".".utf8) {
                segments.append(segment)
            }
        }
        for segment in segments {
            bytes.append(slash)
            for byte in segment { appendEncoded(byte, to: &bytes) }
        }
        if segments.isEmpty || path.utf8.last == slash { bytes.append(slash) }
        return true
    }

    /// The parameters, sorted by name and then by value, each encoded in one way.
    private static func appendQuery(_ text: String?, isPresigned: Bool, to bytes: inout [UInt8]) -> Bool {
        guard let text, !text.isEmpty else { return true }
        guard text.utf8.count <= queryAtMost, let query = HTTPQuery(text, plusIsSpace: false),
            query.items.count <= parametersAtMost
        else { return false }
        var pairs: [(name: [UInt8], value: [UInt8])] = []
        for item in query.items where !(isPresigned && item.name == "X-Amz-Signature") {
            var (name, value): ([UInt8], [UInt8]) = ([], [])
            for byte in item.name.utf8 { appendEncoded(byte, to: &name) }
            for byte in item.value.utf8 { appendEncoded(byte, to: &value) }
            pairs.append((name, value))
        }
        pairs.sort { left, right in
            left.name == right.name
                ? left.value.lexicographicallyPrecedes(right.value) : left.name.lexicographicallyPrecedes(right.name)
        }
        for (position, pair) in pairs.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: "&")) }
            bytes.append(contentsOf: pair.name)
            bytes.append(UInt8(ascii: "="))
            bytes.append(contentsOf: pair.value)
        }
        return true
    }

    /// A header's value without white space around it, and one space for white space within it.
    private static func appendTrimmed(_ value: String, to bytes: inout [UInt8]) {
        var isAfterSpace = false
        var isAtStart = true
        for byte in value.utf8 {
            if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
                isAfterSpace = true
                continue
            }
            if isAfterSpace && !isAtStart { bytes.append(UInt8(ascii: " ")) }
            bytes.append(byte)
            isAfterSpace = false
            isAtStart = false
        }
    }

    private static func appendEncoded(_ byte: UInt8, to bytes: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            bytes.append(byte)
        default:
            bytes.append(UInt8(ascii: "%"))
            bytes.append(upperDigits[Int(byte >> 4)])
            bytes.append(upperDigits[Int(byte & 15)])
        }
    }

    private static let newline = UInt8(ascii: "\n")
    private static let slash = UInt8(ascii: "/")
    private static let upperDigits = Array("0123456789ABCDEF".utf8)
}

extension [UInt8] {
    /// Adds the SHA-256 of bytes in 64 hexadecimal digits.
    mutating func appendSHA256(of bytes: [UInt8]) {
        unsafe SHA256.hash(data: bytes).withUnsafeBytes { unsafe Hex.append($0, to: &self) }
    }
}
