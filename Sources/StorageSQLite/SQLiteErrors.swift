internal import CSQLite
internal import SecretStore

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension StoreError {
    /// What SQLite's status means for the store.
    ///
    /// SQLite's own message is not passed on: it may quote a statement.
    ///
    /// - Parameters:
    ///   - status: An extended result code.
    ///   - system: `errno` of the system call that failed, if one did.
    init(sqlite status: Int32, system: Int32) {
        switch status & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED: self = .busy()
        case SQLITE_FULL: self = .diskFull()
        case SQLITE_READONLY, SQLITE_PERM: self = .readOnly()
        case SQLITE_NOMEM: self = .outOfMemory()
        case SQLITE_CORRUPT, SQLITE_SCHEMA, SQLITE_MISMATCH, SQLITE_CONSTRAINT, SQLITE_ERROR: self = .damaged()
        case SQLITE_NOTADB: self = .notAStore()
        case SQLITE_CANTOPEN:
            switch system {
            case EROFS, EACCES, EPERM: self = .readOnly()
            case ENOSPC, EDQUOT: self = .diskFull()
            default: self = .cannotOpen(Self.words(system))
            }
        case SQLITE_IOERR:
            switch system {
            case ENOSPC, EDQUOT, EFBIG: self = .diskFull()
            case EROFS, EACCES, EPERM: self = .readOnly()
            default: self = .inputOutput(Self.words(system))
            }
        default: self = .inputOutput("SQLite status \(status)")
        }
    }

    private static func words(_ number: Int32) -> String {
        guard number != 0, let text = unsafe strerror(number) else { return "the system gave no reason" }
        return unsafe String(cString: text)
    }
}
