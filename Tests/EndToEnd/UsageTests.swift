import Foundation
import Testing

/// The command line itself: help, mistakes, exit statuses, JSON.
@Suite struct UsageTests {
    @Test func `help, version and completions work outside of any project`() throws {
        let sandbox = try Sandbox()
        #expect(try sandbox.keyfolio("--help").output.contains("keyfolio init"))
        #expect(try sandbox.keyfolio("--version").output.hasPrefix("0."))
        for shell in ["bash", "zsh", "fish"] {
            #expect(try sandbox.keyfolio("completions", shell).output.contains("keyfolio"))
        }
    }

    @Test func `a mistyped command gets the nearest one`() throws {
        let sandbox = try Sandbox()
        let outcome = try sandbox.keyfolio("chekc")
        #expect(outcome.status == 2)
        #expect(outcome.error.contains("did you mean 'check'"))
    }

    @Test func `a mistake about an option is told with the option's dashes`() throws {
        let sandbox = try Sandbox()
        for (words, text) in [
            (["audit", "report", "--month", "2026-11", "--since", "7d"], "--month is a period of its own"),
            (["audit", "report", "--by", "colour"], "--by is one of: principal, secret"),
            (["audit", "query", "--limt", "3"], "--limt"), (["token", "issue"], "--principal or --policy"),
            (["token", "issue", "--prinicpal", "ada"], "--principal or --policy"),
        ] {
            let outcome = try sandbox.run([Command.keyfolio] + words)
            #expect(outcome.status == 2, "\(words)")
            #expect(outcome.error.contains(text), "\(words): \(outcome.error)")
        }
    }

    /// The parser wraps longer lines where no writer meant it.
    @Test func `no line of a command's help was wrapped by the terminal's width`() throws {
        let sandbox = try Sandbox()
        let groups = [
            ["login"], ["logout"], ["whoami"], ["principal", "set"], ["key", "issue"], ["client", "issue"],
            ["token", "issue"], ["token", "list"], ["block", "add"], ["sessions", "end"], ["access", "explain"],
            ["role", "set"],
            ["policy", "set"], ["audit", "query"], ["audit", "report"], ["audit", "verify"], ["seal"], ["seal", "add"],
            ["seal", "rekey"], ["explain"],
        ]
        func overview(_ words: [String], columns: String) throws -> String {
            let help = try sandbox.run(
                [Command.keyfolio] + words + ["--help"],
                environment: ["COLUMNS": columns]
            ).output
            let text = try #require(help.components(separatedBy: "\n\nUSAGE:").first)
            // The first paragraph is one sentence, and may be long.
            return text.components(separatedBy: "\n\n").dropFirst().joined(separator: "\n\n")
        }
        for words in groups {
            let text = try overview(words, columns: "80")
            #expect(text.contains("Examples:"), "\(words)")
            #expect(try text == overview(words, columns: "200"), "\(words)")
        }
    }

    @Test func `outside of a project every command says how to begin`() throws {
        let sandbox = try Sandbox()
        for command in ["check", "list", "history", "doctor"] {
            let outcome = try sandbox.keyfolio(command)
            #expect(outcome.status == 3, "\(command): \(outcome.error)")
            #expect(outcome.error.contains("keyfolio init"))
        }
    }

    @Test func `outside of a project what needs a store alone says how to name it`() throws {
        let sandbox = try Sandbox()
        for words in [
            ["seal", "status"], ["audit", "verify"], ["list", "--paths"], ["get", "A", "--path", "a/b"],
            ["seal", "status", "--store", "/nowhere/store.db"], ["list", "--paths", "--store", "/nowhere/store.db"],
        ] {
            let outcome = try sandbox.run([Command.keyfolio] + words)
            #expect(outcome.status == 3, "\(words): \(outcome.error)")
            #expect(outcome.error.contains("with --store FILE or KEYFOLIO_STORE"), "\(words): \(outcome.error)")
        }
    }

    @Test func `with --json a failure is JSON on standard error, and standard output is empty`() throws {
        let sandbox = try Sandbox()
        let outcome = try sandbox.keyfolio("list", "--json")
        #expect(outcome.output.isEmpty)
        let object = try JSONSerialization.jsonObject(with: Data(outcome.error.utf8)) as? [String: Any]
        #expect((object?["error"] as? [String: Any])?["code"] as? String == "KF-PROJ-001")
    }

    /// Whatever is typed or piped in, no error repeats it.
    @Test func `no error of any command repeats a value`() throws {
        let sandbox = try FirstPathTests.shop()
        var generator = SystemRandomNumberGenerator()
        for round in 0..<60 {
            let canary = "Kf9\(UInt64.random(in: .min ... .max, using: &generator))Zq"
            let hostile = ["\u{0}", "\u{FF}", "'", "\"", "${", "\n", "=", "<<", "{", "- ", ": "].randomElement() ?? ""
            let text = "\(hostile)\(canary)\(hostile)"
            let arguments: [String] =
                switch round % 12 {
                case 0: ["set", "SECRET_KEY", canary]
                case 1: ["set", canary]
                case 2: ["get", "SECRET_KEY", "--version", canary]
                case 3: ["import", "-", "--format", "json"]
                case 4: ["import", "-", "--format", "yaml"]
                case 5: ["import", "-", "--format", "dotenv"]
                case 6: ["import", "-", "--format", "kubernetes"]
                case 7: ["dotenv", "parse", "-"]
                case 8: ["generate", "--\(canary)"]
                case 9: ["age", "encrypt", "-r", canary, "-a"]
                case 10: ["age", "decrypt", "-i", "bad-identity.txt", "keyfolio.yaml"]
                default: ["rollback", "--to", canary]
                }
            try sandbox.write("bad-identity.txt", text)
            let outcome = try Command.run(
                [Command.keyfolio] + arguments.map { $0.replacingOccurrences(of: "\u{0}", with: "") },
                input: text,
                in: sandbox.project,
                environment: sandbox.variables([:])
            )
            #expect(!outcome.error.contains(canary), "\(arguments.first ?? ""): \(outcome.error)")
        }
    }

    /// The same crash without this is met in the tests of Launch.
    @Test func `the command leaves no core and no memory in a crash report, whatever the environment asks`() throws {
        let sandbox = try FirstPathTests.shop()
        let script = """
            mkfifo value
            SWIFT_BACKTRACE=enable=yes,color=no,interactive=no,symbolicate=off keyfolio set SECRET_KEY <value 2>report &
            exec 3>value
            printf crash-canary >&3
            until grep -q 'Max core file size' /proc/$!/limits && [ "$(readlink /proc/$!/fd/0)" = "$PWD/value" ] &&
                [ "$(cat /proc/$!/comm)" = keyfolio ] && grep -q '^State:.S' /proc/$!/status; do :; done
            awk '/Max core file size/ { print $5 }' /proc/$!/limits
            kill -SEGV $!
            wait $!
            echo $?
            grep -v 'unable to locate swift-backtrace' report || true
            """
        let outcome = try sandbox.run("bash", "-c", "ulimit -S -c 30; \(script)")
        #expect(outcome.output == "0\n139\n", "\(outcome.output)\(outcome.error)")
    }

    @Test(arguments: [
        (
            ["token", "issue", "--policy", "p", "--for", "10"],
            "'--for <time>': it takes a number with s, m, h or d behind it: 90s"
        ),
        (["token", "issue", "--policy", "p", "--for", "9999d"], "it takes from 1s to 3660d"),
        (["block", "add", "192.0.2.1", "--for", "0s"], "it takes from 1s to 3660d"),
        (["block", "add", "192.0.2.1", "--for", "week"], "90s, 30m, 8h, 7d"),
        (["client", "issue", "ci", "--token-time", "10"], "90s, 30m, 8h, 7d"),
        (["client", "issue", "ci", "--token-time", "10s"], "it takes from 60s to 366d"),
        (["token", "issue", "--policy", "p", "--uses", "ten"], "'--uses <count>': it takes a whole number"),
        (["principal", "set", "ci", "--kind", "machin"], "Did you mean 'machine'?"),
        (["audit", "report", "--by", "secrt"], "Did you mean 'secret'?"),
        (["check", "--format", "jsn"], "Did you mean 'json'?"),
        (["export", "--format", "kubernets"], "Did you mean 'kubernetes'?"),
        (["completions", "bsh"], "Did you mean 'bash'?"),
    ])
    func `an option says what it takes`(words: [String], told: String) throws {
        let outcome = try Command.run([Command.keyfolio] + words)
        #expect(outcome.status == 2 && outcome.error.contains("KF-USAGE-001"), "\(outcome.error)")
        #expect(outcome.error.contains(told), "\(outcome.error)")
    }

    @Test(arguments: [
        ("--outcome", "alowed", "did you mean 'allowed'?"),
        ("--outcome", "x", "--outcome takes one of begins, allowed"),
        ("--protocol", "natve", "did you mean 'native'?"), ("--trace", "abc", "--trace takes the 32 hexadecimal"),
        ("--address", "nowhere", "--address takes 192.0.2.7"),
    ])
    func `a filter of the log says what it takes`(option: String, word: String, told: String) throws {
        let sandbox = try FirstPathTests.shop()
        let outcome = try sandbox.keyfolio("audit", "query", option, word)
        #expect(outcome.status == 10 && outcome.error.contains("KF-AUDIT-004"), "\(outcome.error)")
        #expect(outcome.error.contains(told), "\(outcome.error)")
        #expect(try sandbox.keyfolio("audit", "query", "--protocol", "cli").output.contains("cli"))
    }
}
