public import Secrets

/// A file of values, as module DotEnv read it.
public struct ResolverFile: Sendable {
    /// The file, relative to the project's folder.
    public var path: String
    /// Its assignments in the order of the file. When a name comes twice the later one counts, as in every reader.
    public var entries: [Entry]

    /// One assignment.
    public struct Entry: Sendable {
        /// The variable's name.
        public var name: String
        /// Its value, after quotes and interpolation.
        public var value: Secret<String>
        /// The line, from 1.
        public var line: Int
        /// Whether it stands where the lines of a key do.
        public var isPieceOfKey: Bool

        /// Takes down an assignment.
        public init(name: String, value: Secret<String>, line: Int, isPieceOfKey: Bool = false) {
            self.name = name
            self.value = value
            self.line = line
            self.isPieceOfKey = isPieceOfKey
        }
    }

    /// Names a file and what is in it.
    public init(path: String, entries: [Entry]) {
        self.path = path
        self.entries = entries
    }
}

/// The fields of one secret of a store.
public struct StoreValues: Sendable {
    /// The secret's path: `portfolio-suite/production`.
    public var path: String
    /// The version that was read.
    public var version: Int
    /// Name → value.
    public var fields: [String: Secret<String>]

    /// Names a version and what is in it.
    public init(path: String, version: Int, fields: [String: Secret<String>]) {
        self.path = path
        self.version = version
        self.fields = fields
    }
}
