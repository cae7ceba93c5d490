import Secrets
import Testing

@testable import Launch

private func process(_ variables: (String, String)...) throws -> ProcessEnvironment {
    var environment = ProcessEnvironment()
    for (name, value) in variables { try environment.set(name, to: Secret(value)) }
    return environment
}

@Suite struct BaseEnvironmentTests {
    @Test(arguments: [
        ("PATH", true), ("HOME", true), ("LC_TIME", true), ("LC_", true), ("https_proxy", true), ("LISTEN_FDS", true),
        ("DATABASE_URL", false), ("LD_PRELOAD", false), ("SSH_AUTH_SOCK", false), ("LCX", false), ("path", false),
        ("LC_*", true), ("AWS_SECRET_ACCESS_KEY", false),
    ])
    func `the base set is what its table says`(name: String, isBase: Bool) {
        #expect(BaseEnvironment.contains(name) == isBase)
    }

    @Test func `every row has a reason, no row comes twice, none lets Keyfolio's own through`() {
        let names = BaseEnvironment.table.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(BaseEnvironment.table.allSatisfy { $0.reason.count > 5 })
        #expect(!names.contains { BaseEnvironment.isReserved($0) || "KEYFOLIO_".hasPrefix($0.dropLast()) })
        for (left, _) in BaseEnvironment.leftBehind {
            for name in left.split(separator: ", ") { #expect(!BaseEnvironment.contains(String(name)), "\(name)") }
        }
    }

    @Test func `the documentation has every row`() {
        let page = BaseEnvironment.documentation()
        for row in BaseEnvironment.table { #expect(page.contains("| `\(row.name)` | \(row.reason) |\n")) }
        for row in BaseEnvironment.leftBehind { #expect(page.contains("`\(row.name)`")) }
    }

    @Test(arguments: [false, true])
    func `Keyfolio's own variables never pass`(inherit: Bool) throws {
        let process = try process(
            ("KEYFOLIO_PASSPHRASE", "x"),
            ("PATH", "/bin"),
            ("KEYFOLIO_", "y"),
            ("KEYFOLIOX", "z")
        )
        let environment = try BaseEnvironment.environment(for: [], inherit: inherit, process: process)
        #expect(environment.names == (inherit ? ["PATH", "KEYFOLIOX"] : ["PATH"]))
    }

    @Test func `a declared variable takes the place of an inherited one`() throws {
        let environment = try BaseEnvironment.environment(
            for: [("TZ", Secret("UTC")), ("TOKEN", Secret("a")), ("TOKEN", Secret("b"))],
            inherit: false,
            process: process(("TZ", "Europe/Berlin"), ("HOME", "/h"), ("OTHER", "o"))
        )
        #expect(environment.names == ["TZ", "HOME", "TOKEN"])
        #expect(environment.value(of: "TZ") == Secret("UTC"))
        #expect(environment.value(of: "TOKEN") == Secret("b"))
        #expect(environment.value(of: "OTHER") == nil)
    }

    @Test(arguments: [
        ("KEYFOLIO_PASSPHRASE", "canary", "KF-RUN-012"), ("", "canary", "KF-RUN-010"), ("A=B", "canary", "KF-RUN-010"),
        ("A\0", "canary", "KF-RUN-010"), ("NAME", "canary\0", "KF-RUN-011"),
    ])
    func `what no process can receive is refused by name`(name: String, value: String, code: String) {
        let error = #expect(throws: LaunchError.self) {
            try BaseEnvironment.environment(for: [(name, Secret(value))], inherit: false, process: .init())
        }
        #expect(error?.code == code)
        #expect(error.map { "\($0)".contains("canary") } == false)
    }

    @Test func `of a variable that stands twice the first counts, and what is not UTF-8 passes`() throws {
        // env(1) cannot make such an environment, Python's execve can.
        let script = """
            import ctypes, sys
            pack = lambda words: (ctypes.c_char_p * (len(words) + 1))(*words, None)
            probe = sys.argv[1].encode()
            ctypes.CDLL(None).execve(probe, pack([probe, b'replace', b'--inherit', b'--', b'/usr/bin/env', b'-0']),
                pack([b'A=1', b'A=2', b'noequals', b'B=\\xff', b'\\xfe=n', b'C=', b'=D=x']))
            """
        let child = try Child.run(["python3", "-c", script, Child.probe])
        let expected = utf8("A=1\0B=") + [0xFF, 0] + [0xFE] + utf8("=n\0C=\0=D=x\0")
        #expect(child.output == expected)
    }
}
