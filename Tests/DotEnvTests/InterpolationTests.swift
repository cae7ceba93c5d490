import DotEnv
import Testing

@Suite struct InterpolationTests {
    static let environment = ["HOME": "/home/u", "EMPTY": "", "BOTH": "environment", "SELF": "base"]

    static func read(_ file: String, _ dialect: Dialect = .keyfolio, interpolate: Bool = true) throws -> [String:
        String]
    {
        let values = try DotEnvDocument(parsing: Array(file.utf8), dialect: dialect)
            .values(environment: { environment[$0] }, interpolate: interpolate)
        return Dictionary(values.map { ($0.key, $0.value) }) { _, last in last }
    }

    @Test(arguments: [
        ("X=1\nA=${X}${X}", "11"), ("A=${X}\nX=1", "1"), ("A=${HOME}/x", "/home/u/x"), ("BOTH=file\nA=${BOTH}", "file"),
        ("A=${BOTH}\nBOTH=file", "file"), ("X=1\nX=2\nA=${X}\nX=3", "2"), ("A=${X}\nX=1\nX=2", "2"),
        ("A=${U:-d}", "d"), ("A=${EMPTY:-d}", "d"), ("A=${EMPTY-d}", ""), ("A=${U-d}", "d"),
        ("A=${HOME:-d}", "/home/u"),
        ("A=${U:+y}", ""), ("A=${EMPTY:+y}", ""), ("A=${EMPTY+y}", "y"), ("A=${HOME:+y}", "y"),
        ("A=${HOME:?no}", "/home/u"),
        ("A=${EMPTY?no}", ""), ("A=${U:-${V:-${W:-z}}}", "z"), ("A=${U:-a${HOME}b}", "a/home/ub"), ("A=${U:-}", ""),
        ("A=\"${HOME} # x\"", "/home/u # x"), ("A='${HOME}'", "${HOME}"), ("A=$HOME", "$HOME"), ("A=$$", "$$"),
        ("A=pa$$w0rd$", "pa$$w0rd$"), ("A=${", "${"), ("A=x${HOME", "x${HOME"), ("A=$(id)", "$(id)"), ("A={$}", "{$}"),
        ("SELF=${SELF}:x\nA=${SELF}", "base:x"), ("A.B=1\nA=${A.B}", "1"), ("A=${U:-a}b}", "ab}"),
        ("1X=1\nA=${1X}", "1"),
    ])
    func `our dialect expands as promised`(file: String, expected: String) throws {
        #expect(try Self.read(file + "\n")["A"] == expected)
    }

    @Test(arguments: [
        ("A=x${U}", "KF-DOTENV-019", 1, 4), ("B=1\nA=\"é${U}\"", "KF-DOTENV-019", 2, 5),
        ("A=${U:?boom}", "KF-DOTENV-020", 1, 3),
        ("A=${EMPTY:?}", "KF-DOTENV-020", 1, 3), ("A=${U?}", "KF-DOTENV-020", 1, 3), ("A=${A}", "KF-DOTENV-021", 1, 3),
        ("A=${B}\nB=${C}\nC=${A}", "KF-DOTENV-021", 1, 1), ("A=${}", "KF-DOTENV-018", 1, 3),
        ("A=${B C}", "KF-DOTENV-018", 1, 3),
        ("A=${B:x}", "KF-DOTENV-018", 1, 3), ("A=${B:-${C}", "KF-DOTENV-018", 1, 3),
        ("A=\"x\n${U}\"", "KF-DOTENV-019", 2, 1),
    ])
    func `what cannot be expanded is refused at its place`(file: String, code: String, line: Int, column: Int) {
        do throws(DotEnvError) {
            _ = try DotEnvDocument(parsing: Array((file + "\n").utf8)).values { Self.environment[$0] }
            Issue.record("not refused")
        } catch {
            #expect(error.code.description == code)
            #expect((error.line, error.column) == (line, column))
        }
    }

    @Test(arguments: Dialect.all)
    func `without interpolation the text stays`(dialect: Dialect) throws {
        #expect(try Self.read("A=x${U:-d}y\n", dialect, interpolate: false)["A"] == "x${U:-d}y")
    }

    @Test func `only names that are asked for are looked up`() throws {
        var asked: [String] = []
        _ = try DotEnvDocument(parsing: Array("X=1\nA=${X}${U:-${V-}}\nB='${W}'\n".utf8)).values { name in
            asked.append(name)
            return nil
        }
        #expect(asked == ["U", "V"])
    }

    @Test(arguments: [Dialect.keyfolio, .compose, .posix])
    func `nesting has a bound`(dialect: Dialect) throws {
        func nested(_ depth: Int) -> String {
            "A=" + String(repeating: "${U:-", count: depth) + "z" + String(repeating: "}", count: depth) + "\n"
        }
        #expect(try Self.read(nested(60), dialect)["A"] == "z")
        do throws(DotEnvError) {
            _ = try DotEnvDocument(parsing: Array(nested(100_000).utf8), dialect: dialect).values()
            Issue.record("not refused")
        } catch {
            #expect(error.code.description == "KF-DOTENV-022")
        }
    }

    @Test func `references that lead on and on have a bound`() throws {
        func chain(_ length: Int) -> String {
            (0..<length).map { "A\($0)=${A\($0 + 1)}\n" }.joined() + "A\(length)=z\n"
        }
        #expect(try Self.read(chain(50))["A0"] == "z")
        #expect(throws: DotEnvError.self) { try Self.read(chain(5000)) }
        // Upwards nothing leads on: each value is there when it is asked for.
        let upwards = "A0=z\n" + (1...5000).map { "A\($0)=${A\($0 - 1)}\n" }.joined()
        #expect(try Self.read(upwards)["A5000"] == "z")
    }

    @Test(arguments: [Dialect.keyfolio, .python, .ruby, .compose, .posix])
    func `values that multiply have a bound`(dialect: Dialect) throws {
        // Ten lines of ten references each would make 10 GB.
        let file =
            "A0=0123456789\n"
            + (1..<10).map { level in "A\(level)=" + String(repeating: "${A\(level - 1)}", count: 10) + "\n" }.joined()
        do throws(DotEnvError) {
            _ = try DotEnvDocument(parsing: Array(file.utf8), dialect: dialect).values()
            Issue.record("not refused")
        } catch {
            #expect(error.code.description == "KF-DOTENV-023")
        }
    }

    @Test func `each dialect takes a name from the file or the environment as its reader does`() throws {
        let file = "BOTH=file\nA=${BOTH}\n"
        let expected: [Dialect: String] = [
            .keyfolio: "file", .node: "${BOTH}", .python: "file", .ruby: "environment", .compose: "environment",
            .posix: "file",
        ]
        for dialect in Dialect.all { #expect(try Self.read(file, dialect)["A"] == expected[dialect]) }
    }

    @Test(arguments: [
        "A=$(id)", "A=`id`", "A=\"$(id)\"", "A=$((1+1))", "A=b; id", "A=b | id", "id", "A=b id", "A=$$", "A=$1",
        "A=~root/x",
        "A=${X:=y}", "A=${#X}", "A=${X%y}", "A=$'x'", "A=(1 2)", "export", "export -p", "A+=b", "A[0]=b", "A=b > file",
    ])
    func `the shell runs nothing and sets nothing on the side`(line: String) {
        #expect(throws: DotEnvError.self) {
            try DotEnvDocument(parsing: Array((line + "\n").utf8), dialect: .posix).values()
        }
    }

    @Test(arguments: [
        ("A=b'c'\"d\"", "bcd"), ("A='it'\\''s'", "it's"), ("A=\"\\$X \\` \\\" \\\\ \\q\"", "$X ` \" \\ \\q"),
        ("A=a\\\nb", "ab"),
        ("A=1 X=2", "1"), ("export X A=1", "1"), ("X=1\nA=${X:-'a b'}", "1"), ("A=${U:-'a b'}c", "a bc"),
        ("A=a#b", "a#b"),
        ("A=\"${U:-'q'}\"", "'q'"), ("A=~/x", "/home/u/x"), ("A=a:~", "a:/home/u"), ("A='~'", "~"), ("A=a$", "a$"),
        ("A=\"$\"", "$"),
    ])
    func `the shell joins and expands as bash and dash do`(file: String, expected: String) throws {
        #expect(try Self.read(file + "\n", .posix)["A"] == expected)
    }
}
