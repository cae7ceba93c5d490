/// A regular expression that a whole value matches or not, in time linear in the value.
///
/// The language is I-Regexp (RFC 9485), whose expressions are anchored at both ends by definition, with what people
/// write beside it: `^` and `$`, `\d` `\w` `\s` and their opposites (ASCII), `(?:…)`, lazy quantifiers (which match the
/// same values), `\xHH` and `\u{H…}`, and `(?i)` in front. Backreferences and lookaround are refused: they cannot be
/// matched in linear time, and Swift's own `Regex` backtracks, so that one bad pattern could stop a check for hours.
public struct Pattern: Sendable {
    private let program: PatternProgram

    /// Why an expression cannot be read.
    public struct Problem: Error, Sendable, Hashable {
        /// Where in the expression, from 1, in Unicode scalars.
        public let column: Int
        /// What is wrong there.
        public let message: String
    }

    /// Reads an expression.
    ///
    /// - Parameter expression: The expression, at most a few thousand states large once `{n,m}` is written out.
    /// - Throws: ``Problem``.
    public init(_ expression: String) throws(Problem) {
        var parser = PatternParser(expression)
        let tree = try parser.parse()
        program = try PatternProgram(tree, ignoresCase: parser.ignoresCase)
    }

    /// Whether the whole value matches.
    ///
    /// - Parameter value: The value.
    /// - Returns: Whether it matches from its first character to its last.
    public func matchesWhole(_ value: String) -> Bool { program.matchesWhole(value) }
}

/// What an expression consists of.
indirect enum PatternTree: Sendable {
    case empty
    case one(ScalarSet)
    case start
    case end
    case sequence([PatternTree])
    case choice([PatternTree])
    /// At least and at most so many times; nil for any number.
    case times(PatternTree, Int, Int?)
}

/// A set of characters.
struct ScalarSet: Sendable {
    var ranges: [ClosedRange<UInt32>] = []
    var categories: [Set<Unicode.GeneralCategory>] = []
    /// Sets within the set, such as the `\D` in `[\D5]`.
    var parts: [ScalarSet] = []
    var isNegated = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        let isMember =
            ranges.contains { $0.contains(scalar.value) }
            || !categories.isEmpty && categories.contains { $0.contains(scalar.properties.generalCategory) }
            || parts.contains { $0.contains(scalar) }
        return isMember != isNegated
    }

    /// Also the other case of each ASCII letter.
    func containsIgnoringCase(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.isASCII, scalar.properties.isAlphabetic else { return contains(scalar) }
        return contains(scalar) || contains(Unicode.Scalar(UInt8(scalar.value) ^ 0x20))
    }

    static func characters(_ text: StaticString) -> ScalarSet {
        ScalarSet(ranges: text.description.unicodeScalars.map { $0.value...$0.value })
    }

    static let digits = ScalarSet(ranges: [0x30...0x39])
    static let word = ScalarSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let space = ScalarSet(ranges: [0x09...0x0D, 0x20...0x20])
    /// `.`: anything but an end of line.
    static let any = ScalarSet(ranges: [0x0A...0x0A, 0x0D...0x0D], isNegated: true)

    var negated: ScalarSet {
        var result = self
        result.isNegated.toggle()
        return result
    }
}
