#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension StoreLocation {
    /// Whether the store's file is there.
    ///
    /// - Throws: `KF-FILE-101` when nobody can tell, because a folder above it cannot be entered. Taking that for "there
    ///   is no store" would send a person to make another one.
    public func hasStore() throws(WorkspaceError) -> Bool { try isThere(database) }

    /// Whether the key file is there.
    ///
    /// - Throws: As ``hasStore()``.
    public func hasKeyFile() throws(WorkspaceError) -> Bool { try isThere(keyFile) }

    /// What is left of a store whose file is gone: its key file, or the list of folders that it answers in. Both are
    /// written when a store is made, and kept beside no other.
    ///
    /// A key file that `KEYFOLIO_KEY_FILE` names tells nothing: it may be there before the store, and open others.
    ///
    /// - Returns: The path of what is left; nil when the store is there, or never was.
    /// - Throws: As ``hasStore()``.
    public func remains() throws(WorkspaceError) -> String? {
        guard try !hasStore() else { return nil }
        if User.setting("KEYFOLIO_KEY_FILE") == nil, try hasKeyFile() { return keyFile }
        if isChosen { return nil }
        let folders = KnownFolders(of: self).path
        return try isThere(folders) ? folders : nil
    }

    /// Why the store cannot be used, when its file is not there: it is gone, or was never made.
    func missing() throws(WorkspaceError) -> WorkspaceError {
        if let left = try remains() { return .storeGone(self, left: left) }
        // One that a person named is meant to be there.
        return isChosen ? .noStoreNamed(at: database) : .noStore(at: database)
    }

    /// Stops where a store was and is no more: making another one would lose it without a word.
    ///
    /// - Throws: `KF-PROJ-015`.
    public func checkNotGone() throws(WorkspaceError) {
        if let left = try remains() { throw .storeGone(self, left: left) }
    }

    /// Whether store and key file are in one folder: whoever gets the folder then has the secrets.
    public var isKeyBesideStore: Bool {
        Paths.real(Paths.parent(of: keyFile)) == Paths.real(Paths.parent(of: database))
    }

    private func isThere(_ path: String) throws(WorkspaceError) -> Bool {
        // What cannot be a path is nowhere; opening it has an error of its own.
        guard !path.utf8.contains(0) else { return false }
        var facts = stat()
        if unsafe stat(path, &facts) == 0 { return true }
        guard errno == ENOENT || errno == ENOTDIR else { throw .reading(path, errno) }
        return false
    }
}
