public import SecretStore

extension Timestamp {
    /// Which end of a day a date without a time stands for.
    public enum DayEnd: Sendable, Hashable {
        /// Its first moment.
        case start
        /// The first moment after it.
        case end
    }

    /// Reads a moment as a person gives it.
    ///
    /// - Parameters:
    ///   - text: A moment of RFC 3339 (`2026-11-24T10:00:00Z`, `2026-11-24T10:00:00.5+02:00`), a date in UTC, or how long
    ///     ago: `45s`, `30m`, `24h`, `7d`, `2w`.
    ///   - now: What the last kind is counted from.
    ///   - day: What a date alone means.
    /// - Returns: nil when it is none of these.
    public init?(asked text: String, now: Timestamp, day: DayEnd = .start) {
        let bytes = Array(text.utf8)
        guard bytes.count <= 40 else { return nil }
        if bytes.count == 10 {
            guard let start = Timestamp("\(text)T00:00:00.000000Z") else { return nil }
            self = day == .start ? start : start.adding(seconds: 86_400)
        } else if bytes.count > 10 {
            guard let moment = Self.moment(bytes) else { return nil }
            self = moment
        } else {
            guard let seconds = Self.seconds(bytes) else { return nil }
            self = now.adding(seconds: -seconds)
        }
    }

    /// The first moment of a month, `2026-11`, and the first after it; nil when it is none.
    public static func month(_ text: String) -> (from: Timestamp, until: Timestamp)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 7, parts.count == 2, let year = Int(parts[0]), let month = Int(parts[1]),
            let from = Timestamp("\(text)-01T00:00:00.000000Z")
        else { return nil }
        let (nextYear, nextMonth) = month == 12 ? (year + 1, 1) : (year, month + 1)
        func padded(_ number: Int, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - String(number).utf8.count)) + String(number)
        }
        let next = "\(padded(nextYear, 4))-\(padded(nextMonth, 2))-01T00:00:00.000000Z"
        return (from, Timestamp(next) ?? .latest)
    }

    /// RFC 3339, section 5.6, to the microsecond.
    private static func moment(_ bytes: [UInt8]) -> Timestamp? {
        guard bytes.count >= 20, bytes[10] | 0x20 == UInt8(ascii: "t") else { return nil }
        var position = 19
        var fraction: [UInt8] = []
        if bytes[position] == UInt8(ascii: ".") {
            position += 1
            while position < bytes.count, isDigit(bytes[position]) {
                fraction.append(bytes[position])
                position += 1
            }
            guard !fraction.isEmpty else { return nil }
        }
        guard let offset = offset(bytes[position...]) else { return nil }
        let digits = (fraction + [UInt8](repeating: UInt8(ascii: "0"), count: 6)).prefix(6)
        let text =
            String(decoding: bytes[..<10], as: UTF8.self) + "T"
            + String(decoding: bytes[11..<19], as: UTF8.self) + "."
            + String(decoding: digits, as: UTF8.self) + "Z"
        return Timestamp(text)?.adding(seconds: -offset)
    }

    /// Seconds east of UTC.
    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
        let bytes = Array(bytes)
        if bytes.count == 1 { return bytes[0] | 0x20 == UInt8(ascii: "z") ? 0 : nil }
        guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"),
            bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
            let hours = number(bytes[1...2]), let minutes = number(bytes[4...5]), hours < 24, minutes < 60
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return bytes[0] == UInt8(ascii: "-") ? -seconds : seconds
    }

    /// How long ago.
    private static func seconds(_ bytes: [UInt8]) -> Int? {
        guard let unit = bytes.last, let count = number(bytes.dropLast()) else { return nil }
        switch unit {
        case UInt8(ascii: "s"): return count
        case UInt8(ascii: "m"): return count * 60
        case UInt8(ascii: "h"): return count * 3600
        case UInt8(ascii: "d"): return count * 86_400
        case UInt8(ascii: "w"): return count * 604_800
        default: return nil
        }
    }

    /// Up to nine digits: the product with a week's seconds is far from an overflow.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard (1...9).contains(digits.count), digits.allSatisfy(isDigit) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
