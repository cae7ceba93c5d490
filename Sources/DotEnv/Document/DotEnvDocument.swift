/// A `.env` file that loses nothing.
///
/// The document keeps the bytes that were read and knows where the keys and values stand in them. What nobody changes
/// is written back byte for byte: comments, order, blank lines, quotes, CRLF, byte order mark, `export`, and lines that
/// could not be read.
///
/// ```swift
/// var document = try DotEnvDocument(parsing: bytes)
/// try document.set("DB_PASSWORD", to: password, readableBy: [.keyfolio, .node, .python])
/// try write(document.bytes)
/// ```
///
/// Reading takes time and memory in proportion to the file, whatever is in it.
public struct DotEnvDocument: Sendable {
    /// The dialect that the document is read in.
    public let dialect: Dialect

    /// The file: what was read, with the changes since.
    public internal(set) var bytes: [UInt8]

    /// What the dialect's reader passes over without a word: lines that are no binding. A strict dialect has none.
    public private(set) var skipped: [DotEnvError]

    private(set) var bindings: [Binding]

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: All of the file, below 1 GiB.
    ///   - dialect: Whose rules to read by.
    /// - Throws: The first thing in the file that the dialect refuses, with its line and column.
    public init(parsing bytes: [UInt8], dialect: Dialect = .keyfolio) throws(DotEnvError) {
        var lexer = Lexer(bytes, options: dialect.options)
        lexer.run()
        if let problem = lexer.problems.first(where: \.isFatal) { throw problem.error }
        self.dialect = dialect
        self.bytes = bytes
        bindings = lexer.bindings
        skipped = lexer.problems.map(\.error)
    }

    /// An empty file.
    ///
    /// - Parameter dialect: Whose rules to read by, once there is something in it.
    public init(dialect: Dialect = .keyfolio) {
        self.dialect = dialect
        bytes = []
        skipped = []
        bindings = []
    }

    /// The keys of the file, in order, each as often as it stands there.
    public var entries: [DotEnvEntry] {
        // compose-go accepts a value without a key; nobody can ask for it.
        bindings.filter { !$0.keyRange.isEmpty }.map { DotEnvEntry($0, in: bytes) }
    }

    /// The values of the file, in order, with the expansions that the dialect makes. Keys without a value are left out.
    ///
    /// - Parameters:
    ///   - environment: The value that a name has outside of the file, or nil. Called only for names in expansions, and
    ///     for keys without a value in the dialects that inherit it.
    ///   - interpolate: Whether to make expansions; if not, they stay as they are written.
    /// - Returns: One value for each key that has one; the last of a key counts (`lastOfEachKey()`).
    /// - Throws: When a name is not defined or is required, or expansions go in a circle, too deep, or too far.
    public func values(
        environment: (String) -> String? = { _ in nil },
        interpolate: Bool = true
    ) throws(DotEnvError) -> [DotEnvValue] {
        // The resolver keeps the closure only as long as this call lasts.
        let outcome = withoutActuallyEscaping(environment) { environment in
            collect(environment: environment, interpolate: interpolate)
        }
        return try outcome.get()
    }

    private func collect(
        environment: @escaping (String) -> String?,
        interpolate: Bool
    ) -> Result<[DotEnvValue], DotEnvError> {
        var resolver = Resolver(
            bytes: bytes,
            bindings: bindings,
            options: dialect.options,
            interpolates: interpolate,
            environment: environment
        )
        var values: [DotEnvValue] = []
        values.reserveCapacity(bindings.count)
        for (index, binding) in bindings.enumerated() {
            switch resolver.resolve(index) {
            case .failure(let error): return .failure(error)
            case .success(nil): continue
            case .success(let value?):
                guard dialect.options.gives(binding, in: bytes) else { continue }
                values.append(
                    DotEnvValue(
                        key: String(decoding: bytes[binding.keyRange], as: UTF8.self),
                        bytes: value,
                        line: Int(binding.line),
                        column: Int(binding.column)
                    )
                )
            }
        }
        return .success(values)
    }

    /// Puts other bytes in place, and finds the keys anew.
    mutating func replaceBytes(with newBytes: [UInt8]) throws(DotEnvError) {
        self = try DotEnvDocument(parsing: newBytes, dialect: dialect)
    }
}
