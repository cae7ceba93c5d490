/// What the command's exit status says. Scripts rely on these: a number never changes its meaning.
enum ExitStatus: Int32, CaseIterable {
    case success = 0
    case findings = 1
    case usage = 2
    case notFound = 3
    case denied = 4
    case sealed = 5
    case unavailable = 6
    case corrupt = 7
    case conflict = 8
    case newerFormat = 9
    case invalidInput = 10
    case internalError = 70

    /// What it means, for `keyfolio help exit-codes` and the manual.
    var meaning: String {
        switch self {
        case .success: "done; a check found nothing to complain about"
        case .findings: "a check has findings"
        case .usage: "the command line is wrong"
        case .notFound: "a project, file, environment, variable, secret or version does not exist"
        case .denied: "the file system or a policy does not allow it"
        case .sealed: "the store cannot be opened: the key is missing or wrong"
        case .unavailable: "the store is busy, the disk is full, or a folder is read-only"
        case .corrupt: "the store or a backup was damaged or changed from outside"
        case .conflict: "somebody else changed it first, or it is there already"
        case .newerFormat: "the store or the manifest is of a newer keyfolio"
        case .invalidInput: "what was read is not what it should be (syntax, size, path)"
        case .internalError: "keyfolio has a bug here"
        }
    }
}
