extension ManifestShapes {
    /// The most characters that a rule about a length may ask for.
    static let lengths = 0...1_000_000

    /// The keys of `rules`.
    static let rules = ObjectShape(
        "rules",
        what: "a mapping of rules",
        keys: [
            .init(
                name: "required",
                shape: .either([.flag, .object(condition)]),
                summary: "Whether there must be a value: always, never, or when another variable has one."
            ),
            .init(name: "length", shape: .object(range("length", of: "characters")), summary: "How many characters."),
            .init(name: "minimum", shape: .number, summary: "The smallest number."),
            .init(name: "maximum", shape: .number, summary: "The largest number."),
            .init(
                name: "pattern",
                shape: .text(.pattern),
                summary: "A regular expression that the whole value matches."
            ),
            .init(
                name: "one-of",
                shape: .list(.written(what: "a value"), atLeast: 1),
                summary: "The only values allowed."
            ),
            .init(
                name: "must-be",
                shape: .written(what: "a value"),
                summary: "The exact value, compared as the type compares: `False` is `false` for a boolean."
            ),
            .init(
                name: "must-not-be",
                shape: .either([
                    .written(what: "a value"), .list(.written(what: "a value"), atLeast: 1),
                ]),
                summary: "Values that are refused, compared as the type compares."
            ),
            .init(
                name: "strength",
                shape: .integer(1...4096),
                summary: "The least strength in estimated bits. A placeholder or a default credential has none."
            ),
            .init(
                name: "password-length",
                shape: .object(
                    ObjectShape(
                        "password-length",
                        what: "a mapping with minimum",
                        keys: [
                            .init(
                                name: "minimum",
                                shape: .integer(lengths),
                                isRequired: true,
                                summary: "The fewest characters."
                            )
                        ]
                    )
                ),
                summary: "How many characters a PostgreSQL URL's password has."
            ),
            .init(
                name: "characters",
                shape: .list(
                    .word(Rules.CharacterKind.allCases.map(\.rawValue), what: "`lower`, `upper`, `digit` or `symbol`"),
                    atLeast: 1
                ),
                summary: "Kinds of characters that must each occur; in a PostgreSQL URL, in its password."
            ),
            .init(
                name: "unique",
                shape: .flag,
                summary: "Whether every environment must have a value of its own."
            ),
            .init(
                name: "source",
                shape: .word(Rules.Source.allCases.map(\.rawValue), what: "`any` or `store`"),
                summary: "Where the value must come from: `store` refuses files and the manifest."
            ),
            .init(
                name: "tls",
                shape: .flag,
                summary: "Whether the connection that the value describes must be encrypted."
            ),
            .init(
                name: "wildcard",
                shape: .flag,
                summary: "Whether `*` may stand among hosts or origins."
            ),
            .init(
                name: "public",
                shape: .flag,
                summary: "Whether the public may see the value; `false` keeps it from browsers."
            ),
        ],
        atLeast: 1,
        synonyms: [
            "min-length": "length", "max-length": "length", "minlength": "length", "maxlength": "length",
            "regex": "pattern", "regexp": "pattern", "match": "pattern", "matches": "pattern", "enum": "one-of",
            "values": "one-of", "in": "one-of", "equals": "must-be", "const": "must-be", "not": "must-not-be",
            "forbidden": "must-not-be", "entropy": "strength", "bits": "strength", "ssl": "tls", "https": "tls",
            "optional": "required", "min": "minimum", "max": "maximum",
        ]
    )

    private static let condition = ObjectShape(
        "condition",
        what: "a mapping with when",
        keys: [
            .init(
                name: "when",
                shape: .either([
                    .text(.variableName), .map(.variableName, .written(what: "a value"), atLeast: 1, atMost: 1),
                ]),
                isRequired: true,
                summary: "Another variable: required when it has any value; or `{NAME: value}`: when it has this one."
            )
        ],
        synonyms: ["if": "when", "with": "when"]
    )

    private static func range(_ name: String, of what: String) -> ObjectShape {
        ObjectShape(
            name,
            what: "a mapping with minimum or maximum",
            keys: [
                .init(name: "minimum", shape: .integer(lengths), summary: "The fewest \(what)."),
                .init(name: "maximum", shape: .integer(lengths), summary: "The most \(what)."),
            ],
            atLeast: 1,
            synonyms: ["min": "minimum", "max": "maximum"]
        )
    }
}

extension Generator {
    /// The generators' names in the manifest.
    static let words = ["hex", "base64", "base64url", "password", "uuid"]
    /// How many random bytes a generator may be asked for: 128 bits are the least that is worth the name.
    static let byteCounts = 16...4096
    /// How long a password a generator may be asked for.
    static let passwordLengths = 16...1024
}
