/// Why a text is not JSON that is read here, and where.
///
/// It tells the place and the kind of fault and nothing of what stands there: the text may be an export of secrets.
public struct JSONError: Error, Sendable, Hashable {
    /// The kinds of fault.
    enum Kind: Sendable, Hashable {
        case tooLong(limit: Int)
        case tooDeep(limit: Int)
        case tooManyValues(limit: Int)
        case unfinished
        case notAValue
        case expectedKey
        case expectedColon
        case expectedCommaOrEnd
        case trailingComma
        case afterTheEnd
        case badNumber
        case badEscape
        case loneSurrogate
        case rawControlCharacter
        case notUTF8
        case duplicateKey
    }

    let kind: Kind
    /// The line, counted from 1.
    public let line: Int
    /// The column, counted from 1 in Unicode scalars.
    public let column: Int

    /// The stable name of the fault, such as `KF-JSON-004`.
    public var code: String { kind.entry.code }
    /// What is wrong, with the place and without any of the content.
    public var message: String { "\(kind.entry.message) (line \(line), column \(column))" }
    /// What mends it.
    public var fix: String { kind.entry.fix }

    /// Every fault with its code, what it is, why it counts and what mends it, for the generated page of codes.
    public static let catalogue: [(code: String, title: String, reason: String, fix: String)] =
        Kind.samples.map { ($0.entry.code, $0.entry.message, $0.reason, $0.entry.fix) }
}

extension JSONError: CustomStringConvertible {
    /// The code, the message and what mends it.
    public var description: String { "\(code): \(message); \(fix)" }
}

extension JSONError.Kind {
    fileprivate var reason: String {
        switch self {
        case .tooLong, .tooDeep, .tooManyValues:
            "Every input has a bound, so that none can take all memory or time there is."
        case .duplicateKey:
            "Of two members of one name some readers take the first and some the last: what was checked need not be what "
                + "is used."
        case .unfinished, .notAValue, .expectedKey, .expectedColon, .expectedCommaOrEnd, .trailingComma, .afterTheEnd,
            .badNumber, .badEscape, .loneSurrogate, .rawControlCharacter, .notUTF8:
            "JSON is read as RFC 8259 has it and not beyond: what other readers take in ways of their own is refused, and "
                + "nothing of the text is used."
        }
    }

    fileprivate static let samples: [Self] = [
        .tooLong(limit: JSONLimits.standard.bytes), .tooDeep(limit: JSONLimits.standard.depth),
        .tooManyValues(limit: JSONLimits.standard.values), .unfinished, .notAValue, .expectedKey, .expectedColon,
        .expectedCommaOrEnd, .trailingComma, .afterTheEnd, .badNumber, .badEscape, .loneSurrogate, .rawControlCharacter,
        .notUTF8, .duplicateKey,
    ]

    fileprivate var entry: (code: String, message: String, fix: String) {
        switch self {
        case .tooLong(let limit):
            ("KF-JSON-001", "the text is longer than \(limit) bytes", "split it into several files")
        case .tooDeep(let limit):
            ("KF-JSON-002", "values are nested more than \(limit) deep", "give a flat object of names and values")
        case .tooManyValues(let limit):
            ("KF-JSON-003", "there are more than \(limit) values", "split it into several files")
        case .unfinished:
            ("KF-JSON-004", "the text ends in the middle of a value", "check that the file was copied whole")
        case .notAValue:
            ("KF-JSON-005", "no JSON value begins here", "strings stand in double quotes; JSON has no comments")
        case .expectedKey:
            ("KF-JSON-006", "a key in double quotes is expected here", "put the key in double quotes")
        case .expectedColon:
            ("KF-JSON-007", "a colon is expected after the key", "write the member as \"key\": value")
        case .expectedCommaOrEnd:
            ("KF-JSON-008", "a comma or the closing bracket is expected here", "separate the values with a comma")
        case .trailingComma:
            ("KF-JSON-009", "a comma stands before the closing bracket", "remove the comma")
        case .afterTheEnd:
            ("KF-JSON-010", "something follows after the value", "give one JSON value per file")
        case .badNumber:
            (
                "KF-JSON-011", "the number is not written as JSON writes numbers",
                "write it without leading zeros and plus sign, or put it in double quotes as a string"
            )
        // KF-JSON-012 was a number that does not fit 64 bits; every number is kept as it is spelled now.
        case .badEscape:
            (
                "KF-JSON-013", "the escape after the backslash is none of JSON's",
                "write a backslash as two, and other characters as \\uXXXX with four hexadecimal digits"
            )
        case .loneSurrogate:
            (
                "KF-JSON-014", "half of a surrogate pair stands alone",
                "write both halves, or the character itself in UTF-8"
            )
        case .rawControlCharacter:
            (
                "KF-JSON-015", "a control character stands unescaped in a string",
                "write a line break as \\n, a tab as \\t, others as \\uXXXX"
            )
        case .notUTF8:
            ("KF-JSON-016", "the bytes are not UTF-8", "save the file as UTF-8")
        case .duplicateKey:
            ("KF-JSON-017", "this key was given before in the same object", "keep one of the two")
        }
    }
}
