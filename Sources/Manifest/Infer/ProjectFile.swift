public import Secrets

/// A file of a project that `keyfolio init` learns from.
public struct ProjectFile: Sendable {
    /// Its path relative to the project's folder, with `/` between the parts.
    public var path: String
    /// Its content.
    public var bytes: [UInt8]

    /// Describes a file.
    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    /// The folder that it is in; `.` for the project's own.
    var folder: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return ProjectPath.normalized(String(path[..<slash]))
    }

    /// Its name without the folder.
    var name: String { path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path }
}

/// A line of a `.env` file that gives a name a value.
public struct EnvironmentEntry: Sendable {
    /// The name.
    public var name: String
    /// The value as the application would get it.
    public var value: Secret<String>
    /// The line, from 1.
    public var line: Int

    /// Describes a line.
    public init(name: String, value: Secret<String>, line: Int) {
        self.name = name
        self.value = value
        self.line = line
    }
}

/// What ``ManifestInference`` learnt.
public struct InferredManifest: Sendable {
    /// The manifest: valid, without a value of a secret.
    public var manifest: Manifest
    /// What a person should look at, in the order of the files.
    public var notes: [Note]

    /// Something that a person should look at.
    public struct Note: Sendable, Hashable {
        /// The file, relative to the project's folder.
        public var file: String?
        /// The line in it, from 1.
        public var line: Int?
        /// What to look at, in one sentence, without a value.
        public var message: String

        /// Points at something.
        public init(file: String? = nil, line: Int? = nil, message: String) {
            self.file = file
            self.line = line
            self.message = message
        }
    }
}
