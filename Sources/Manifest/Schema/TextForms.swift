extension TextForm {
    /// The name of a project, component, environment or store: safe in flags, paths and file names.
    static let name = TextForm(
        what: "a name of letters, digits, `.`, `_` and `-`, that begins with a letter or digit",
        pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$",
        maximumLength: 64,
        accepts: { text in
            guard let first = text.utf8.first, isLetterOrDigit(first) else { return false }
            return text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D }
        }
    )

    /// The name of a variable, as POSIX has it (IEEE Std 1003.1, 8.1), in any case.
    static let variableName = TextForm(
        what: "a variable's name: letters, digits and `_`, that does not begin with a digit",
        pattern: "^[A-Za-z_][A-Za-z0-9_]*$",
        maximumLength: 255,
        accepts: { text in
            guard let first = text.utf8.first, isLetterOrDigit(first) || first == 0x5F else { return false }
            return !(0x30...0x39).contains(first) && text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x5F }
        }
    )

    /// An environment's name, or `*` for all that are not named.
    static let nameOrStar = TextForm(
        what: "an environment's name, or `*` for all others",
        pattern: "^([*]|[A-Za-z0-9][A-Za-z0-9._-]*)$",
        maximumLength: 64,
        accepts: { $0 == "*" || name.accepts($0) }
    )

    /// A folder, relative to the manifest's.
    static let folder = TextForm(
        what: "a folder inside the project, relative to the manifest",
        pattern: #"^(?!/)(?!.*(^|/)[.][.](/|$))[^\\\u0000-\u001F]+$"#,
        maximumLength: 1024,
        accepts: { text in
            isRelativePath(text) && !text.utf8.split(separator: 0x2F).contains { $0.elementsEqual([0x2E, 0x2E]) }
        }
    )

    /// A file, relative to a component's folder. `..` may lead to a file that components share.
    static let file = TextForm(
        what: "a file's name, relative to the component's folder",
        pattern: #"^(?!/)[^\\\u0000-\u001F]*[^\\/\u0000-\u001F]$"#,
        maximumLength: 1024,
        accepts: { isRelativePath($0) && $0.utf8.last != 0x2F }
    )

    /// How often a variable changes.
    static let rotation = TextForm(
        what: "a number of days such as `90d`, or `never`",
        pattern: "^(never|[1-9][0-9]{0,3}d)$",
        maximumLength: 5,
        accepts: { text in
            guard text != "never" else { return true }
            guard let first = text.utf8.first, first != 0x30, text.utf8.last == 0x64 else { return false }
            return (2...5).contains(text.utf8.count) && text.utf8.dropLast().allSatisfy { (0x30...0x39).contains($0) }
        }
    )

    /// A regular expression. Whether it compiles is not said by its form.
    static let pattern = TextForm(what: "a regular expression", maximumLength: 1000, accepts: { _ in true })

    /// Prose for people.
    static let prose = TextForm(what: "text", minimumLength: 0, maximumLength: 10_000, accepts: { _ in true })

    private static func isRelativePath(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != 0x2F else { return false }
        return text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x5C }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
