#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

// Reading and writing inside a project. A repository comes from anybody, with links of its author's choice: what is
// written there stays there, and what is read is a file that does not hang.
extension Files {
    /// Replaces a file of a project as a whole, or makes it, with the folders above it, never anywhere else.
    ///
    /// - Parameters:
    ///   - bytes: The new content.
    ///   - path: Where, absolute.
    ///   - root: The project's folder.
    ///   - mode: The permission bits of a new file; an existing one keeps its own.
    /// - Throws: `KF-FILE-108` when the file is a link or its folder really is outside of the root, `KF-FILE-109` when
    ///   something else than a file is there, and what ``write(_:to:mode:)`` throws.
    public static func write(
        _ bytes: [UInt8],
        to path: String,
        beneath root: String,
        mode: UInt32
    ) throws(WorkspaceError) {
        let folder = try makeFolder(Paths.parent(of: path), beneath: root)
        let target = Paths.join(folder, Paths.name(of: path))
        let before = status(target, following: false)
        if before?.isLink == true { throw .linkedTarget(path) }
        if let before, !before.isRegular { throw .notRegular(path) }
        // Nothing from here on follows a link at the end of the path: the new file is made under a name of its own, and
        // renaming replaces whatever bears the name.
        try write(bytes, to: target, mode: before?.mode ?? mode)
    }

    /// Makes a file of a project that must not be there yet; see ``write(_:to:beneath:mode:)``.
    ///
    /// - Returns: Whether it was made; false when something is there already.
    public static func create(
        _ bytes: [UInt8],
        at path: String,
        beneath root: String,
        mode: UInt32
    ) throws(WorkspaceError) -> Bool {
        _ = try makeFolder(Paths.parent(of: path), beneath: root)
        guard status(path, following: false) == nil else { return false }
        try write(bytes, to: path, beneath: root, mode: mode)
        return true
    }

    /// Makes a folder of a project and those above it.
    ///
    /// - Returns: Its real path.
    /// - Throws: `KF-FILE-108` when it really is, or would be, outside of the root.
    private static func makeFolder(_ path: String, beneath root: String) throws(WorkspaceError) -> String {
        var missing: [String] = []
        var there = path
        while status(there, following: false) == nil, there != Paths.parent(of: there) {
            missing.append(Paths.name(of: there))
            there = Paths.parent(of: there)
        }
        // A link that leads nowhere has no real path, and leads out as far as anybody can say.
        guard var real = realPath(there), isBeneath(real, root) else { throw .outside(path) }
        for name in missing.reversed() { real = Paths.join(real, name) }
        try makeFolder(real, mode: 0o755)
        return real
    }

    /// The bytes of a regular file, or nil when there is nothing. What is no file of bytes is refused: a pipe or a
    /// device would make the command wait for ever.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - root: The project's folder, when the file must really be in it.
    /// - Throws: `KF-FILE-108` when it is not, `KF-FILE-109` for what is no file, and what ``read(_:limit:)`` throws.
    public static func readRegularIfThere(
        _ path: String,
        beneath root: String? = nil,
        limit: Int = Files.limit
    ) throws(WorkspaceError) -> [UInt8]? {
        guard let found = status(path) else {
            // Nothing, or a link that leads nowhere, or a folder that may not be entered: the system tells which.
            return try readIfThere(path, limit: limit)
        }
        guard found.isRegular else { throw .notRegular(path) }
        if let root, !(realPath(path).map { isBeneath($0, root) } ?? false) { throw .outside(path) }
        return try readIfThere(path, limit: limit)
    }

    /// Whether a path, its links followed, is a project's folder or in it.
    static func isReally(_ path: String, beneath root: String) -> Bool {
        realPath(path).map { isBeneath($0, root) } ?? false
    }

    private static func isBeneath(_ real: String, _ root: String) -> Bool {
        let realRoot = Paths.real(root)
        return real == realRoot || real.hasPrefix(realRoot.hasSuffix("/") ? realRoot : realRoot + "/")
    }

    private static func realPath(_ path: String) -> String? {
        guard let text = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }
}
