public import DotEnv
public import Secrets

/// Writes values in a format, or refuses when the format cannot hold one of them as it is.
public struct Exporter: Sendable {
    /// A file of the result: its name (empty for the only one) and its bytes.
    public struct File: Sendable {
        /// The file's name inside the folder that was asked for; empty when the format is one text.
        public var name: String
        /// What it holds.
        public var content: Secret<[UInt8]>
    }

    /// What was written.
    public struct Result: Sendable {
        /// One file, or one per value for formats that are folders.
        public var files: [File]
        /// What the format did not hold as it is, in the order of the values. Empty unless writing was forced.
        public var losses: [Loss]
    }

    /// Where to.
    public var format: Format
    /// Whether to write what loses something all the same.
    public var force: Bool
    /// The name that a format gives to the whole: a Kubernetes Secret's name.
    public var title: String
    /// The Kubernetes namespace, if any.
    public var namespace: String?
    /// Which readers of `.env` files must read every value the same.
    public var readers: [Dialect]

    /// Describes what is wanted.
    ///
    /// - Parameters:
    ///   - format: Where to.
    ///   - force: Whether to write what loses something all the same.
    ///   - title: The name of the whole, for formats that have one.
    ///   - namespace: The Kubernetes namespace, if any.
    ///   - readers: Which readers of `.env` files must agree; by default every one that is known.
    public init(
        format: Format,
        force: Bool = false,
        title: String = "keyfolio",
        namespace: String? = nil,
        readers: [Dialect] = Dialect.all
    ) {
        self.format = format
        self.force = force
        self.title = title
        self.namespace = namespace
        self.readers = readers
    }

    /// Writes values.
    ///
    /// - Parameter values: In the order in which they are written.
    /// - Returns: The files, and what was lost when writing was forced.
    /// - Throws: `KF-IO-001` with every value that the format cannot hold, unless forced.
    public func write(_ values: [NamedValue]) throws(InterchangeError) -> Result {
        let result: Result
        switch format {
        case .dotenv: result = text(of: values, dotenv)
        case .json: result = Result(files: [file(Self.json(values))], losses: [])
        case .yaml: result = text(of: values, Self.yaml)
        case .shell: result = text(of: values, Self.shell)
        case .docker: result = text(of: values, Self.docker)
        case .kubernetes: result = kubernetes(values)
        case .systemd: result = systemd(values)
        case .github: result = text(of: values, Self.github)
        }
        guard force || result.losses.isEmpty else { throw .lossy(result.losses, format) }
        return result
    }

    func file(_ text: String) -> File { File(name: "", content: Secret(Array(text.utf8))) }

    /// One text with an entry for each value.
    func text(of values: [NamedValue], after head: String = "", _ entry: (NamedValue) -> Entry) -> Result {
        var text = head
        var losses: [Loss] = []
        for value in values {
            switch entry(value) {
            case .whole(let line): text += line
            case .lossy(let line, let why):
                text += line
                losses.append(Loss(name: value.name, why: why, isLeftOut: false))
            case .leftOut(let why): losses.append(Loss(name: value.name, why: why, isLeftOut: true))
            }
        }
        return Result(files: [file(text)], losses: losses)
    }
}
