import DotEnv
import Testing

/// Every dialect against what its reader did with the 76 probes.
@Suite struct DialectTests {
    /// The rows that a dialect does not follow, each with the reason.
    static let deliberate: [String: String] = [
        "posix novalue": "the shell would run the line as a command; it is refused",
        "posix invalid_line": "the shell would run the line as a command; it is refused",
        "posix interp_dollar2": "the shell puts its process number there; it is refused",
        "posix interp_dollar_price": "the shell puts its process number there; it is refused",
        "posix cmdsub": "the shell would run a command; never, so it is refused",
        "ruby cmdsub": "Ruby dotenv would run a command; never, so it is refused",
    ]

    static let cases = Dialect.readers.flatMap { dialect in Probe.all.map { (dialect, $0) } }

    @Test func `the table has its 76 probes`() {
        #expect(Probe.all.count == 76)
        #expect(Set(Probe.all.map(\.name)).count == 76)
    }

    @Test(arguments: cases.map { "\($0.0.id) \($0.1.name)" })
    func `a dialect reads a probe as its reader does`(row: String) throws {
        let (dialect, probe) = try #require(Self.cases.first { "\($0.0.id) \($0.1.name)" == row })
        let outcome = Self.read(probe, as: dialect)
        if Self.deliberate[row] != nil {
            #expect(outcome == .error, "the table of deliberate differences says that this is refused")
        } else {
            #expect(outcome == probe.outcomes[dialect.id])
        }
    }

    @Test func `each deliberate difference is one`() throws {
        for row in Self.deliberate.keys {
            let (dialect, probe) = try #require(Self.cases.first { "\($0.0.id) \($0.1.name)" == row })
            #expect(Self.read(probe, as: dialect) != probe.outcomes[dialect.id], "\(row)")
        }
    }

    static func read(_ probe: Probe, as dialect: Dialect) -> Probe.Outcome {
        do throws(DotEnvError) {
            let document = try DotEnvDocument(parsing: probe.file, dialect: dialect)
            let values = try document.values()
            if dialect == .python, let last = document.entries.last(where: { $0.key == probe.key }), !last.hasValue {
                return .null
            }
            guard let value = values.last(where: { $0.key == probe.key }) else { return .absent }
            // node and compose show replacement characters where the bytes are not UTF-8; the shell keeps the bytes.
            return .value(dialect == .posix ? value.bytes : Array(value.value.utf8))
        } catch {
            return .error
        }
    }
}
