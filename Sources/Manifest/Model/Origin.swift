/// Where a value came from.
public enum Origin: Sendable, Hashable {
    /// The manifest's default, and the line of the variable there.
    case manifest(line: Int?)
    /// A file, relative to the project's folder, and the line in it.
    case file(path: String, line: Int)
    /// A secret's version in a store.
    case store(path: String, version: Int)
    /// The environment of the process that asked.
    case process
    /// Keyfolio itself: the variable that tells the environment's name.
    case keyfolio

    /// For people: `backend/.env:3`, `store portfolio-suite/production (version 4)`.
    public var description: String {
        switch self {
        case .manifest(let line): line.map { "default (keyfolio.yaml:\($0))" } ?? "default (keyfolio.yaml)"
        case .file(let path, let line): "\(path):\(line)"
        case .store(let path, let version): "store \(path) (version \(version))"
        case .process: "environment of the process"
        case .keyfolio: "set by keyfolio"
        }
    }
}
