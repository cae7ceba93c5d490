/// Bytes as text (RFC 4648).
enum Encodings {
    static let hexDigits = Array("0123456789abcdef".utf8)
    static let base64 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    static let base64URL = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Lower-case hexadecimal digits, two for a byte.
    static func hex(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        bytes.flatMap { [hexDigits[Int($0 >> 4)], hexDigits[Int($0 & 15)]] }
    }

    /// Base64 in an alphabet of 64 characters, four characters for three bytes.
    static func base64(_ bytes: [UInt8], alphabet: [UInt8] = base64, padded: Bool = true) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let chunk = bytes[start..<min(start + 3, bytes.count)]
            var group = 0
            for byte in chunk { group = group << 8 | Int(byte) }
            group <<= 8 * (3 - chunk.count)
            for position in 0...chunk.count {
                result.append(alphabet[group >> (18 - 6 * position) & 63])
            }
            if padded {
                result.append(contentsOf: repeatElement(UInt8(ascii: "="), count: 3 - chunk.count))
            }
        }
        return result
    }
}
