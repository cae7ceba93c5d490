/// Percent-encoding (RFC 3986, section 2.1), strictly.
public enum PercentEncoding {
    /// Decodes a text.
    ///
    /// - Parameters:
    ///   - text: What was sent.
    ///   - plusIsSpace: Whether `+` stands for a space, as in forms.
    /// - Returns: nil when a `%` is not followed by two hexadecimal digits, or the bytes are not UTF-8.
    public static func decode(_ text: String, plusIsSpace: Bool = false) -> String? {
        decode(text[...], plusIsSpace: plusIsSpace)
    }

    /// Decodes a part of a text, as the other one.
    public static func decode(_ text: Substring, plusIsSpace: Bool = false) -> String? {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || ($0 == UInt8(ascii: "+") && plusIsSpace) }) else {
            return String(text)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Encodes all but the unreserved characters (RFC 3986, section 2.3).
    ///
    /// - Parameters:
    ///   - text: What is meant.
    ///   - keepingSlash: Whether `/` stays, as in a path.
    public static func encode(_ text: some StringProtocol, keepingSlash: Bool = false) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) || (keepingSlash && byte == UInt8(ascii: "/")) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// The parameters of a query or of a form, in their order.
public struct HTTPQuery: Sendable, Hashable {
    /// Name and value, decoded. A parameter without `=` has an empty value.
    public var items: [(name: String, value: String)]

    /// Reads a query.
    ///
    /// - Parameters:
    ///   - text: What stands after the `?`; nil for none.
    ///   - plusIsSpace: Whether `+` stands for a space, as forms write it.
    /// - Returns: nil when the percent-encoding is wrong.
    public init?(_ text: String?, plusIsSpace: Bool = true) {
        var items: [(name: String, value: String)] = []
        for part in (text ?? "").split(at: UInt8(ascii: "&")) {
            let pair = part.split(at: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(pair[0], plusIsSpace: plusIsSpace),
                let value = PercentEncoding.decode(pair.count > 1 ? pair[1] : "", plusIsSpace: plusIsSpace)
            else { return nil }
            items.append((name, value))
        }
        self.items = items
    }

    /// The first value of a parameter.
    public subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    /// Whether two queries have the same parameters in the same order.
    public static func == (left: HTTPQuery, right: HTTPQuery) -> Bool {
        left.items.elementsEqual(right.items) { $0 == $1 }
    }

    /// Feeds the parameters into a hash.
    public func hash(into hasher: inout Hasher) {
        for item in items {
            hasher.combine(item.name)
            hasher.combine(item.value)
        }
    }
}
