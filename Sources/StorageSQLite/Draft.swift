internal import SecretStore
internal import Vaulting

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A store, and its key file when there is none yet, while they are made: under names of their own, until both are whole.
struct Draft {
    /// The store's file under its own name.
    let path: String
    /// What the store is made with.
    let key: KeySource
    /// The store's file under the draft's name.
    let file: String
    private let newKeyFile: (draft: String, path: String)?

    /// Makes an empty file beside a store that is not there yet.
    init(of path: String, key: KeySource) throws(StoreError) {
        guard !PrivateFile.exists(path) else { throw .storeExists() }
        // SQLite would take what is left of another store for this one's log, or the store would not open ever after.
        let remains = Self.companions.map { path + $0 }.filter(PrivateFile.exists)
        guard remains.isEmpty else { throw .storeRemains(remains) }
        try PrivateFile.makeFolder(PrivateFile.folder(of: path))
        self.path = path
        file = "\(path).new-\(getpid())"
        if case .keyFile(let keyFile) = key, !PrivateFile.exists(keyFile) {
            let draft = "\(keyFile).new-\(getpid())"
            unsafe unlink(draft)
            newKeyFile = (draft, keyFile)
            self.key = .keyFile(draft)
        } else {
            newKeyFile = nil
            self.key = key
        }
        // What a process of the same number left when it was killed.
        unsafe unlink(file)
        let descriptor = openFile(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw PrivateFile.storeFailure(errno) }
        close(descriptor)
    }

    /// Gives the key file and then the whole store their names: there is never a store without its key.
    func publish() throws(StoreError) {
        // link(2) fails when the name is taken, which rename(2) would not.
        if let newKeyFile {
            // Somebody else made a key meanwhile: theirs is the key of their store.
            guard unsafe link(newKeyFile.draft, newKeyFile.path) == 0 else {
                throw errno == EEXIST ? .storeExists() : .keyFileUnusable(PrivateFile.describe(errno))
            }
            PrivateFile.syncFolder(PrivateFile.folder(of: newKeyFile.path))
        }
        guard unsafe link(file, path) == 0 else {
            throw errno == EEXIST ? .storeExists() : .cannotOpen(PrivateFile.describe(errno))
        }
        PrivateFile.syncFolder(PrivateFile.folder(of: path))
    }

    /// Takes the draft's names away.
    func remove() {
        for suffix in [""] + Self.companions { unsafe unlink(file + suffix) }
        if let newKeyFile { unsafe unlink(newKeyFile.draft) }
    }

    /// What SQLite keeps beside a file.
    private static let companions = ["-wal", "-shm", "-journal"]
}

// The system's call under a name that the methods above do not hide.
private func openFile(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { unsafe open(path, flags, mode) }
