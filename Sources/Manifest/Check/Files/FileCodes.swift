public import Findings

/// What can be wrong with files of values and templates, whatever is in them.
public enum FileCodes {
    /// In git.
    public static let committed = FindingCode(
        "KF-FILE-001",
        title: "A file with values is committed",
        severity: .error,
        reason: "Everyone with the repository has what is in it, and the history keeps it for ever.",
        remedy: "Take the file out of git (`git rm --cached FILE`) and renew every secret that was in it."
    )
    /// Not ignored by git.
    public static let notIgnored = FindingCode(
        "KF-FILE-002",
        title: "Git does not ignore a file with values",
        severity: .error,
        reason: "The next `git add .` commits it.",
        remedy: "Add `.env*` and `!.env.example` to .gitignore."
    )
    /// Permissions for others.
    public static let looseMode = FindingCode(
        "KF-FILE-003",
        title: "Others on the machine can reach a file with values",
        severity: .error,
        reason: "Every user and every service of the machine can read the secrets in it.",
        remedy: "`chmod 600 FILE`."
    )
    /// Somebody else's.
    public static let otherOwner = FindingCode(
        "KF-FILE-004",
        title: "A file with values belongs to another user",
        severity: .warning,
        reason: "Its owner can change what the application reads.",
        remedy: "Give the file to the user who runs the application: `chown USER FILE`."
    )
    /// Read by nothing.
    public static let unknownName = FindingCode(
        "KF-FILE-005",
        title: "No environment reads a file with values",
        severity: .warning,
        reason: "What is in it has no effect, and secrets are forgotten there.",
        remedy: "Rename it to `.env.ENVIRONMENT`, name it under the component's `files`, or remove it."
    )
    /// No template.
    public static let templateMissing = FindingCode(
        "KF-FILE-006",
        title: "A component has no template",
        severity: .warning,
        reason: "Newcomers do not see which variables there are.",
        remedy: "`keyfolio template`."
    )
    /// A template outside of git.
    public static let templateNotCommitted = FindingCode(
        "KF-FILE-007",
        title: "A template is not committed",
        severity: .warning,
        reason: "Newcomers do not get it.",
        remedy: "`git add FILE`."
    )
    /// A template that git ignores.
    public static let templateIgnored = FindingCode(
        "KF-FILE-008",
        title: "Git ignores a template",
        severity: .error,
        reason: "It never reaches the repository, so newcomers do not get it.",
        remedy: "Add `!.env.example` behind `.env*` in .gitignore."
    )
    /// In git, in nobody's folder.
    public static let strayCommitted = FindingCode(
        "KF-FILE-009",
        title: "A file with values outside of every component is committed",
        severity: .error,
        reason: "Everyone with the repository has what is in it, and nothing checks it.",
        remedy: "Take the file out of git (`git rm --cached FILE`) and renew every secret that was in it."
    )
    /// In nobody's folder.
    public static let misplaced = FindingCode(
        "KF-FILE-010",
        title: "A file with values stands in no component's folder",
        severity: .warning,
        reason: "No component reads it there, so what is in it has no effect, and nothing checks it.",
        remedy: "Move it into the component's folder, or remove it."
    )
    /// A link.
    public static let symbolicLink = FindingCode(
        "KF-FILE-011",
        title: "A file with values is a symbolic link",
        severity: .warning,
        reason: "Mode, owner and ignore rules of the link say nothing about the file that it points to.",
        remedy: "Name the real file under the component's `files`, or replace the link by the file."
    )
    /// A strict environment's file on this machine.
    public static let strictFileHere = FindingCode(
        "KF-FILE-014",
        title: "A file of a strict environment is on this machine",
        severity: .note,
        reason: "Such files belong on the machine that runs the environment, or better nowhere: a store needs none.",
        remedy: "Put the secrets into the store (`keyfolio import FILE`) and remove the file."
    )

    /// Every code, in the order of the numbers.
    public static let all: [FindingCode] = [
        committed, notIgnored, looseMode, otherOwner, unknownName, templateMissing, templateNotCommitted,
        templateIgnored,
        strayCommitted, misplaced, symbolicLink, strictFileHere,
    ]
}
