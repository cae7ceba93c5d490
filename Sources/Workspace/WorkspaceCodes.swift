public import Findings

/// What a project on disk can have wrong, beside its values.
public enum WorkspaceCodes {
    /// A `.env` file with a syntax error.
    public static let fileSyntax = FindingCode(
        "KF-FILE-020",
        title: "A .env file has a syntax error",
        severity: .error,
        reason: "Readers disagree about such a line: some refuse the file, some read something else.",
        remedy: "Mend the line; keyfolio dotenv lint FILE shows how."
    )
    /// A `.env` file that is not read.
    public static let fileUnreadable = FindingCode(
        "KF-FILE-021",
        title: "A .env file is not read",
        severity: .error,
        reason: "Its values are unknown, so nothing can be said about what the component gets.",
        remedy: "What the message says: its mode, its kind, or the link that it is."
    )

    /// An environment whose secrets may not be read.
    public static let passedOver = FindingCode(
        "KF-PROJ-016",
        title: "An environment was passed over, because its secrets may not be read",
        severity: .note,
        reason: "Nothing is said of its values, nor are the others' held against them.",
        remedy:
            "Ask an administrator for the right that the message names, or leave that environment to whoever has it."
    )

    /// Every code of this file.
    public static let all: [FindingCode] = [fileSyntax, fileUnreadable, passedOver]
}
