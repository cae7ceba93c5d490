public import Secrets

/// Masks a set of secrets in any text: compiled once, used by many streams.
///
/// What is replaced: every byte that belongs to an occurrence of a secret, in any of the forms below, wherever it
/// starts and however the text is cut into pieces. Occurrences that overlap or touch become one `••••`; all other
/// bytes pass unchanged. So the result depends on the text alone, and nothing of a secret is left over where two
/// secrets overlap.
///
/// The forms of a secret, taken without white space at its ends:
///
/// - as it is, with its line ends as LF and as CR LF, and each of its lines of 8 bytes or more by itself;
/// - base64 (RFC 4648), standard and URL-safe, padded or not, at each of the three places it can have inside a longer
///   text (`user:password` in an `Authorization` header), wrapped at 64 and at 76 characters. Of a character that
///   a secret shares with its neighbours, the two to four bits of the secret in it stay;
/// - hexadecimal, lower and upper case;
/// - percent-encoded as the common encoders do, with lower and upper hexadecimal digits, and every byte of it;
/// - inside JSON as the common writers do: `\/`, `\u00e4`, HTML-safe, every character as `\u`, JSON inside JSON;
/// - inside a string literal or a shell's quotes (`'\''`, `\$`).
///
/// Not masked, and told in ``unmasked``: what is too short or too common to be looked for without shredding the text.
/// A secret that an application changes otherwise (reversed, compressed, encrypted, cut in parts) is not recognised.
///
/// Time is linear in the text whatever it holds (Aho and Corasick, 1975); memory grows with the secrets, not the text.
public struct Redactor: Sendable {
    /// Secrets of fewer bytes are not masked: a text would be shredded, and each dot would tell that it was there.
    public static let shortestSecret = 4
    /// What stands in the text's place of a secret.
    public static let mask = Mask.dots

    /// Why a secret is not masked.
    public enum Reason: String, Sendable, Hashable {
        /// It has fewer bytes than ``Redactor/shortestSecret``.
        case tooShort
        /// It is a word or a number that occurs in any text: `true`, `production`, `5432`, a character repeated.
        case tooCommon
    }

    /// A secret that is not masked.
    public struct Unmasked: Sendable, Hashable {
        /// Its index among the secrets given.
        public let index: Int
        /// Why it is not.
        public let reason: Reason
    }

    /// The secrets that are not masked, in the order they were given. Empty ones are neither masked nor told.
    public let unmasked: [Unmasked]

    let automaton: Automaton

    /// Compiles secrets: a few milliseconds for two hundred of them.
    ///
    /// - Parameter secrets: What to mask. Order does not matter, except to ``unmasked``.
    /// - Throws: ``LaunchError`` when they are more than can be looked for (8 MiB in all their forms).
    public init(_ secrets: [Secret<String>]) throws(LaunchError) {
        var unmasked: [Unmasked] = []
        var patterns = PatternSet()
        defer { patterns.wipe() }
        for (index, secret) in secrets.enumerated() {
            let reason = unsafe secret.withUnsafeBytes { bytes -> Reason? in
                let value = unsafe SecretForms.trimmed(bytes)
                if value.isEmpty { return nil }
                if value.count < Self.shortestSecret { return .tooShort }
                if CommonValues.contains(value) { return .tooCommon }
                SecretForms.add(value, to: &patterns)
                return nil
            }
            if let reason { unmasked.append(Unmasked(index: index, reason: reason)) }
            if patterns.isTooLarge { throw .tooMuchToRedact(index: index) }
        }
        self.unmasked = unmasked
        automaton = Automaton(patterns)
    }

    /// A stream of text to mask. Each stream needs one of its own.
    public func stream() -> RedactingStream { RedactingStream(automaton) }

    /// Masks a whole text.
    ///
    /// - Parameter text: The text.
    /// - Returns: The text with `••••` in the place of secrets.
    public func redact(_ text: [UInt8]) -> [UInt8] {
        var stream = stream()
        var output: [UInt8] = []
        unsafe text.withUnsafeBytes { unsafe stream.write($0, into: &output) }
        stream.finish(into: &output)
        return output
    }
}

extension LaunchError {
    static func tooMuchToRedact(index: Int) -> LaunchError {
        LaunchError(
            .tooMuchToRedact,
            "the secrets are too long to be looked for in the output: secret \(index + 1) passes the bound of "
                + "\(PatternSet.bound >> 20) MiB, all forms together",
            fix: "keep long values in files and their paths in variables, or run without --redact"
        )
    }
}
