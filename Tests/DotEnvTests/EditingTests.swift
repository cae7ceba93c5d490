import Testing

@testable import DotEnv

@Suite struct EditingTests {
    static let all: [Dialect] = [.keyfolio, .node, .python]

    /// A file, a change, and the file after it.
    struct Case: Sendable {
        let before: String
        let key: String
        let value: String
        var readers: [Dialect] = EditingTests.all
        let after: String
    }

    @Test(arguments: [
        // The quotes stay if they can, and everything around them.
        Case(before: "A=old\nB=2\n", key: "A", value: "new", after: "A=new\nB=2\n"),
        Case(before: "A='old'\n", key: "A", value: "new", after: "A='new'\n"),
        Case(before: "A=\"old\"\n", key: "A", value: "new", after: "A=\"new\"\n"),
        Case(before: "A=\"old\"\n", key: "A", value: "a\"b", after: "A='a\"b'\n"),
        Case(before: "A='old'\n", key: "A", value: "it's", after: "A=\"it's\"\n"),
        Case(before: "A=old\n", key: "A", value: "p$ss w#rd", after: "A='p$ss w#rd'\n"),
        Case(before: "A=old # why\n", key: "A", value: "a b", after: "A='a b' # why\n"),
        Case(before: "A = old  # why\n", key: "A", value: "new", after: "A = new  # why\n"),
        Case(before: "  export  A=old\t# why\n", key: "A", value: "new", after: "  export  A=new\t# why\n"),
        Case(before: "A=1\nA=2\n", key: "A", value: "3", after: "A=1\nA=3\n"),
        Case(before: "A=\"one\ntwo\" # c\nB=1", key: "A", value: "x", after: "A=\"x\" # c\nB=1"),
        Case(before: "A='old'", key: "A", value: "", after: "A=''"),
        Case(before: "A=\nB=1\n", key: "A", value: "x", after: "A=x\nB=1\n"),
        Case(before: "A # later\n", key: "A", value: "x", after: "A=x # later\n"),
        Case(before: "export A\n", key: "A", value: "x y", after: "export A='x y'\n"),
        Case(before: "A=old\r\nB=1\r\n", key: "A", value: "new", after: "A=new\r\nB=1\r\n"),
        Case(before: "\u{FEFF}A=old\nB=1\n", key: "A", value: "new", after: "\u{FEFF}A=new\nB=1\n"),
        // A key that is missing comes at the end.
        Case(before: "", key: "A", value: "x", after: "A=x\n"),
        Case(before: "B=1", key: "A", value: "x", after: "B=1\nA=x\n"),
        Case(before: "B=1\r\n", key: "A", value: "x", after: "B=1\r\nA=x\r\n"),
        Case(before: "# only a comment\n", key: "A", value: "line\nline", after: "# only a comment\nA='line\nline'\n"),
        // More readers, other forms.
        Case(before: "A = old\n", key: "A", value: "new", readers: [.posix], after: "A=new\n"),
        Case(before: "A='old'#why\n", key: "A", value: "new", readers: Dialect.readers, after: "A='new' #why\n"),
        Case(before: "A=x\n", key: "A", value: "a\\b", readers: Dialect.readers, after: "A='a\\b'\n"),
        Case(before: "A=x\n", key: "A", value: "it's", readers: Dialect.readers, after: "A=\"it's\"\n"),
    ])
    func `a change touches its own line alone`(change: Case) throws {
        var document = try DotEnvDocument(parsing: Array(change.before.utf8))
        try document.set(change.key, to: change.value, readableBy: change.readers)
        #expect(String(decoding: document.bytes, as: UTF8.self) == change.after)
        #expect(try document.values().last { $0.key == change.key }?.value == change.value)
        // And it stays that way when the same is set again.
        try document.set(change.key, to: change.value, readableBy: change.readers)
        #expect(String(decoding: document.bytes, as: UTF8.self) == change.after)
    }

    @Test func `a dollar sign is never rewritten, and never expanded`() throws {
        for value in ["$HOME", "${HOME}", "pa$$word", "a$1b", "$(id)", "\\$x", "${U:-d}"] {
            var document = DotEnvDocument()
            try document.set("A", to: value, readableBy: [.keyfolio, .node, .ruby, .compose, .posix])
            for dialect in [Dialect.keyfolio, .node, .ruby, .compose, .posix] {
                let read = try DotEnvDocument(parsing: document.bytes, dialect: dialect).values { _ in "expanded" }
                #expect(read.map(\.value) == [value], "\(dialect)")
            }
        }
    }

    @Test(arguments: [
        // python-dotenv expands in every kind of quotes.
        ("${HOME}", [Dialect.python], ["python"]),
        ("a'b\"c\nd", [.node, .python], ["node, python"]),
        ("a\0b", [.posix], ["posix", "control characters"]),
        ("x\r", [.ruby], ["ruby", "line breaks"]),
    ])
    func `what cannot be written for all readers is refused with the reason`(
        value: String,
        readers: [Dialect],
        words: [String]
    ) throws {
        var document = try DotEnvDocument(parsing: Array("B=1\n".utf8), dialect: readers[0])
        do throws(DotEnvError) {
            try document.set("A", to: value, readableBy: readers)
            Issue.record("written as \(String(decoding: document.bytes, as: UTF8.self))")
        } catch {
            #expect(error.code.description == "KF-DOTENV-024")
            for word in words { #expect(error.message.contains(word), "\(error.message)") }
            #expect(document.bytes == Array("B=1\n".utf8))
        }
    }

    @Test(arguments: [
        ("A-B", Dialect.posix), ("1A", .compose), ("A B", .keyfolio), ("", .keyfolio), ("A=", .python), ("ä", .node),
    ])
    func `a key that a reader does not accept is refused`(key: String, reader: Dialect) throws {
        var document = DotEnvDocument()
        do throws(DotEnvError) {
            try document.set(key, to: "x", readableBy: [reader])
            Issue.record("written")
        } catch {
            #expect(error.code.description == "KF-DOTENV-025")
            #expect(error.message.hasSuffix(reader.id))
            #expect(document.bytes.isEmpty)
        }
    }

    @Test func `a new key can have a comment`() throws {
        var document = DotEnvDocument()
        try document.set("A", to: "1", comment: "why")
        try document.set("A", to: "2", comment: "not again")
        #expect(String(decoding: document.bytes, as: UTF8.self) == "# why\nA=2\n")
        for comment in ["a\nB=2", "a\rB=2", "a\u{2028}B=2", "a\u{85}b", "a\0b"] {
            #expect(throws: DotEnvError.self) { try document.set("C", to: "1", comment: comment) }
        }
    }

    @Test func `a change that would change other lines is refused`() throws {
        // node and Ruby take a value from the next line that begins with a quote, and so would an empty one here.
        var document = try DotEnvDocument(parsing: Array("A='x'\n'B'=2\n".utf8), dialect: .python)
        try document.set("A", to: "", readableBy: [.node])
        #expect(String(decoding: document.bytes, as: UTF8.self) == "A=''\n'B'=2\n")
        // node ends a value at a quote that ends its line; so a line break after a quote would close the one of B.
        var open = try DotEnvDocument(parsing: Array("B='x\n".utf8), dialect: .node)
        try open.set("A", to: "x'\ny")
        #expect(String(decoding: open.bytes, as: UTF8.self) == "B='x\nA=\"x'\\ny\"\n")
        open = try DotEnvDocument(parsing: Array("B='x\n".utf8), dialect: .node)
        do throws(DotEnvError) {
            // Ruby knows no escape for a line break.
            try open.set("A", to: "x'\ny", readableBy: [.ruby])
            Issue.record("written")
        } catch {
            #expect(error.code.description == "KF-DOTENV-027")
            #expect(open.bytes == Array("B='x\n".utf8))
        }
    }

    @Test(arguments: [
        ("A=1\nB=2\n", "A", "B=2\n"), ("# c\nA=1 # d\n\nB=2\n", "A", "# c\n\nB=2\n"), ("A=1\nB=2\nA=3\n", "A", "B=2\n"),
        ("A='x\ny'\nB=2\n", "A", "B=2\n"), ("B=2\r\nexport A=1\r\n", "A", "B=2\r\n"), ("B=2\nA=1", "A", "B=2\n"),
        ("  A = 1\nB=2\n", "A", "B=2\n"), ("A\nB=2\n", "A", "B=2\n"),
    ])
    func `removing a key takes its lines and no others`(before: String, key: String, after: String) throws {
        var document = try DotEnvDocument(parsing: Array(before.utf8))
        let removed = document.remove(key)
        #expect(removed)
        #expect(String(decoding: document.bytes, as: UTF8.self) == after)
        let removedAgain = document.remove(key)
        #expect(!removedAgain)
        #expect(!document.entries.contains { $0.key == key })
    }

    @Test func `a key stays when the rest would be read in another way without it`() throws {
        // For node the two lines around the key would become one binding.
        var document = try DotEnvDocument(parsing: Array("K\nA=1\n=b\n".utf8), dialect: .node)
        let removed = document.remove("A")
        #expect(!removed)
        #expect(document.entries.map(\.key) == ["A"])
    }

    @Test func `a form that asks the environment is not taken, whatever the answer`() {
        func reads(_ form: String, _ value: String) -> Bool {
            Reading.reads(Array("K=\(form)".utf8), as: .keyfolio, key: Array("K".utf8), value: Array(value.utf8))
        }
        #expect(reads("d", "d"))
        #expect(!reads("${U:-d}", "d"))
    }

    @Test func `keys that share a line are changed apart`() throws {
        var document = try DotEnvDocument(parsing: Array("export A=1 B=2 C='3' # c\n".utf8), dialect: .posix)
        try document.set("B", to: "x y")
        #expect(String(decoding: document.bytes, as: UTF8.self) == "export A=1 B='x y' C='3' # c\n")
        document.remove("A")
        #expect(String(decoding: document.bytes, as: UTF8.self) == "export B='x y' C='3' # c\n")
        var compose = try DotEnvDocument(parsing: Array("A=\"1\"B=2\n".utf8), dialect: .compose)
        compose.remove("B")
        #expect(try compose.values().map(\.value) == ["1"])
    }

    // MARK: - Properties

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `what is set is what every chosen reader reads, and nothing else changes`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var written = 0
        for _ in 0..<60 {
            let file = RandomFiles.bindings(using: &generator)
            let readers = Dialect.all.filter { _ in Bool.random(using: &generator) }
            let dialect = Dialect.all.randomElement(using: &generator) ?? .keyfolio
            guard var document = try? DotEnvDocument(parsing: file, dialect: dialect) else { continue }
            let key = ["A", "B", "X", "NEW"].randomElement(using: &generator) ?? "A"
            let value = RandomFiles.value(using: &generator)
            guard (try? document.set(key, to: value, readableBy: readers)) != nil else {
                #expect(document.bytes == file, "a refusal changes nothing")
                continue
            }
            written += 1
            let shown = String(reflecting: String(decoding: document.bytes, as: UTF8.self))
            for reader in Set(readers + [dialect]) {
                guard let read = try? DotEnvDocument(parsing: document.bytes, dialect: reader),
                    let values = try? read.values(environment: { _ in "expanded" })
                else { continue }
                #expect(values.last { $0.key == key }?.value == value, "\(reader) \(shown)")
            }
            // All bytes before the line of the key, and all from the line of the next key on, are what they were.
            let old = try DotEnvDocument(parsing: file, dialect: dialect)
            let line = old.entries.last { $0.key == key }?.line
            let head = file[..<(line.map { Self.offset(ofLine: $0, in: file) } ?? file.count)]
            let nextLine = line.flatMap { line in old.entries.first { $0.line > line }?.line }
            let tail = nextLine.map { file[Self.offset(ofLine: $0, in: file)...] } ?? []
            #expect(document.bytes.starts(with: head), "\(shown)")
            #expect(document.bytes.reversed().starts(with: tail.reversed()), "\(shown)")
            let others = try old.values(interpolate: false).filter { $0.key != key }.map { "\($0.key)=\($0.value)" }
            let kept = try document.values(interpolate: false).filter { $0.key != key }.map { "\($0.key)=\($0.value)" }
            #expect(others == kept, "\(shown)")
        }
        #expect(written > 10)
    }

    static func offset(ofLine line: Int, in file: [UInt8]) -> Int {
        var offset = 0
        for _ in 1..<line {
            while file[offset] != 0x0A && file[offset] != 0x0D { offset += 1 }
            offset += file[offset] == 0x0D && offset + 1 < file.count && file[offset + 1] == 0x0A ? 2 : 1
        }
        return offset
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `a form is read back as the value by all who were asked for`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed &+ 100)
        var written = 0
        for _ in 0..<150 {
            let value = RandomFiles.value(using: &generator)
            let readers = Dialect.all.filter { _ in Bool.random(using: &generator) }
            guard !readers.isEmpty, let form = try? DotEnvWriter.form(for: value, readableBy: readers) else { continue }
            written += 1
            for reader in readers {
                let file = Array("B=1\nK=\(form)\nC=1\n".utf8)
                let values = try DotEnvDocument(parsing: file, dialect: reader).values { _ in "expanded" }
                #expect(values.map(\.value) == ["1", value, "1"], "\(reader): \(String(reflecting: form))")
            }
        }
        #expect(written > 80)
    }

    /// What TheDialects.md promises.
    @Test(arguments: 0..<2 as Range<UInt64>)
    func `plain text has a form for all readers, and it is the plainest`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let unquoted = Array("aZ0_.-/:=+@%,")
        let quoted = Array("aZ0 \t\n#$`\"\\{}()!~;&|*é€")
        for _ in 0..<150 {
            let plain = String((0..<8).compactMap { _ in unquoted.randomElement(using: &generator) })
            #expect(try DotEnvWriter.form(for: plain, readableBy: Dialect.all) == plain)
            let text = String((0..<8).compactMap { _ in quoted.randomElement(using: &generator) })
            if !text.contains("\\\\") && !text.hasSuffix("\\") && !text.contains("${") && text.contains(" ") {
                #expect(try DotEnvWriter.form(for: text, readableBy: Dialect.all) == "'\(text)'")
            }
            let other = "it's " + text.filter { !"\"\\$`".contains($0) }
            #expect(try DotEnvWriter.form(for: other, readableBy: Dialect.all) == "\"\(other)\"")
        }
    }

    @Test(arguments: [
        ("", ""), ("abc", "abc"), ("postgres://u:p@h:5432/d?x=1", "'postgres://u:p@h:5432/d?x=1'"), ("a b", "'a b'"),
        ("#x", "'#x'"),
        ("it's", "\"it's\""), ("a\nb", "'a\nb'"), ("$x", "'$x'"), ("\\", "'\\'"), ("é", "'é'"), (" x ", "' x '"),
    ])
    func `the plainest form that all readers share is taken`(value: String, form: String) throws {
        let readers: [Dialect] = value == "\\" ? [.node, .compose] : Dialect.all
        if value == "\\" {
            // node reads '\' as one backslash, and compose-go as a quote that is not closed.
            #expect(throws: DotEnvError.self) {
                try DotEnvWriter.form(for: value, readableBy: [.keyfolio, .compose, .posix])
            }
        } else {
            #expect(try DotEnvWriter.form(for: value, readableBy: readers) == form)
        }
    }
}
