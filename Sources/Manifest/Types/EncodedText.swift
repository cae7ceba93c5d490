/// Base64 and hexadecimal digits (RFC 4648).
enum EncodedText {
    /// Standard or URL-safe, with padding or without.
    static func base64Faults(_ bytes: Bytes) -> [Fault] {
        var faults: [Fault] = []
        let padding = bytes.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        let body = bytes.dropLast(padding)
        if body.contains(where: { base64Value($0) == nil }) {
            return [Fault(TypeCodes.base64Character, "has a character that is not base64")]
        }
        let hasStandard = body.contains { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") }
        let hasURLSafe = body.contains { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        if hasStandard && hasURLSafe {
            faults.append(Fault(TypeCodes.base64Mixed, "mixes the standard and the URL-safe alphabet of base64"))
        }
        let fits = padding == 0 ? body.count % 4 != 1 : padding <= 2 && bytes.count % 4 == 0
        if !fits {
            faults.append(
                Fault(TypeCodes.base64Length, "has a length or padding that base64 cannot have: it is cut off")
            )
        } else if let last = body.last, let value = base64Value(last) {
            // Two characters behind the last whole group carry 12 bits for one byte, three carry 18 for two.
            let spare: UInt8 = body.count % 4 == 2 ? 0x0F : body.count % 4 == 3 ? 0x03 : 0
            if value & spare != 0 {
                faults.append(
                    Fault(TypeCodes.base64Rest, "has bits set behind its last byte: it was cut off or mistyped")
                )
            }
        }
        return faults
    }

    static func hexFaults(_ bytes: Bytes) -> [Fault] {
        if bytes.contains(where: { $0.hexValue == nil }) {
            return [Fault(TypeCodes.hexCharacter, "has a character that is not a hexadecimal digit")]
        }
        return bytes.count % 2 == 0 ? [] : [Fault(TypeCodes.hexLength, "has an odd number of hexadecimal digits")]
    }

    /// The six bits of a character of either alphabet, or nil.
    static func base64Value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x41...0x5A: byte - 0x41
        case 0x61...0x7A: byte - 0x61 + 26
        case 0x30...0x39: byte - 0x30 + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
