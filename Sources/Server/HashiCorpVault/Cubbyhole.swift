internal import Findings
internal import SecretStore
internal import Vaulting

/// The drawer of a token: values at paths that its bearer alone reaches, root included, and that go when it ends.
///
/// They are documents of the directory in a collection that the token's accessor names, so each is sealed with
/// AES-256-GCM and bound to store, token and path.
enum Cubbyhole {
    /// The most paths of one token.
    static let mostPaths = 100
    /// The longest path, and the most text of the values at one, in bytes.
    static let longestPath = 512
    static let longestValues = 64 << 10
    /// Where the answer lies that is wrapped by a token. No path of the drawer begins with a slash.
    static let answer = "/answer"
}

extension LogicalContext {
    func readCubbyhole() throws -> LogicalResponse {
        let drawer = try drawer()
        guard let found = try perform(changing: false, { try $0.document(drawer, routed["path"])?.asObject }) else {
            throw LogicalFault.notFound
        }
        return .data(found)
    }

    func writeCubbyhole() throws -> LogicalResponse {
        let (drawer, path) = (try drawer(), routed["path"])
        guard !path.isEmpty else { throw LogicalFault.invalid("missing path") }
        guard path.utf8.count <= Cubbyhole.longestPath else {
            throw LogicalFault.invalid("the path is longer than \(Cubbyhole.longestPath) bytes")
        }
        guard parameters.object.count > 0 else { throw LogicalFault.invalid("missing data fields") }
        let values = JSONValue.object(parameters.object)
        guard values.text().utf8.count <= Cubbyhole.longestValues else {
            throw LogicalFault(413, "the values are longer than \(Cubbyhole.longestValues) bytes")
        }
        try perform(changing: true, exists: { try $0.document(drawer, path) != nil }) { directory in
            if try directory.document(drawer, path) == nil, try directory.names(in: drawer).count >= Cubbyhole.mostPaths
            {
                throw LogicalFault.invalid("the cubbyhole has \(Cubbyhole.mostPaths) paths already")
            }
            try directory.put(drawer, path, values)
        }
        return .empty
    }

    func deleteCubbyhole() throws -> LogicalResponse {
        let drawer = try drawer()
        try perform(changing: true) { _ = try $0.remove(drawer, routed["path"]) }
        return .empty
    }

    func listCubbyhole() throws -> LogicalResponse {
        let drawer = try drawer()
        let prefix = routed["path"].isEmpty ? "" : routed["path"] + "/"
        var level = KVLevel()
        for name in try perform(changing: false, { try $0.names(in: drawer) }) where name.utf8.starts(with: prefix.utf8)
        {
            level.add(Substring(name.utf8.dropFirst(prefix.utf8.count)))
        }
        return try .keys(level.page(after: "", limit: 0))
    }

    /// The collection of the token's own documents.
    private func drawer() throws -> String {
        guard let own = session?.token, own.kind == .service else {
            // Whoever may not come here at all is told that first.
            try require()
            throw LogicalFault.invalid("cubbyhole operations are only supported by \"service\" type tokens")
        }
        return Directory.documents(ofToken: own.accessor)
    }
}
