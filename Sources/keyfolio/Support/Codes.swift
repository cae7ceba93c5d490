import AccessPolicy
import Age
import DotEnv
import Findings
import HTTPModel
import Interchange
import Launch
import Manifest
import Probes
import RemoteStores
import SecretStore
import Workspace

/// Every code there is, from the modules that declare them: one page documents them all (docs/codes.md).
enum Codes {
    /// The kinds of findings.
    static let findings: [FindingCode] =
        ManifestCodes.all + TemplateCodes.all + TypeCodes.all + RuleCodes.all + LintCodes.all + FileCodes.all
        + WorkspaceCodes.all + DoctorCodes.all
        + PostgresCodes.all

    /// The kinds of errors.
    static let errors: [CodePage.ErrorEntry] =
        own.map { ($0.code, $0.title, "") } + WorkspaceError.allCodes.map { ($0.code, $0.title, "") }
        + AgeError.catalogue + DotEnvError.Code.catalogue + LaunchError.catalogue.map { ($0.code, $0.title, "") }
        + InterchangeError.allCodes.map { ($0.code, $0.title, "") } + JSONError.catalogue
        + StoreError.allCodes.map { ($0.code, $0.title, StoreError.explanations[$0.code] ?? "") }
        + RemoteError.allCodes.map { ($0.code, $0.title, "") }
        + ProjectStore.auditSinkCodes.map { ($0.code, $0.title, "") }
        + ProjectStore.authenticationCodes
        + PolicyError.catalogue.map { ($0.code, $0.title, $0.fix) } + ServiceCodes.all.map { ($0.code, $0.title, "") }

    /// The command's own errors.
    static let own: [(code: String, title: String)] = [
        ("KF-AGE-101", "Encrypted bytes would go to a terminal"),
        ("KF-AGE-102", "A passphrase and recipients were both given"),
        ("KF-AGE-103", "No recipient was given"),
        ("KF-AGE-104", "No identity was given"),
        ("KF-BUG-001", "An error that nobody explained: a bug of keyfolio"),
        ("KF-DIFF-001", "A version is not a number"),
        ("KF-EDIT-001", "EDITOR names no program"),
        ("KF-EDIT-002", "Everything was removed in the editor"),
        ("KF-EDIT-003", "Somebody else changed the same value meanwhile"),
        ("KF-EXPLAIN-001", "No code was named"),
        ("KF-EXPLAIN-002", "There is no such code"),
        ("KF-FILE-107", "A file is there already"),
        ("KF-GEN-001", "One name is needed to print a value"),
        ("KF-GEN-002", "No variable was named"),
        ("KF-GEN-003", "The manifest does not say how a value is made"),
        ("KF-GEN-004", "There is no URL whose password could be made anew"),
        ("KF-GET-001", "The store has no such secret"),
        ("KF-GET-002", "The secret has no such value"),
        ("KF-HISTORY-001", "The versions that are kept do not reach back to the last change"),
        ("KF-INPUT-001", "A value is not UTF-8 text"),
        ("KF-INPUT-002", "A value has a NUL character in it"),
        ("KF-INPUT-003", "There is no terminal to ask on"),
        ("KF-INPUT-004", "Two passphrases differ"),
        ("KF-INPUT-005", "A passphrase is empty"),
        ("KF-INPUT-006", "More than one line came at a prompt"),
        ("KF-INPUT-007", "A line at a prompt is longer than a terminal can take"),
        ("KF-IO-101", "A format needs a folder to write to"),
        ("KF-IO-102", "Files of several environments would be imported at once"),
        ("KF-IO-103", "A file changed while it was imported"),
        ("KF-IO-104", "Two files give a name different values"),
        ("KF-LOGIN-001", "The token could not be revoked"),
        ("KF-NAME-001", "A name cannot be a variable's"),
        ("KF-RUN-100", "No application was named"),
        ("KF-RUN-101", "A rule is broken, so the application was not started"),
        ("KF-RUN-102", "The whole environment would go to a component that is shipped to browsers"),
        ("KF-SCHEMA-001", "There is no such schema"),
        ("KF-SERVE-001", "The server's program is not installed"),
        ("KF-SET-001", "A value was given as an argument"),
        ("KF-SET-002", "A value is empty"),
        ("KF-USAGE-001", "The command line cannot be understood"),
        ("KF-USAGE-002", "There is no such command"),
        ("KF-USAGE-003", "A number is out of range"),
    ]
}
