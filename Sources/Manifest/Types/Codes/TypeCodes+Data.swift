public import Findings

extension TypeCodes {
    /// Not JSON.
    public static let jsonSyntax = FindingCode(
        "KF-TYPE-050",
        title: "A value is not JSON",
        severity: .error,
        reason: "The application cannot read it.",
        remedy: "Correct the JSON text at the place that the finding names."
    )
    /// JSON nested too deep.
    public static let jsonDepth = FindingCode(
        "KF-TYPE-051",
        title: "JSON is nested too deep",
        severity: .error,
        reason: "Parsers refuse such texts or crash on them.",
        remedy: "Nest at most 128 levels."
    )
    /// A key twice in a JSON object.
    public static let jsonDuplicateKey = FindingCode(
        "KF-TYPE-052",
        title: "A JSON object has a key twice",
        severity: .warning,
        reason: "Readers differ in which of the two they take (RFC 8259, 4).",
        remedy: "Remove one of them."
    )
    /// A character outside base64.
    public static let base64Character = FindingCode(
        "KF-TYPE-053",
        title: "A value has characters that are not base64",
        severity: .error,
        reason: "Decoders refuse the value or skip the character and give other bytes.",
        remedy: "Encode the bytes anew: `base64 -w0 FILE`."
    )
    /// A length or padding that base64 cannot have.
    public static let base64Length = FindingCode(
        "KF-TYPE-054",
        title: "A base64 value is cut off or wrongly padded",
        severity: .error,
        reason: "Decoders refuse it or lose the last bytes.",
        remedy: "Encode the bytes anew: `base64 -w0 FILE`."
    )
    /// Both alphabets of base64 in one value.
    public static let base64Mixed = FindingCode(
        "KF-TYPE-055",
        title: "A base64 value mixes the standard and the URL-safe alphabet",
        severity: .error,
        reason: "No decoder reads both `+/` and `-_` in one value.",
        remedy: "Encode the bytes anew in one of the alphabets."
    )
    /// Bits set behind the last byte.
    public static let base64Rest = FindingCode(
        "KF-TYPE-056",
        title: "A base64 value has bits set behind its last byte",
        severity: .warning,
        reason: "Encoders leave them zero, so the value was cut off or mistyped.",
        remedy: "Encode the bytes anew: `base64 -w0 FILE`."
    )
    /// A character outside hexadecimal digits.
    public static let hexCharacter = FindingCode(
        "KF-TYPE-057",
        title: "A value has characters that are not hexadecimal digits",
        severity: .error,
        reason: "Decoders refuse it.",
        remedy: "Use the digits 0–9 and a–f, without `0x` and separators."
    )
    /// An odd number of hexadecimal digits.
    public static let hexLength = FindingCode(
        "KF-TYPE-058",
        title: "A hexadecimal value has an odd number of digits",
        severity: .error,
        reason: "A byte has two digits: one of them is missing.",
        remedy: "Set the whole value."
    )

    static let data: [FindingCode] = [
        jsonSyntax, jsonDepth, jsonDuplicateKey, base64Character, base64Length, base64Mixed, base64Rest, hexCharacter,
        hexLength,
    ]
}
