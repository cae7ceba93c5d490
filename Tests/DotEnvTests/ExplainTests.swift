import DotEnv
import Testing

@Suite struct ExplainTests {
    static func explain(_ file: String, readers: [Dialect] = Dialect.all) -> [DotEnvDisagreement] {
        DotEnvDocument.explain(bytes: Array(file.utf8), readers: readers)
    }

    @Test func `readers that take the same from a line are one group`() throws {
        let found = Self.explain("# c\nX=1\nA=b#c\n", readers: Dialect.readers)
        let line = try #require(found.first)
        #expect(found.count == 1)
        #expect(line.line == 3)
        #expect(line.readings.map(\.readers) == [[.python, .compose, .posix], [.node, .ruby]])
        #expect(line.readings.map { $0.entries.map(\.value) } == [["b#c"], ["b"]])
        #expect(line.readings.map(\.outcome) == [.read, .read])
        #expect(line.causes == [.commentSign])
    }

    /// For each probe: there is a disagreement exactly where the table says so, and the groups are those of the table.
    @Test(arguments: Probe.all.map(\.name))
    func `the groups are those of the table`(name: String) throws {
        let probe = try #require(Probe.all.first { $0.name == name })
        let deliberate = DialectTests.deliberate.keys.contains { $0.hasSuffix(" \(name)") }
        guard !deliberate else { return }
        // The line of the key that the table is about; for a key without a place, the first.
        let document = Dialect.readers.lazy.compactMap { try? DotEnvDocument(parsing: probe.file, dialect: $0) }
            .compactMap { $0.entries.last { $0.key == probe.key } }.first
        let line = document?.line ?? 1
        let found = DotEnvDocument.explain(bytes: probe.file, readers: Dialect.readers).first { $0.line == line }
        // A file that a reader refuses at another line says nothing about this one.
        let outcomes = Dialect.readers.map { reader in DialectTests.read(probe, as: reader) }
        let agree = outcomes.allSatisfy { $0 == outcomes[0] }
        let hasOtherLine = probe.file.split(separator: 0x0A).count > 1
        if agree {
            #expect(found == nil)
        } else if !hasOtherLine {
            #expect(found != nil)
        }
    }

    @Test func `one bad line hides no other`() {
        let found = Self.explain("A: x\nB=y#z\nC='q\nD=1#2\n", readers: [.node, .compose, .posix])
        #expect(found.map(\.line) == [1, 2, 3, 4])
        let refusals = found[0].readings.filter { if case .refused = $0.outcome { true } else { false } }
        #expect(refusals.map(\.readers) == [[.posix]])
    }

    @Test func `a line that belongs to a value of one reader is not read by it`() throws {
        let found = Self.explain("A=`x\nB=y`\n", readers: [.node, .python])
        #expect(found.map(\.line) == [1, 2])
        #expect(found[1].readings.first { $0.readers == [.node] }?.outcome == .notRead)
        #expect(found[1].readings.first { $0.readers == [.python] }?.entries.map(\.key) == ["B"])
    }

    @Test(arguments: [
        ("A=b#c", DotEnvDisagreement.Cause.commentSign), ("A=b\\c", .backslash), ("A=$HOME", .dollar),
        ("A=`b`", .backquote),
        ("A='b'c", .quotes), ("A='b'#c", .quotes), ("A=\"b", .quotes), ("A=b c", .whitespace), ("A = b", .whitespace),
        ("A: b", .colon), ("A-B=1", .key), ("A", .missingValue), ("A=b\r", .carriageReturn), ("A=b\u{A0}", .characters),
        ("export A\n", .export),
    ])
    func `the cause is named`(line: String, cause: DotEnvDisagreement.Cause) throws {
        let found = try #require(Self.explain(line + "\n").first)
        #expect(found.causes.contains(cause), "\(found.causes)")
    }

    @Test func `what all agree on is not told`() {
        #expect(Self.explain("# c\n\nA=b\nB='c d' # e\nC=\"f\"\n").isEmpty)
        #expect(Self.explain("").isEmpty)
    }

    @Test func `a disagreement prints no value`() throws {
        for line in Self.explain("A=canary#canary\nB: canary\nC='canary'canary\nD=$canary\n") {
            var dumped = ""
            dump(line, to: &dumped)
            for text in ["\(line)", String(reflecting: line), dumped, "\(line.readings)"] {
                #expect(!text.contains("canary"))
            }
        }
    }
}
