public import Secrets

/// The password in a URL: a secret inside a secret. Frameworks take URLs apart and log the pieces.
public enum URLPassword {
    /// The password of a URL, as it is written and as it is meant when those differ.
    ///
    /// - Parameter value: Any value; one that is no URL with a password has no parts.
    /// - Returns: None, one or two texts.
    public static func parts(of value: Secret<String>) -> [Secret<String>] {
        let bytes = Array(value.reveal().utf8)
        let (colon, slash) = (UInt8(ascii: ":"), UInt8(ascii: "/"))
        guard
            let scheme = bytes.indices.dropLast(2).first(where: {
                bytes[$0] == colon && bytes[$0 + 1] == slash && bytes[$0 + 2] == slash
            })
        else { return [] }
        let authority = bytes[(scheme + 3)...].prefix {
            $0 != slash && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
        }
        guard let at = authority.lastIndex(of: UInt8(ascii: "@")),
            let start = authority[..<at].firstIndex(of: colon), start + 1 < at
        else { return [] }
        let written = authority[(start + 1)..<at]
        let meant = decoded(written)
        let texts = meant.elementsEqual(written) ? [Array(written)] : [Array(written), meant]
        return texts.map { Secret(String(decoding: $0, as: UTF8.self)) }
    }

    /// RFC 3986, section 2.1.
    private static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.endIndex,
                let high = bytes[index + 1].hexValue, let low = bytes[index + 2].hexValue
            {
                result.append(UInt8(high) << 4 | UInt8(low))
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }
}
