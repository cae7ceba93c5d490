/// What the command's exit status says. Scripts rely on these: a number never changes its meaning.
enum ExitStatus: Int32 {
    /// Done; a check found nothing to complain about.
    case success = 0
    /// A check has findings.
    case findings = 1
    /// The command line is wrong.
    case usage = 2
    /// A project, file, environment, variable, secret or version does not exist.
    case notFound = 3
    /// The file system, a policy or a folder's owner does not allow it.
    case denied = 4
    /// The store or a file cannot be opened: the key is missing or wrong.
    case sealed = 5
    /// The store is busy, the disk is full, or a folder is read-only.
    case unavailable = 6
    /// The store or a backup was damaged or changed from outside.
    case corrupt = 7
    /// Somebody else changed it first, or it is there already.
    case conflict = 8
    /// It was written by a newer keyfolio.
    case newerFormat = 9
    /// What was read is not what it should be (syntax, size, path).
    case invalidInput = 10
    /// keyfolio has a bug here.
    case internalError = 70
}
