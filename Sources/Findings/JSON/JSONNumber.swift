/// A number of a JSON text as it is spelled there.
///
/// RFC 8259, section 6, sets no bounds on numbers, and a double changes most of them: `1.10` would come back as `1.1`,
/// and a long account number with other digits at its end. Whoever copies a number from a file means its digits. So two
/// numbers are the same when they are spelled the same.
public struct JSONNumber: Sendable, Hashable {
    /// The digits, with sign, point and exponent.
    public let spelling: String

    /// The shortest spelling that reads back as the same double.
    ///
    /// - Returns: nil for what is not finite.
    public init?(_ number: Double) {
        guard number.isFinite else { return nil }
        spelling = number.description
    }

    /// Takes a spelling that follows JSON's grammar.
    init(spelling: String) { self.spelling = spelling }
}
