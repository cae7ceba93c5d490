import DotEnv
import Testing

@Suite struct DotEnvDocumentTests {
    static let sample = """
        # Comments stay.
        \texport  SECRET_KEY='s3cr#t'   # and this one

        DB_HOST = localhost
        DB_PORT=5432
        GREETING="two
        lines"
        EMPTY=
        NO_VALUE
        """

    @Test func `entries tell the keys in order, with their places and their form`() throws {
        let entries = try DotEnvDocument(parsing: Array(Self.sample.utf8)).entries
        let expected: [(String, Int, Int, Bool, Bool, DotEnvQuoting)] = [
            ("SECRET_KEY", 2, 10, true, true, .single), ("DB_HOST", 4, 1, false, true, .unquoted),
            ("DB_PORT", 5, 1, false, true, .unquoted), ("GREETING", 6, 1, false, true, .double),
            ("EMPTY", 8, 1, false, true, .unquoted), ("NO_VALUE", 9, 1, false, false, .unquoted),
        ]
        #expect(entries.count == expected.count)
        for (entry, row) in zip(entries, expected) {
            #expect(entry.key == row.0)
            #expect((entry.line, entry.column) == (row.1, row.2))
            #expect((entry.isExported, entry.hasValue, entry.quoting) == (row.3, row.4, row.5))
        }
    }

    @Test func `values come in order, and keys without a value are left out`() throws {
        let values = try DotEnvDocument(parsing: Array(Self.sample.utf8)).values()
        #expect(values.map(\.key) == ["SECRET_KEY", "DB_HOST", "DB_PORT", "GREETING", "EMPTY"])
        #expect(values.map(\.value) == ["s3cr#t", "localhost", "5432", "two\nlines", ""])
        #expect(values[0].line == 2)
    }

    @Test func `the last of a key counts`() throws {
        let values = try DotEnvDocument(parsing: Array("A=1\nB=2\nA=3\n".utf8)).values()
        #expect(values.map(\.value) == ["1", "2", "3"])
        #expect(values.lastOfEachKey().map { "\($0.key)=\($0.value)" } == ["A=3", "B=2"])
    }

    @Test(arguments: Dialect.all)
    func `what is read is written byte for byte`(dialect: Dialect) throws {
        for probe in Probe.all {
            guard let document = try? DotEnvDocument(parsing: probe.file, dialect: dialect) else { continue }
            #expect(document.bytes == probe.file)
        }
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<500 {
            let file = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            guard let document = try? DotEnvDocument(parsing: file, dialect: dialect) else { continue }
            #expect(document.bytes == file)
        }
    }

    @Test func `columns count characters, and every kind of line end counts as one`() throws {
        let file = Array("é=1\nA=1\r\nB=2\rC=3\n".utf8)
        let document = try DotEnvDocument(parsing: file, dialect: .python)
        #expect(document.entries.map(\.line) == [1, 2, 3, 4])
        #expect(throws: DotEnvError.self) { try DotEnvDocument(parsing: Array("X=ü\n  'ä' \"\n".utf8)) }
        do throws(DotEnvError) {
            _ = try DotEnvDocument(parsing: Array("X=ü\nY='äö' z\n".utf8))
            Issue.record("not refused")
        } catch {
            #expect((error.line, error.column) == (2, 8))
        }
    }

    /// Each thing that our dialect refuses, with the place where it stands.
    @Test(arguments: [
        ("=b\n", "KF-DOTENV-001", 1, 1), ("A=1\n  ?=b\n", "KF-DOTENV-001", 2, 3),
        ("export =b\n", "KF-DOTENV-001", 1, 8),
        ("A B=c\n", "KF-DOTENV-002", 1, 3), ("A=1\nB=\"x\n\n", "KF-DOTENV-003", 2, 3), ("A='x", "KF-DOTENV-003", 1, 3),
        ("A='x' y\n", "KF-DOTENV-004", 1, 7), ("A=\"x\ny\"z\n", "KF-DOTENV-004", 2, 3),
        ("A=\"x\\ty\"\n", "KF-DOTENV-005", 1, 5), ("A='x\\\\'\n", "KF-DOTENV-028", 1, 5),
        ("A=\\${X}\n", "KF-DOTENV-005", 1, 3),
        ("A=`x`\n", "KF-DOTENV-006", 1, 3), ("A: x\n", "KF-DOTENV-007", 1, 2), ("A=x\nB=\u{FFFF}", nil, 0, 0),
        ("A=x # \u{2028}B=y\n", "KF-DOTENV-009", 1, 7),
    ])
    func `a syntax error tells its code and its place`(file: String, code: String?, line: Int, column: Int) {
        do throws(DotEnvError) {
            _ = try DotEnvDocument(parsing: Array(file.utf8))
            #expect(code == nil, "not refused")
        } catch {
            #expect(error.code.description == code)
            #expect((error.line, error.column) == (line, column))
            #expect(!error.fix.isEmpty)
        }
    }

    @Test(arguments: [
        [0x41, 0x3D, 0xFF] as [UInt8], [0x41, 0x3D, 0xC3], [0x41, 0x3D, 0xED, 0xA0, 0x80], [0x41, 0x3D, 0xC0, 0x80],
        [0x41, 0x3D, 0xF4, 0x90, 0x80, 0x80], [0x41, 0x3D, 0xE2, 0x82, 0x41],
    ])
    func `bytes that are not UTF-8 are refused at their place`(file: [UInt8]) {
        do throws(DotEnvError) {
            _ = try DotEnvDocument(parsing: file)
            Issue.record("not refused")
        } catch {
            #expect(error.code.description == "KF-DOTENV-008")
            #expect((error.line, error.column) == (1, 3))
        }
    }

    @Test func `a lenient dialect tells what it passes over`() throws {
        let document = try DotEnvDocument(parsing: Array("A=1\n?\nB='x'y\n".utf8), dialect: .python)
        #expect(document.entries.map(\.key) == ["A", "?"])
        #expect(document.skipped.map(\.line) == [3])
        #expect(try DotEnvDocument(parsing: Array("A=1\n?\n".utf8), dialect: .node).skipped.map(\.line) == [2])
    }

    @Test func `dialects are found by their names`() {
        for dialect in Dialect.all { #expect(Dialect.named(dialect.id) == dialect) }
        #expect(Dialect.named("Node") == nil)
        #expect(Set(Dialect.all.map(\.id)) == ["keyfolio", "node", "python", "ruby", "compose", "posix"])
    }

    @Test func `nothing prints a value`() throws {
        let document = try DotEnvDocument(parsing: Array("A='canary-value'\n".utf8))
        let value = try #require(try document.values().first)
        var dumped = ""
        dump(value, to: &dumped)
        dump(try document.values(), to: &dumped)
        for text in ["\(value)", String(reflecting: value), dumped, "\(document.entries)"] {
            #expect(!text.contains("canary"))
        }
    }
}
