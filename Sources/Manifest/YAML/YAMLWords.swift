/// libyaml's complaints in words for people who write a manifest. None of them holds anything of the text.
enum YAMLWords {
    /// What a complaint means and what usually mends it.
    ///
    /// - Parameter said: libyaml's `problem`, one of a fixed set of texts (scanner.c and parser.c of libyaml 0.2.5).
    static func explain(_ said: String) -> (message: String, fix: String) {
        for (beginning, message, fix) in table where said.hasPrefix(beginning) { return (message, fix) }
        return ("this is not YAML", "Check the indentation and the quotes of this line and the one above it.")
    }

    private static let table: [(String, String, String)] =
        [
            (
                "mapping values are not allowed", "a `:` stands where a value goes on",
                "Put the value in quotes, or indent this line as deep as the keys it belongs to."
            ),
            (
                "could not find expected ':'", "a key has no `:` after it",
                "Write `name: value`, and put text of several lines in quotes."
            ),
            (
                "did not find expected key", "a key is expected here, as deep as the keys above it",
                "Check the indentation of this line and the quotes above it."
            ),
            (
                "did not find expected '-' indicator", "an item of a list is expected here",
                "Begin the line with `- `, as deep as the items above it."
            ),
            (
                "block sequence entries are not allowed", "a list cannot begin here",
                "Put the list's first item on a line of its own."
            ),
            (
                "mapping keys are not allowed", "keys cannot begin here", "Put the first key on a line of its own."
            ),
            (
                "did not find expected ',' or ']'", "a list in `[ ]` does not go on as it must",
                "Write `,` between two items, `]` after the last one, and quotes around one with a bracket in it."
            ),
            (
                "did not find expected ',' or '}'", "a mapping in `{ }` does not go on as it must",
                "Write `,` between two keys, `}` after the last value, and quotes around one with a bracket in it."
            ),
            (
                "found unexpected end of stream", "a text in quotes is never closed",
                "Close the quotes where the text ends."
            ),
            (
                "found unexpected document indicator", "a text in quotes is not closed before the document ends",
                "Close the quotes where the text ends."
            ),
            (
                "found character that cannot start any token",
                "this line or value begins with a character that YAML keeps for itself",
                "Indent with spaces, not tabs, and put a value that begins with `@`, `%` or a backquote in quotes."
            ),
            (
                "found a tab character", "a tab stands where the indentation is", "Indent with spaces."
            ),
            (
                "found unknown escape character", "a backslash in double quotes begins an escape that does not exist",
                "Use single quotes, or write two backslashes."
            ),
            (
                "did not find expected hexdecimal number", "an escape in double quotes has too few digits",
                "Use single quotes, or write two backslashes."
            ),
            (
                "found invalid Unicode character escape code", "an escape in double quotes stands for no character",
                "Use single quotes, or write two backslashes."
            ),
            (
                "did not find expected <document start>", "text goes on where the document has ended",
                "Indent this line, or remove `...` and `%` lines above it."
            ),
            (
                "found incompatible YAML document", "the file asks for another version of YAML",
                "Remove the line that begins with `%YAML`."
            ),
            (
                "found unknown directive name", "a line begins with `%`", "Remove it, or put the value in quotes."
            ),
            (
                "did not find expected comment or line break", "something stands after the `|` or `>`",
                "Begin the text on the next line."
            ),
            (
                "found undefined tag handle", "tags (`!name`) are not used in manifests", "Put text in quotes instead."
            ),
            (
                "did not find expected node content", "a value is missing here", "Write a value, or remove the `,`."
            ),
            (
                "did not find expected alphabetic or numeric character", "a value begins with `*` or `&`",
                "Put the value in quotes."
            ),
            (
                "found an indentation indicator equal to 0", "a digit after `|` or `>` must not be 0",
                "Remove the digit."
            ),
            (
                "found unexpected ':'", "a `:` stands within a value in brackets", "Put the value in quotes."
            ),
        ]
        + directives.map {
            ($0, "a line that begins with `%` is none that YAML has", "Remove it, or put the value in quotes.")
        }
        + tags.map { ($0, "a value begins with `!`", "Put the value in quotes.") }

    private static let directives = [
        "could not find expected directive name", "did not find expected digit", "did not find expected version number",
        "found duplicate %", "found extremely long version number", "found unexpected non-alphabetical character",
    ]

    private static let tags = [
        "did not find URI escaped octet", "did not find expected '!'", "did not find expected tag URI",
        "did not find the expected '>'", "did not find expected whitespace", "found an incorrect",
    ]
}
