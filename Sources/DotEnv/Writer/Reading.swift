/// What a reader takes from a whole file, with everything that it cannot read noted and passed over.
///
/// Where a strict reader gives up at the first bad line, this goes on; so the lines of one file can be compared.
struct Reading {
    let dialect: Dialect
    let bytes: [UInt8]
    let bindings: [Binding]
    let problems: [Problem]

    init(_ bytes: [UInt8], dialect: Dialect) {
        var lexer = Lexer(bytes, options: dialect.options)
        lexer.run()
        self.dialect = dialect
        self.bytes = bytes
        bindings = lexer.bindings
        problems = lexer.problems
    }

    /// The values in order, and whether any of them depends on the names around it.
    ///
    /// - Parameters:
    ///   - environment: As for `DotEnvDocument.values`.
    ///   - interpolates: Whether to make expansions.
    func values(
        interpolates: Bool,
        environment: @escaping (String) -> String? = { _ in nil }
    ) -> (values: [Result<[UInt8]?, DotEnvError>], looksUp: Bool) {
        var resolver = Resolver(
            bytes: bytes,
            bindings: bindings,
            options: dialect.options,
            interpolates: interpolates,
            environment: environment
        )
        let values = bindings.indices.map { resolver.resolve($0) }
        return (values, resolver.hasLookedUp)
    }

    func key(_ index: Int) -> ArraySlice<UInt8> { bytes[bindings[index].keyRange] }

    /// Whether one statement and nothing else is read, with a value that is the same whatever the environment.
    ///
    /// - Parameters:
    ///   - text: One or more whole lines.
    ///   - key: The key that must be read.
    ///   - value: The value that must be read.
    static func reads(_ text: [UInt8], as dialect: Dialect, key: [UInt8], value: [UInt8]) -> Bool {
        // A line after it shows a quote that would not close there.
        let next = Array("\nNEXT_KEY=1\n".utf8)
        let reading = Reading(text + next, dialect: dialect)
        guard reading.problems.isEmpty, reading.bindings.count == 2, reading.key(0) == key[...],
            reading.key(1) == next[1...8], dialect.options.gives(reading.bindings[0], in: reading.bytes)
        else { return false }
        let (values, looksUp) = reading.values(interpolates: true)
        guard !looksUp, case .success(let first?) = values[0] else { return false }
        return first == value
    }

    /// Whether another reading has the same keys and texts but for one key, and no more problems.
    ///
    /// - Parameters:
    ///   - other: What is read from the changed file.
    ///   - key: The key that may differ.
    func isKept(in other: Reading, butFor key: [UInt8]) -> Bool {
        guard other.problems.count <= problems.count else { return false }
        let mine = values(interpolates: false).values
        let others = other.values(interpolates: false).values
        var index = 0
        for position in bindings.indices where self.key(position) != key[...] {
            while index < other.bindings.count && other.key(index) == key[...] { index += 1 }
            guard index < other.bindings.count, other.key(index) == self.key(position),
                other.bindings[index].isExported == bindings[position].isExported,
                others[index] == mine[position]
            else { return false }
            index += 1
        }
        return other.bindings.indices[index...].allSatisfy { other.key($0) == key[...] }
    }
}
