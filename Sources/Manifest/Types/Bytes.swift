/// Questions about bytes of UTF-8 text. Values are read as bytes: a `Character` costs a hundred times as much, and no
/// type's syntax needs one.
extension UInt8 {
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    var isLower: Bool { self >= 0x61 && self <= 0x7A }
    var isUpper: Bool { self >= 0x41 && self <= 0x5A }
    var isLetter: Bool { isLower || isUpper }
    var isAlphanumeric: Bool { isLetter || isDigit }
    /// A blank, tab or end of line.
    var isBlank: Bool { self == 0x20 || self >= 0x09 && self <= 0x0D }
    /// A byte that is not printed: C0 controls and DEL.
    var isControl: Bool { self < 0x20 || self == 0x7F }
    /// The value of a hexadecimal digit, or nil.
    var hexValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x37
        case 0x61...0x66: self - 0x57
        default: nil
        }
    }
    /// The lower-case form of an ASCII letter; anything else as it is.
    var lowercased: UInt8 { isUpper ? self | 0x20 : self }
}

/// Part of a value, by reference to its bytes.
typealias Bytes = ArraySlice<UInt8>

extension Collection where Element == UInt8 {
    /// The text that the bytes stand for.
    var text: String { String(decoding: self, as: UTF8.self) }

    /// The bytes with ASCII letters in lower case.
    var lowercased: [UInt8] { map(\.lowercased) }

    /// Whether the bytes are these characters, in any case.
    func equalsIgnoringCase(_ other: String) -> Bool {
        count == other.utf8.count && zip(self, other.utf8).allSatisfy { $0.lowercased == $1.lowercased }
    }

    /// Whether the bytes are these characters.
    func equals(_ other: String) -> Bool { elementsEqual(other.utf8) }

    /// The number that decimal digits stand for, or nil for anything else and for more than 18 digits.
    var decimal: Int? {
        guard !isEmpty, count <= 18, allSatisfy(\.isDigit) else { return nil }
        return reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}

extension Bytes {
    /// The bytes without blanks at either end.
    var trimmed: Bytes {
        guard let first = firstIndex(where: { !$0.isBlank }), let last = lastIndex(where: { !$0.isBlank }) else {
            return self[startIndex..<startIndex]
        }
        return self[first...last]
    }

    /// The parts between separators; two separators in a row have an empty part between them.
    func parts(at separator: UInt8) -> [Bytes] {
        split(separator: separator, omittingEmptySubsequences: false)
    }

    /// What percent-encoding stands for (RFC 3986, 2.1), or nil when a percent sign has no two digits behind it.
    var percentDecoded: [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        var index = startIndex
        while index < endIndex {
            if self[index] == UInt8(ascii: "%") {
                guard index + 2 < endIndex, let high = self[index + 1].hexValue, let low = self[index + 2].hexValue
                else { return nil }
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(self[index])
                index += 1
            }
        }
        return result
    }
}
