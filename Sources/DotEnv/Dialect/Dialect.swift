/// One way to read a `.env` file.
///
/// There is no standard: thirteen readers read 76 small probes, and agreed about 7 of them. So the way to read is a
/// value that one names, and whose differences are told by ``options``.
///
/// ```swift
/// let document = try DotEnvDocument(parsing: bytes, dialect: .python)
/// ```
public struct Dialect: Sendable, Hashable, CustomStringConvertible {
    /// The name as one writes it on the command line: `keyfolio`, `node`, `python`, `ruby`, `compose` or `posix`.
    public let id: String

    /// Which program the dialect follows, and which version was measured.
    public let reader: String

    /// How the dialect differs from the others.
    public let options: DialectOptions

    /// A dialect of one's own: the options of another with some changed.
    ///
    /// - Parameters:
    ///   - id: Its name. Dialects of the same name are the same.
    ///   - reader: Which program it follows.
    ///   - options: How it differs from the others.
    public init(id: String, reader: String, options: DialectOptions) {
        self.id = id
        self.reader = reader
        self.options = options
    }

    /// The dialect with a name.
    ///
    /// - Parameter name: One of the ``id``s, in small letters.
    /// - Returns: The dialect, or nil when there is none of that name.
    public static func named(_ name: String) -> Dialect? {
        all.first { $0.id == name }
    }

    /// Every dialect, our own first.
    public static let all: [Dialect] = [.keyfolio, .node, .python, .ruby, .compose, .posix]

    /// The dialects of the other readers, without our own: those that can disagree with each other.
    public static let readers: [Dialect] = [.node, .python, .ruby, .compose, .posix]

    /// The ``id``.
    public var description: String { id }

    /// Two dialects are the same when they have the same name.
    public static func == (left: Dialect, right: Dialect) -> Bool { left.id == right.id }

    /// Hashes the name.
    ///
    /// - Parameter hasher: Where to.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension Dialect: CaseIterable {
    /// Every dialect, as ``all``.
    public static var allCases: [Dialect] { all }
}
