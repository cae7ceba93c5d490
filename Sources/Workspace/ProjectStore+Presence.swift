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
