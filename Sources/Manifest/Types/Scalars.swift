/// Numbers, switches, words, lengths of time, ports and paths.
enum Scalars {
    /// The switch that a word stands for, in any case, or nil.
    static func boolean(_ bytes: Bytes) -> Bool? {
        if ["true", "yes", "on", "1"].contains(where: bytes.equalsIgnoringCase) { return true }
        if ["false", "no", "off", "0"].contains(where: bytes.equalsIgnoringCase) { return false }
        return nil
    }

    static func booleanFaults(_ bytes: Bytes) -> [Fault] {
        guard boolean(bytes) == nil else { return [] }
        return [Fault(TypeCodes.notBoolean, "is not a switch: use true or false (or yes/no, on/off, 1/0)")]
    }

    /// Whether the bytes are an optional sign and digits.
    private static func isInteger(_ bytes: Bytes) -> Bool {
        let digits = bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes
        return !digits.isEmpty && digits.allSatisfy(\.isDigit)
    }

    static func integer(_ bytes: Bytes) -> Int64? {
        isInteger(bytes) ? Int64(bytes.text) : nil
    }

    static func integerFaults(_ bytes: Bytes) -> [Fault] {
        guard isInteger(bytes) else { return [Fault(TypeCodes.notInteger, "is not a whole number")] }
        guard integer(bytes) != nil else {
            return [Fault(TypeCodes.integerTooLarge, "is a whole number that does not fit into 64 bits")]
        }
        return []
    }

    /// The number that decimal text stands for: sign, digits with a point, exponent. No `nan`, `inf` or hexadecimal
    /// forms, which `Double` would take.
    static func number(_ bytes: Bytes) -> Double? {
        guard bytes.contains(where: \.isDigit), let first = bytes.first, first.isDigit || "+-.".utf8.contains(first),
            bytes.allSatisfy({ $0.isDigit || "+-.eE".utf8.contains($0) }),
            let number = Double(bytes.text), number.isFinite
        else { return nil }
        return number
    }

    static func numberFaults(_ bytes: Bytes) -> [Fault] {
        number(bytes) == nil ? [Fault(TypeCodes.notNumber, "is not a decimal number")] : []
    }

    static func enumerationFaults(_ bytes: Bytes, _ words: [String]) -> [Fault] {
        guard !words.contains(where: bytes.equals) else { return [] }
        let list = words.joined(separator: ", ")
        if words.contains(where: bytes.equalsIgnoringCase) {
            return [Fault(TypeCodes.notAWord, "differs in case from the word that is meant; the words are \(list)")]
        }
        return [Fault(TypeCodes.notAWord, "is none of the words \(list)")]
    }

    static func portFaults(_ bytes: Bytes) -> [Fault] {
        guard let port = bytes.decimal, (1...65535).contains(port) else {
            return [Fault(TypeCodes.portOutOfRange, "is not a port: a whole number from 1 to 65535")]
        }
        return []
    }

    static func pathFaults(_ bytes: Bytes) -> [Fault] {
        var faults: [Fault] = []
        if bytes.first == UInt8(ascii: "~") {
            faults.append(Fault(TypeCodes.pathTilde, "begins with a tilde, which only shells expand"))
        }
        // PATH_MAX of Linux is 4096 with the final NUL.
        if bytes.count > 4095 {
            faults.append(Fault(TypeCodes.pathTooLong, "is longer than the 4,095 bytes that a path may have"))
        }
        return faults
    }
}

extension Scalars {
    /// What a length of time turned out to be.
    enum Duration: Equatable {
        case seconds(Double)
        case unknownUnit
        case malformed
    }

    private static let units: [(name: String, seconds: Double)] = [
        ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400), ("w", 604_800),
    ]

    /// Reads `30s`, `15m`, `1h30m`, `1.5h` or a plain number of seconds.
    static func duration(_ bytes: Bytes) -> Duration {
        if let plain = number(bytes), plain >= 0, bytes.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: ".") }) {
            return .seconds(plain)
        }
        var total = 0.0
        var rest = bytes
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isDigit || $0 == UInt8(ascii: ".") }
            guard let amount = number(digits) else { return .malformed }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            guard !unit.isEmpty else { return .malformed }
            guard let known = units.first(where: { unit.equals($0.name) }) else { return .unknownUnit }
            total += amount * known.seconds
            rest = rest.dropFirst(unit.count)
        }
        return .seconds(total)
    }

    static func durationFaults(_ bytes: Bytes) -> [Fault] {
        switch duration(bytes) {
        case .seconds: []
        case .unknownUnit:
            [Fault(TypeCodes.durationUnit, "has an unknown unit of time; the units are ms, s, m, h, d and w")]
        case .malformed:
            [Fault(TypeCodes.notDuration, "is not a length of time such as 30s, 15m, 12h or 90d")]
        }
    }
}
