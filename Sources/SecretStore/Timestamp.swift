#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A moment in UTC, to the microsecond.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let microseconds: Int64

    /// The first moment that is kept: 0001-01-01T00:00:00Z.
    public static let earliest = Timestamp(unchecked: -62_135_596_800_000_000)
    /// The last moment that is kept: the last microsecond of the year 9999.
    public static let latest = Timestamp(unchecked: 253_402_300_799_999_999)

    private init(unchecked microseconds: Int64) { self.microseconds = microseconds }

    /// A moment. What lies outside the years 1 to 9999 becomes the nearest of them.
    ///
    /// - Parameter microseconds: Microseconds since 1970.
    public init(microseconds: Int64) {
        self.microseconds = min(max(microseconds, Self.earliest.microseconds), Self.latest.microseconds)
    }

    /// What the system's clock says now.
    public static var now: Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// Orders moments.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    /// A moment some seconds later; the nearest that is kept when there is none.
    public func adding(seconds: Int) -> Timestamp {
        let (distance, overflows) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000)
        guard !overflows else { return seconds < 0 ? .earliest : .latest }
        let (sum, isBeyond) = microseconds.addingReportingOverflow(distance)
        return isBeyond ? (seconds < 0 ? .earliest : .latest) : Timestamp(microseconds: sum)
    }

    /// Whole seconds since 1970, rounded down.
    public var seconds: Int64 { floorDivide(microseconds, 1_000_000).quotient }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with six digits of fraction: `2026-11-24T02:35:16.000000Z`.
    public var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(27)
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends what ``description`` is.
    public func append(to bytes: inout [UInt8]) {
        let (seconds, fraction) = floorDivide(microseconds, 1_000_000)
        let (days, second) = floorDivide(seconds, 86_400)
        let date = CivilDate(daysSince1970: days)
        appendDigits(date.year, 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        appendDigits(date.month, 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        appendDigits(date.day, 2, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        appendDigits(second / 3600, 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        appendDigits(second / 60 % 60, 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        appendDigits(second % 60, 2, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        appendDigits(fraction, 6, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// Reads what ``description`` writes, and nothing else.
    ///
    /// - Parameter text: RFC 3339 in UTC with six digits of fraction.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        let shape = Array("dddd-dd-ddTdd:dd:dd.ddddddZ".utf8)
        guard bytes.count == shape.count else { return nil }
        for (byte, expected) in zip(bytes, shape) {
            let fits =
                expected == UInt8(ascii: "d")
                ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == expected
            guard fits else { return nil }
        }
        func number(_ range: Range<Int>) -> Int64 {
            bytes[range].reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        }
        let date = CivilDate(year: number(0..<4), month: number(5..<7), day: number(8..<10))
        let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
        // The round trip refuses 31 April and the like.
        guard date.year >= 1, (1...12).contains(date.month), date.day >= 1,
            CivilDate(daysSince1970: date.daysSince1970) == date, hour < 24, minute < 60, second < 60
        else { return nil }
        let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second
        self.init(microseconds: seconds * 1_000_000 + number(20..<26))
    }
}

/// A day of the proleptic Gregorian calendar.
///
/// The conversion counts in eras of 400 years that begin on 1 March, so that the leap day is the last of its year. It
/// is the one of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms", in formulas of our own writing.
private struct CivilDate: Equatable {
    var year: Int64
    var month: Int64
    var day: Int64

    init(year: Int64, month: Int64, day: Int64) {
        (self.year, self.month, self.day) = (year, month, day)
    }

    init(daysSince1970 days: Int64) {
        // 719 468 days lie between 0000-03-01 and 1970-01-01; an era has 146 097.
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSince1970: Int64 {
        let (era, yearOfEra) = floorDivide(month <= 2 ? year - 1 : year, 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

private func floorDivide(_ number: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

private func appendDigits(_ number: Int64, _ width: Int, to bytes: inout [UInt8]) {
    let start = bytes.count
    var rest = number
    for _ in 0..<width {
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
        rest /= 10
    }
    bytes[start...].reverse()
}
