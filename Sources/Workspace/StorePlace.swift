internal import RemoteStores

/// Where a project's secrets are kept, and who said so.
public enum StorePlace: Sendable {
    /// In a file of this machine.
    case file(StoreLocation)
    /// On a server.
    case server(ServerPlace)

    /// Finds out which store is meant: what an option or `KEYFOLIO_STORE` names, a path or an https URL; else the server
    /// of `KEYFOLIO_ADDR`; else the one of `keyfolio login`, but not in a folder that a store in a file answers in and
    /// the server does not; else the project's own file.
    ///
    /// - Parameters:
    ///   - name: The store's name: the project's, unless its manifest names another.
    ///   - chosen: What an option named.
    ///   - folder: The project's folder.
    /// - Throws: `KF-REMOTE-002` for a URL that is none, or what is wrong with the file of logins.
    static func find(named name: String, chosen: String?, folder: String) throws -> StorePlace {
        if let place = try ServerPlace.chosen(chosen) { return .server(place) }
        let location = StoreLocation.local(named: name, chosen: chosen)
        if location.isChosen { return .file(location) }
        guard let place = try ServerPlace.standing() else { return .file(location) }
        if case .login = place.source, !KnownFolders(of: place.address).has(folder),
            KnownFolders(of: location).has(folder)
        {
            return .file(location)
        }
        return .server(place)
    }

    /// Whether a person named this store for this one command, or in `KEYFOLIO_STORE`.
    public var isChosen: Bool {
        switch self {
        case .file(let location): location.isChosen
        case .server(let place): place.isChosen
        }
    }

    /// The place of a store in a file.
    public var location: StoreLocation? { if case .file(let location) = self { location } else { nil } }

    /// The server.
    public var server: ServerPlace? { if case .server(let place) = self { place } else { nil } }

    /// The place as it is shown.
    public var shown: String {
        switch self {
        case .file(let location): location.database
        case .server(let place): place.address.description
        }
    }

    /// Why this is the place, as an end of a sentence that begins with the place.
    var reason: String {
        switch self {
        case .file(let location):
            location.isChosen ? "--store or KEYFOLIO_STORE names it" : "it is the project's own on this machine"
        case .server(let place): place.source.words
        }
    }

    /// The folders that it answers in.
    var folders: KnownFolders {
        switch self {
        case .file(let location): KnownFolders(of: location)
        case .server(let place): KnownFolders(of: place.address)
        }
    }
}
