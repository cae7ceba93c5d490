internal import RemoteStores

/// The folders that a project's store answers in: those where somebody said so, with `keyfolio init`.
///
/// A manifest names its store, and a manifest comes with a repository, from anybody. Without this, a repository could
/// name another project's store and have its secrets given to whatever is started there. A server's store is the same:
/// the manifest names the project there.
struct KnownFolders {
    /// The file of the list.
    let path: String
    private let server: ServerAddress?

    /// The folders of a store, kept in a file beside it: one absolute path a line.
    init(of location: StoreLocation) {
        path = Paths.join(Paths.parent(of: location.database), "folders")
        server = nil
    }

    /// The folders of a server, kept beside what `keyfolio login` remembers, and for longer than that.
    init(of address: ServerAddress) {
        let scheme = address.isPlain ? "http" : "https"
        path = Paths.join(Paths.join(Logins.folder, "folders"), "\(scheme)-\(address.host)-\(address.port)")
        server = address
    }

    /// Whether a folder is among them.
    func has(_ folder: String) -> Bool { (try? check(folder)) != nil }

    /// Every folder.
    func all() throws(WorkspaceError) -> [String] {
        guard let bytes = try Files.readIfThere(path) else { return [] }
        return bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Adds a folder.
    ///
    /// - Parameter folder: Absolute.
    /// - Returns: Whether it is new.
    func add(_ folder: String) throws(WorkspaceError) -> Bool {
        let real = Paths.real(folder)
        // A line break in a name would be another folder's line.
        guard !real.utf8.contains(0x0A) else { throw .badPath(folder, why: "it has a line break in it") }
        let known = try all()
        if known.contains(real) { return false }
        try Files.makeFolder(Paths.parent(of: path), mode: 0o700)
        try Files.write(Array((known + [real]).map { $0 + "\n" }.joined().utf8), to: path, mode: 0o600)
        return true
    }

    /// Stops here when a folder is not among them.
    func check(_ folder: String) throws(WorkspaceError) {
        let known = try all()
        guard !known.contains(Paths.real(folder)) else { return }
        if let server { throw .notAdopted(folder, by: server.description) }
        throw .otherFolder(folder, known: known.first)
    }

    /// A server whose store answers in a folder, as somebody said once; nil when none does.
    static func server(of folder: String) -> String? {
        for name in Files.names(in: Paths.join(Logins.folder, "folders")) {
            // As it is named above: the scheme, the host, which may have hyphens, and the port.
            let parts = name.split(separator: "-", maxSplits: 1)
            guard parts.count == 2, let end = parts[1].lastIndex(of: "-") else { continue }
            let (host, port) = (parts[1][..<end], parts[1][end...].dropFirst())
            let shown = host.contains(":") ? "[\(host)]" : String(host)
            guard let address = try? ServerAddress("\(parts[0])://\(shown):\(port)") else { continue }
            if KnownFolders(of: address).has(folder) { return address.description }
        }
        return nil
    }

    /// The name of a store that answers in a folder, whatever the folder's manifest says; nil when none does.
    static func storeName(of folder: String) -> String? {
        let stores = Paths.join(StoreLocation.base, "stores")
        return Files.names(in: stores).first { name in
            let location = StoreLocation.local(named: name)
            return Files.exists(location.database) && (try? KnownFolders(of: location).check(folder)) != nil
        }
    }
}
