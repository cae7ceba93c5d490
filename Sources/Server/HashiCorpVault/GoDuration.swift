internal import Findings

/// Lengths of time as Vault reads and prints them, in whole seconds.
///
/// Read: a number of seconds, or a text with units as Go's `time.ParseDuration` has it (`1h30m`, `1.5h`, `-5s`), or
/// whole days (`7d`), as Vault's parameters of the type "duration" allow. Parts of a second are cut off.
enum GoDuration {
    /// The longest text that is looked at, in bytes.
    private static let longest = 64
    /// A hundred years: nothing longer is meant, and sums with it do not overflow.
    static let largest = 3_153_600_000

    /// Reads a length of time.
    ///
    /// - Parameter text: A number of seconds or a text with units; empty for none.
    /// - Returns: Seconds, or nil when it is no length of time or longer than ``largest``.
    static func seconds(_ text: String) -> Int? {
        var rest = Array(text.utf8)[...]
        guard rest.count <= longest else { return nil }
        if rest.isEmpty { return 0 }
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest.removeFirst()
        }
        if rest.isEmpty { return nil }
        if rest.allSatisfy(isDigit) {
            guard let number = Int(String(decoding: rest, as: UTF8.self)), number <= largest else { return nil }
            return isNegative ? -number : number
        }
        // In nanoseconds, so that the parts of a second of several terms add up before they are cut off.
        var total = 0
        while !rest.isEmpty {
            guard let term = term(&rest) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(term)
            guard !overflow, sum / 1_000_000_000 <= largest else { return nil }
            total = sum
        }
        let seconds = total / 1_000_000_000
        return isNegative ? -seconds : seconds
    }

    /// Reads a value of JSON: a text, or a number of seconds.
    static func seconds(_ value: JSONValue) -> Int? {
        switch value {
        case .string(let text): seconds(text)
        case .integer(let number): abs(clamping: number) <= largest ? number : nil
        case .number(let number):
            Double(number.spelling).flatMap { $0.magnitude <= Double(largest) ? Int($0) : nil }
        default: nil
        }
    }

    /// Prints seconds as Go does: `0s`, `45s`, `2m0s`, `1h0m0s`.
    static func text(_ seconds: Int) -> String {
        let magnitude = seconds.magnitude
        let (hours, minutes, rest) = (magnitude / 3600, magnitude / 60 % 60, magnitude % 60)
        let sign = seconds < 0 ? "-" : ""
        if hours > 0 { return "\(sign)\(hours)h\(minutes)m\(rest)s" }
        if minutes > 0 { return "\(sign)\(minutes)m\(rest)s" }
        return "\(sign)\(rest)s"
    }

    /// One number with its unit, in nanoseconds.
    private static func term(_ rest: inout ArraySlice<UInt8>) -> Int? {
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        var fraction: ArraySlice<UInt8> = []
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = rest.prefix(while: isDigit)
            rest = rest.dropFirst(fraction.count)
        }
        guard !(whole.isEmpty && fraction.isEmpty) else { return nil }
        let letters = rest.prefix { !isDigit($0) && $0 != UInt8(ascii: ".") }
        rest = rest.dropFirst(letters.count)
        guard let unit = units[String(decoding: letters, as: UTF8.self)] else { return nil }
        guard let number = whole.isEmpty ? 0 : Int(String(decoding: whole, as: UTF8.self)) else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit)
        guard !overflow else { return nil }
        var part = 0
        var scale = unit
        for digit in fraction.prefix(18) {
            scale /= 10
            part += Int(digit - UInt8(ascii: "0")) * scale
        }
        let (sum, tooMuch) = product.addingReportingOverflow(part)
        return tooMuch ? nil : sum
    }

    private static let units: [String: Int] = [
        "ns": 1, "us": 1000, "µs": 1000, "μs": 1000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000,
        "h": 3_600_000_000_000, "d": 86_400_000_000_000,
    ]

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func abs(clamping number: Int) -> Int { Int(clamping: number.magnitude) }
}
