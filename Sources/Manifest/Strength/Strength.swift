public import Secrets

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// How hard a secret is to guess, estimated in bits: 2ⁿ guesses find it.
///
/// The estimate is of the text, not of how it came about: it starts from what random text of these characters and this
/// length would have, and asks how much shorter the text can be told with words, runs, rows of the keyboard, dates,
/// repeats and language (the idea of Wheeler, "zxcvbn: Low-Budget Password Strength Estimation", USENIX Security 2016).
/// Random text has a few of these by chance, so small savings count for nothing: what a generator made keeps its bits.
public struct Strength: Sendable, Hashable {
    /// The estimate.
    public let bits: Int
    /// What makes it less than it looks, strongest reason first.
    public let reasons: [Reason]

    /// Why a secret is weaker than its length suggests.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// It has a word that is tried first, or a well-known password.
        case commonWord = "a common word"
        /// It reads like language.
        case language = "text like language"
        /// Letters or digits in their order.
        case sequence = "a sequence such as abc or 123"
        /// Keys beside each other.
        case keyboard = "a row of the keyboard"
        /// A year or date.
        case date = "a date"
        /// Something that was there before.
        case repetition = "repetition"
        /// Few characters that come again and again.
        case fewCharacters = "few different characters"
    }

    /// Estimates a secret.
    ///
    /// - Parameter secret: The secret. Beyond the first 256 bytes nothing is counted.
    /// - Returns: The estimate. A placeholder is estimated as any text; ask ``Placeholder`` first.
    public static func estimate(_ secret: Secret<String>) -> Strength {
        estimate(Array(secret.reveal().utf8)[...].trimmed)
    }

    private static let longest = 256

    static func estimate(_ all: Bytes) -> Strength {
        let text = uuidDigits(all) ?? Array(all.prefix(longest))
        guard !text.isEmpty else { return Strength(bits: 0, reasons: []) }
        let alphabet = Alphabet(of: text)
        let random = alphabet.bits * Double(alphabet.length)

        if let byFrequency = frequencyBits(text, alphabet: alphabet) {
            let structure = StructureCost(of: text, perCharacter: alphabet.bits)
            return structure.guessing < byFrequency
                ? Strength(bits: Int(structure.guessing), reasons: structure.reasons)
                : Strength(bits: Int(byFrequency), reasons: [.fewCharacters] + structure.reasons)
        }
        let structure = StructureCost(of: text, perCharacter: alphabet.bits)
        // A saving of 26 bits happens to one random text in millions. Short texts have little to save.
        let chance = min(26 + Double(text.count) / 32, 0.25 * random)
        if random - structure.total <= chance { return Strength(bits: Int(random), reasons: []) }
        return Strength(bits: Int(min(structure.guessing, random)), reasons: structure.reasons)
    }

    /// The 32 digits of a UUID without its dashes, or nil for other text. The dashes say nothing.
    private static func uuidDigits(_ text: Bytes) -> [UInt8]? {
        guard text.count == 36 else { return nil }
        let dashes = [8, 13, 18, 23]
        let fits = text.enumerated().allSatisfy { dashes.contains($0) ? $1 == UInt8(ascii: "-") : $1.hexValue != nil }
        guard fits else { return nil }
        let digits = text.filter { $0 != UInt8(ascii: "-") }
        // Only version 4 is random throughout; the digit of the version and two bits of the variant are fixed.
        guard digits[12] == UInt8(ascii: "4") else { return Array(digits.prefix(12)) }
        return Array(digits[..<12] + digits[13...])
    }

    /// The bits by how often characters come again, when that is far from chance; nil when it is as random text has it.
    ///
    /// Of n characters from an alphabet of k, n(n−1)/2k pairs are equal on average (and about the root of it more or
    /// less). Their number also tells the collision entropy per character.
    private static func frequencyBits(_ text: [UInt8], alphabet: Alphabet) -> Double? {
        guard text.count >= 8 else { return nil }
        var counts = [Int](repeating: 0, count: 256)
        for byte in text { counts[Int(byte)] += 1 }
        let equalPairs = Double(counts.reduce(0) { $0 + $1 * ($1 - 1) / 2 })
        let allPairs = Double(text.count * (text.count - 1) / 2)
        let expected = allPairs / exp2(alphabet.bits)
        guard equalPairs > expected + 8 * expected.squareRoot() + 6 else { return nil }
        return log2(allPairs / equalPairs) * Double(text.count)
    }
}

/// The smallest usual alphabet that a text fits into.
struct Alphabet {
    /// The bits of a random character of it.
    let bits: Double
    /// How many characters count: padding does not.
    let length: Int

    init(of text: [UInt8]) {
        let body = text[...].reversed().drop { $0 == UInt8(ascii: "=") }
        length = body.count
        var (lower, upper, digit, sign, other) = (false, false, false, false, false)
        var isHexadecimal = true
        for byte in body {
            if byte.isLower {
                lower = true
            } else if byte.isUpper {
                upper = true
            } else if byte.isDigit {
                digit = true
            } else if "+/-_.".utf8.contains(byte) {
                sign = true
            } else {
                other = true
            }
            if byte.hexValue == nil { isHexadecimal = false }
        }
        bits =
            switch (lower, upper, digit, sign, other) {
            case (_, _, _, _, true): log2(95)
            // Mixed case or padding is taken for base64, of which random text may lack a kind of character.
            case (true, true, _, _, _): sign ? log2(65) : 6
            case _ where length < text.count: 6
            case (false, false, true, false, _): log2(10)
            case (_, _, _, false, _) where isHexadecimal && digit: 4
            case (_, _, false, false, _): log2(26)
            default: log2(sign ? 39 : 36)
            }
    }
}
