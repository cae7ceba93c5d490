internal import Findings
internal import Vaulting

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Why a project on disk could not be used.
public struct WorkspaceError: Error, Sendable, Hashable {
    /// The stable name, such as `KF-PROJ-001`.
    public var code: String { kind.rawValue }
    /// What happened and why.
    public let message: String
    /// The command or the sentence that mends it.
    public let fix: String
    /// Which of the exit statuses fits.
    public var category: Category { kind.category }

    /// The file of the project that it is about, relative to the project's folder, when it is about one.
    public private(set) var file: String?

    private let kind: Kind

    /// What sort of trouble it is, for the exit status.
    public enum Category: Sendable, Hashable {
        case notFound, denied, unavailable, invalid, sealed
    }

    enum Kind: String, CaseIterable {
        case noManifest = "KF-PROJ-001"
        case unknownEnvironment = "KF-PROJ-002"
        case unknownComponent = "KF-PROJ-003"
        case ambiguousComponent = "KF-PROJ-004"
        case unknownVariable = "KF-PROJ-005"
        case noStore = "KF-PROJ-006"
        case invalidManifest = "KF-PROJ-007"
        case noEditor = "KF-PROJ-008"
        case editorFailed = "KF-PROJ-009"
        case noKey = "KF-PROJ-010"
        case noPassphrase = "KF-PROJ-011"
        case otherFolder = "KF-PROJ-012"
        case badName = "KF-PROJ-013"
        case renamed = "KF-PROJ-014"
        case storeGone = "KF-PROJ-015"
        case loggedOut = "KF-PROJ-017"
        case unreadable = "KF-FILE-101"
        case tooLarge = "KF-FILE-102"
        case unwritable = "KF-FILE-103"
        case noSuchFile = "KF-FILE-104"
        case badPath = "KF-FILE-105"
        case full = "KF-FILE-106"
        case outside = "KF-FILE-108"
        case notRegular = "KF-FILE-109"
        case noCheckpoint = "KF-AUDIT-002"
        case badTime = "KF-AUDIT-003"
        case badAuditTerm = "KF-AUDIT-004"

        var category: Category {
            switch self {
            case .noManifest, .unknownEnvironment, .unknownComponent, .unknownVariable, .noStore, .storeGone, .renamed,
                .loggedOut,
                .noSuchFile,
                .noEditor:
                .notFound
            case .unreadable, .unwritable, .otherFolder, .outside: .denied
            case .full: .unavailable
            case .noKey, .noPassphrase: .sealed
            case .ambiguousComponent, .tooLarge, .badPath, .invalidManifest, .editorFailed, .notRegular, .badName,
                .noCheckpoint, .badTime, .badAuditTerm:
                .invalid
            }
        }
    }

    private init(_ kind: Kind, _ message: String, fix: String) {
        self.kind = kind
        self.message = message
        self.fix = fix
    }

    /// The same, about a file of a project.
    func about(_ file: String) -> Self {
        var error = self
        error.file = file
        return error
    }
}

extension WorkspaceError {
    static func noManifest(searchedFrom folder: String) -> Self {
        .init(
            .noManifest,
            "there is no keyfolio.yaml in \(printable(folder)) or in a folder above it",
            fix: "keyfolio init"
        )
    }

    /// The same, for a command that needs a store and no project: it can be told which.
    public var advisingStore: Self {
        guard kind == .noManifest else { return self }
        return .init(
            kind,
            message,
            fix: "name the store with --store FILE or KEYFOLIO_STORE, or run it in a project (keyfolio init)"
        )
    }

    /// A store that was named is not there.
    static func noStoreNamed(at path: String) -> Self {
        .init(
            .noStore,
            "there is no store at \(printable(path))",
            fix:
                "name the store that is meant, with --store FILE or KEYFOLIO_STORE; keyfolio init makes one in a project"
        )
    }

    static func unknownEnvironment(known: [String], suggestion: String?) -> Self {
        .init(
            .unknownEnvironment,
            "the manifest has no environment of that name" + didYouMean(suggestion),
            fix: "use one of: \(known.joined(separator: ", "))"
        )
    }

    static func unknownComponent(known: [String], suggestion: String?) -> Self {
        .init(
            .unknownComponent,
            "the manifest has no component of that name" + didYouMean(suggestion),
            fix: "use one of: \(known.joined(separator: ", "))"
        )
    }

    static func ambiguousComponent(known: [String]) -> Self {
        .init(
            .ambiguousComponent,
            "the manifest has \(known.count) components and none was named",
            fix: "add --component with one of: \(known.joined(separator: ", "))"
        )
    }

    /// A variable that the manifest does not have.
    public static func unknownVariable(suggestion: String?) -> Self {
        .init(
            .unknownVariable,
            "the manifest has no variable of that name" + didYouMean(suggestion),
            fix: "declare it in keyfolio.yaml, or run keyfolio list to see the names"
        )
    }

    static func noStore(at path: String) -> Self {
        .init(.noStore, "there is no store at \(printable(path))", fix: "keyfolio init")
    }

    /// - Parameters:
    ///   - location: Where the store was.
    ///   - left: What is left of it.
    static func storeGone(_ location: StoreLocation, left: String) -> Self {
        let new = location.isChosen ? " --store \(shellQuoted(location.database))" : ""
        return .init(
            .storeGone,
            "the store that was at \(printable(location.database)) is gone: \(printable(left)) is still there",
            fix:
                "put the file back, or restore a backup: keyfolio restore -i IDENTITIES BACKUP\(new); if its secrets may be "
                + "lost, keyfolio init --new-store\(new) begins an empty one"
        )
    }

    static func noKey(at location: StoreLocation) -> Self {
        // A store in a place of its own choice may be in a folder with other things.
        let folder = Paths.parent(of: location.database)
        let move =
            location.isChosen
            ? "move \(printable(location.database)) and what is beside it under that name away"
            : "mv \(shellQuoted(folder)) \(shellQuoted(folder + ".lost"))"
        return .init(
            .noKey,
            "the store opens with a key file, and there is none at \(printable(location.keyFile))",
            fix: "put the key file back (KEYFOLIO_KEY_FILE names another place); if it is lost, restore a backup: "
                + "\(move), then keyfolio restore -i IDENTITIES BACKUP"
        )
    }

    /// The store has slots, and none for a key file or a passphrase.
    static func otherSlots(_ slots: [SealSlot]) -> Self {
        .init(
            .noKey,
            "the store opens with neither a key file nor a passphrase; its slots: "
                + slots.map(\.kind.rawValue).joined(separator: ", "),
            fix: "add a key file with what opens it: keyfolio seal add --key-file FILE --open-with-shares SHARES"
        )
    }

    static func renamed(from old: String) -> Self {
        .init(
            .renamed,
            "the secrets of this folder are those of the project \(printable(old)), and keyfolio.yaml has another name now",
            fix: "write `project: \(printable(old))` again; or keyfolio init begins a new store under the new name"
        )
    }

    /// The folder's secrets are a server's, and nobody is logged in there.
    static func loggedOut(from address: String) -> Self {
        .init(
            .loggedOut,
            "the secrets of this folder are those of \(address), where nobody is logged in, and there is no store in a file",
            fix: "keyfolio login \(address); or keyfolio init begins a store in a file"
        )
    }

    /// The store opens with a passphrase, and there is nobody to ask.
    public static func noPassphrase() -> Self {
        .init(
            .noPassphrase,
            "the store opens with a passphrase, and there is no terminal to ask on",
            fix: "name a file that holds the passphrase: KEYFOLIO_PASSPHRASE_FILE=FILE keyfolio …"
        )
    }

    static func otherFolder(_ folder: String, known: String?) -> Self {
        let made = known.map { "was made in \(printable($0))" } ?? "was made in no folder that is known"
        return .init(
            .otherFolder,
            "the manifest here names a store that \(made), and \(printable(folder)) was never allowed to use it",
            fix: "keyfolio init, if this is the same project; or give this one another name in keyfolio.yaml"
        )
    }

    /// A server's store, in a folder where nobody said that it may answer.
    static func notAdopted(_ folder: String, by server: String) -> Self {
        .init(
            .otherFolder,
            "nobody said that \(printable(folder)) may have secrets of \(server): its keyfolio.yaml only asks for them",
            fix: "keyfolio init, if you trust what is in this folder"
        )
    }

    static func badName(suggestion: String) -> Self {
        .init(
            .badName,
            "a project's name has letters, digits, '.', '_' and '-', begins with a letter or digit, and has at most 64",
            fix: "keyfolio init --name \(suggestion)"
        )
    }

    static func invalidManifest(_ file: String, errors: Int, first: String) -> Self {
        .init(
            .invalidManifest,
            "\(printable(file)) has \(errors) error\(errors == 1 ? "" : "s"); the first: \(first)",
            fix: "keyfolio check"
        )
    }

    static func noEditor(_ name: String) -> Self {
        .init(.noEditor, "the editor \(quoted(name)) cannot be started", fix: "EDITOR=nano keyfolio edit")
    }

    static func editorFailed(_ status: Int32) -> Self {
        .init(
            .editorFailed,
            "the editor ended with status \(status), so nothing was stored",
            fix: "run keyfolio edit again"
        )
    }

    static func tooLarge(_ path: String, limit: Int) -> Self {
        .init(
            .tooLarge,
            "\(printable(path)) is larger than \(limit / 1_048_576) MiB, which is more than is read",
            fix: "give a smaller file"
        )
    }

    static func badPath(_ path: String, why: String) -> Self {
        .init(.badPath, "the path \(printable(path)) cannot be used: \(why)", fix: "give another path")
    }

    /// What Keyfolio would write to is a link.
    static func linkedTarget(_ path: String) -> Self {
        .init(
            .outside,
            "\(printable(path)) is a symbolic link, and what Keyfolio writes into a project goes through none",
            fix: "look where it leads with ls -l, and remove the link"
        )
    }

    /// A path of a project that really is somewhere else.
    static func outside(_ path: String) -> Self {
        .init(
            .outside,
            "\(printable(path)) leads out of the project through a symbolic link",
            fix:
                "look where it leads with ls -l; put a file in the link's place, or, where you made the link, keyfolio init"
        )
    }

    static func notRegular(_ path: String) -> Self {
        .init(
            .notRegular,
            "\(printable(path)) is no file: it is a folder, a pipe, a socket or a device",
            fix: "look at it with ls -ld, and put a file in its place"
        )
    }

    static func noCheckpoint(in path: String, unreadable: Int) -> Self {
        .init(
            .noCheckpoint,
            "\(printable(path)) has no signed head of an audit log"
                + (unreadable > 0 ? " (\(unreadable) lines begin like one and were torn or changed)" : ""),
            fix: "give an earlier export, or a file that an audit sink wrote"
        )
    }

    static func badTime() -> Self {
        .init(
            .badTime,
            "a time is a moment of RFC 3339, a date, or how long ago it was",
            fix: "write 2026-11-24T10:00:00Z, 2026-11-24, 7d, 24h or 30m; a month is 2026-11"
        )
    }

    /// - Parameters:
    ///   - option: Which option has it.
    ///   - takes: What that takes.
    ///   - suggestion: What was probably meant.
    static func badAuditTerm(_ option: String, takes: String, suggestion: String? = nil) -> Self {
        .init(
            .badAuditTerm,
            "what \(option) has is none that it takes" + didYouMean(suggestion),
            fix: "\(option) takes \(takes)"
        )
    }

    static func reading(_ path: String, _ number: Int32) -> Self {
        switch number {
        case ENOENT, ENOTDIR:
            .init(.noSuchFile, "\(printable(path)) does not exist", fix: "check the path")
        case ENAMETOOLONG, ELOOP:
            .badPath(path, why: describe(number))
        default:
            .init(
                .unreadable,
                "\(printable(path)) cannot be read: \(describe(number))",
                fix: "check its owner and mode with ls -l"
            )
        }
    }

    static func writing(_ path: String, _ number: Int32) -> Self {
        switch number {
        case ENOSPC, EDQUOT, EFBIG:
            .init(
                .full,
                "\(printable(path)) cannot be written: \(describe(number)); nothing was changed",
                fix: "make room on the disk and run the command again"
            )
        case ENAMETOOLONG, ELOOP:
            .badPath(path, why: describe(number))
        default:
            .init(
                .unwritable,
                "\(printable(path)) cannot be written: \(describe(number)); nothing was changed",
                fix: "check the owner and mode of its folder with ls -ld"
            )
        }
    }
}

/// The system's own words for an error number.
func describe(_ number: Int32) -> String {
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
}

/// A path or name as an error shows it: short, and without characters that drive a terminal.
func printable(_ text: String) -> String {
    let limit = 200
    var result = ""
    for scalar in text.unicodeScalars.prefix(limit) {
        if scalar.drivesTerminal {
            result += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
            result.unicodeScalars.append(scalar)
        }
    }
    return text.unicodeScalars.count > limit ? result + "…" : result
}

/// A path as a shell reads it back.
private func shellQuoted(_ path: String) -> String {
    "'\(printable(path).split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
}

private func quoted(_ name: String) -> String { "'\(printable(name))'" }

private func didYouMean(_ suggestion: String?) -> String { suggestion.map { " (did you mean '\($0)'?)" } ?? "" }
