extension WorkspaceError {
    /// Every code, for the page of codes: what it is, why it is so, and what mends it.
    public static let allCodes: [(code: String, title: String, reason: String, fix: String)] = Kind.allCases.map {
        let (title, reason, fix) = $0.explanation
        return ($0.rawValue, title, reason, fix)
    }
}

extension WorkspaceError.Kind {
    fileprivate var explanation: (title: String, reason: String, fix: String) {
        switch self {
        case .noManifest:
            (
                "There is no keyfolio.yaml here or above",
                "Every command about a project begins with its keyfolio.yaml: here, or in a folder above.",
                "`keyfolio init` writes one from what is there; or `cd` into the project."
            )
        case .unknownEnvironment:
            (
                "The manifest has no such environment",
                "Only environments that the manifest names have values, rules and keys.",
                "`--env` with one of those that the message lists; or declare it in keyfolio.yaml."
            )
        case .unknownComponent:
            (
                "The manifest has no such component",
                "Only components that the manifest names have variables and a folder.",
                "`--component` with one of those that the message lists; or declare it in keyfolio.yaml."
            )
        case .ambiguousComponent:
            (
                "A component must be named",
                "Each component has variables of its own, so which one is meant must be said.",
                "`--component NAME`, or run the command in the component's folder."
            )
        case .unknownVariable:
            (
                "The manifest has no such variable",
                "Only variables that the manifest names are checked, stored and passed on: a mistyped name would "
                    + "never be read.",
                "`keyfolio list` shows the names; a new one is declared in keyfolio.yaml."
            )
        case .noStore:
            (
                "There is no store yet",
                "No store was made yet, or it is kept elsewhere.",
                "`keyfolio init` makes one; `keyfolio doctor` says where it is looked for."
            )
        case .storeGone:
            (
                "The store that was here is gone",
                "Its key file, or the list of folders that it answers in, is still there, and its own file is not. A new store "
                    + "would have none of its secrets, and generated ones would be other ones.",
                "Put the file back, or `keyfolio restore -i IDENTITIES BACKUP`; `keyfolio init --new-store` begins an empty one."
            )
        case .invalidManifest:
            (
                "The manifest has errors",
                "What the manifest says is used as a whole: half of it could leave a rule out.",
                "`keyfolio check` shows each error with its line and what mends it."
            )
        case .noEditor:
            (
                "The editor cannot be started",
                "EDITOR, or VISUAL, names a program that is not there.",
                "`EDITOR=nano keyfolio edit`."
            )
        case .editorFailed:
            (
                "The editor did not end well",
                "An editor that ends with an error may have written half a file, so nothing of it is stored.",
                "`keyfolio edit` again; `:cq` of vi ends so on purpose."
            )
        case .noKey:
            (
                "The store's key file is not there",
                "The store opens with a file that is not where it was, or with other kinds of keys only.",
                "Put the file back, or name it with KEYFOLIO_KEY_FILE; when it is lost, `keyfolio restore` a "
                    + "backup."
            )
        case .noPassphrase:
            (
                "The store opens with a passphrase, and none was given",
                "There is no terminal to ask for it on, as in a script or a service.",
                "`KEYFOLIO_PASSPHRASE_FILE=FILE` names a file that holds it."
            )
        case .otherFolder:
            (
                "The store is another folder's",
                "A repository from elsewhere may name any project; its secrets are given only where somebody "
                    + "allowed it.",
                "`keyfolio init` in this folder, when what is in it is to be trusted."
            )
        case .badName:
            (
                "A name cannot be a project's",
                "The name becomes part of paths of files and of secrets.",
                "`keyfolio init --name NAME`, with letters, digits, `.`, `_` and `-`."
            )
        case .loggedOut:
            (
                "The folder's secrets are a server's, and nobody is logged in there",
                "A login ends, or was ended; without it the project would quietly have other values, or none.",
                "`keyfolio login https://HOST`, or KEYFOLIO_ADDR and KEYFOLIO_TOKEN; `keyfolio init` begins a store in a file."
            )
        case .renamed:
            (
                "The project was renamed, and its store was not",
                "The store is kept under the project's name, and that is another one in keyfolio.yaml now.",
                "Write the old name again; or `keyfolio init` begins a new store, into which `keyfolio restore` "
                    + "brings a backup."
            )
        case .unreadable:
            (
                "A file cannot be read",
                "The system does not let this user read the file.",
                "`ls -l FILE` shows owner and mode."
            )
        case .tooLarge:
            (
                "A file is too large",
                "Every input has a bound, so that no file can take all memory there is.",
                "Give a smaller file; large content belongs in a file of its own, with its path in a variable."
            )
        case .unwritable:
            (
                "A file cannot be written",
                "The system does not let this user write there. Nothing was changed.",
                "`ls -ld FOLDER` shows owner and mode."
            )
        case .noSuchFile:
            (
                "A file does not exist",
                "There is no file at the path, or a folder above it is missing.",
                "Check the path; it counts from the folder that the command is run in."
            )
        case .badPath:
            (
                "A path cannot be used",
                "The path is too long, goes in circles through links, or has a character that no path has.",
                "Give another path."
            )
        case .full:
            (
                "The disk is full",
                "There is no room left, or a quota or a limit for files is reached. Nothing was changed.",
                "`df -h` shows what is full; make room and run the command again."
            )
        case .outside:
            (
                "A link leads a file out of its project",
                "A link in a repository could have a file of yours read, or written over, that is not part of the "
                    + "project.",
                "`ls -l` shows where it leads; put a file in its place, or `keyfolio init` where you made the "
                    + "link yourself."
            )
        case .notRegular:
            (
                "Something else than a file is in a file's place",
                "A pipe, a socket or a device would be waited for, or change each time; a folder has no text.",
                "`ls -ld PATH` shows what it is; put a file in its place."
            )
        case .noCheckpoint:
            (
                "A copy of the audit log has no signed head",
                "A copy proves something only with a head of the log that the store's key has signed.",
                "Give an earlier `keyfolio audit export`, or the file of `keyfolio serve --audit-file`."
            )
        case .badTime:
            (
                "A time cannot be read",
                "A time that is guessed at would show the wrong part of the log.",
                "Write 2026-11-24T10:00:00Z, 2026-11-24, 7d, 24h or 30m; a month is 2026-11."
            )
        case .badAuditTerm:
            (
                "What the audit log is asked for cannot be read",
                "A term that no record can have would find nothing, which reads as if nothing had happened.",
                "`keyfolio audit query --help` shows what each option takes: an outcome is allowed, denied, "
                    + "failed or begins."
            )
        }
    }
}
