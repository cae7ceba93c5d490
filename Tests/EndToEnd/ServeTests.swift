import Foundation
import Testing

/// How the server starts, and how it does not.
@Suite struct ServeTests {
    private static let server = Command.server

    @Test(arguments: [
        (["--dev", "--listen", "0.0.0.0:0"], "--dev is for this machine only"),
        (["--dev", "--listen", "[::]:0"], "--dev is for this machine only"),
        (["--dev", "--http", "--listen", "192.0.2.1:0"], "is for this machine only"),
        (["--http", "--store", "s", "--key-file", "k", "--listen", "0.0.0.0:0"], "--http is for this machine only"),
        (["--store", "s", "--key-file", "k"], "--tls-certificate"), ([], "--store"),
        (["--dev", "--store", "s"], "--dev has a store"), (["--dev", "--listen", "nowhere"], "ADDRESS:PORT"),
        (["--dev", "--tls-oldest", "1.1"], "1.2 or 1.3"),
    ])
    func `what would open a door is refused before anything starts`(arguments: [String], text: String) throws {
        let outcome = try Command.run([Self.server] + arguments)
        #expect(outcome.status == 2, "\(outcome.error)")
        #expect(outcome.error.contains(text) && outcome.error.contains("KF-USAGE-001"), "\(outcome.error)")
        #expect(outcome.output.isEmpty)
    }

    @Test(arguments: [
        ["--dev", "--no-such-option-Zq9canary"], ["--dev", "Zq9canary"], ["--dev", "--threads", "Zq9canary"],
        ["--dev", "--listen"], ["--http=Zq9canary", "--dev"], ["--dev", "--account", "Zq9canary"],
    ])
    func `every other mistake of the command line ends as one of the command's, and no word is repeated`(
        arguments: [String]
    ) throws {
        for words in [[Self.server], [Command.keyfolio, "serve"]] {
            let outcome = try Command.run(words + arguments)
            #expect(outcome.status == 2 && outcome.error.contains("KF-USAGE-001"), "\(outcome)")
            #expect(outcome.error.contains("keyfolio serve --help"), "\(outcome.error)")
            #expect(!outcome.error.contains("Zq9canary") && outcome.output.isEmpty, "\(outcome)")
        }
    }

    @Test(arguments: ["certificate", "pair", "no certificate", "port", "sink", "endpoint"])
    func `what is wrong around a store is found before there is a store, and before a token of it`(
        wrong: String
    ) throws {
        let sandbox = try Sandbox()
        let folder = sandbox.root
        for name in ["one", "two"] {
            let made = try Command.run([
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                "2", "-subj", "/CN=\(name)", "-keyout", "\(folder)/\(name).key", "-out", "\(folder)/\(name).pem",
            ])
            #expect(made.status == 0, "\(made.error)")
        }
        try sandbox.write("\(folder)/bad.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        let taken = try HostileServer("garbage")
        let port = try #require(taken.url.split(separator: ":").last)
        let certificate = ["certificate": "bad", "no certificate": "none"][wrong] ?? "one"
        var words = [
            Self.server, "--store", "\(folder)/store.db", "--key-file", "\(folder)/store.key", "--tls-certificate",
            "\(folder)/\(certificate).pem", "--tls-key", "\(folder)/\(wrong == "pair" ? "two" : "one").key", "--listen",
            "127.0.0.1:\(wrong == "port" ? String(port) : "0")",
        ]
        if wrong == "sink" { words += ["--audit-file", "/dev/null"] }
        if wrong == "endpoint" {
            words += ["--audit-https", "https://127.0.0.1/", "--audit-https-token-file", "/dev/null"]
        }
        let code = [
            "certificate": "KF-HTTP-00", "pair": "KF-HTTP-006", "no certificate": "KF-HTTP-004", "port": "KF-HTTP-001",
            "sink": "KF-AUDIT-010", "endpoint": "KF-AUDIT-012",
        ]
        func check(_ more: [String], _ what: String) throws {
            let outcome = try Command.run(words + more)
            #expect(outcome.status == 6 && outcome.error.contains(code[wrong] ?? "?"), "\(what): \(outcome)")
            #expect(outcome.output.isEmpty && !outcome.error.contains("root token"), "\(what): \(outcome)")
        }
        var isThere = false
        func files() throws -> [String: Data?] {
            // The lock's file stays: only the lock counts, and that is gone.
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
                .filter { $0.hasPrefix("store") && (!isThere || $0 != "store.db.lock") }
            return Dictionary(
                uniqueKeysWithValues: names.map { ($0, FileManager.default.contents(atPath: "\(folder)/\($0)")) }
            )
        }
        try check(["--init"], "a new store")
        try check(["--await-init"], "a store to be made by a client")
        #expect(try files().isEmpty)
        let places = ["KEYFOLIO_STORE": "\(folder)/store.db", "KEYFOLIO_KEY_FILE": "\(folder)/store.key"]
        try sandbox.write("keyfolio.yaml", FirstPathTests.manifest)
        #expect(try sandbox.keyfolio("init", environment: places).status == 0)
        isThere = true
        let before = try files()
        #expect(before.keys.contains("store.db") && before.keys.contains("store.key"))
        try check(["--root-token"], "a token of a store")
        #expect(try files() == before)
    }

    @Test func `a store that is not there, and a key that does not fit, are told apart`() throws {
        let sandbox = try Sandbox()
        let words = [Self.server, "--http", "--store", "\(sandbox.root)/none.db", "--key-file", "\(sandbox.root)/key"]
        let missing = try Command.run(words)
        #expect(missing.status == 3 && missing.error.contains("KF-STORE-007"), "\(missing.error)")
    }

    @Test func `the server says which version it is, as the command does`() throws {
        let version = try Command.run([Command.keyfolio, "--version"]).output
        #expect(version.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+\n/) != nil, "\(version)")
        for words in [[Self.server, "--version"], [Command.keyfolio, "serve", "--version"]] {
            let outcome = try Command.run(words)
            #expect(outcome.status == 0 && outcome.output == version && outcome.error.isEmpty, "\(outcome)")
        }
    }

    @Test func `every option and every metric is in the guide, and no metric that there is not`() throws {
        let guide = try String(contentsOfFile: "\(DocumentsTests.top)/docs/server.md", encoding: .utf8)
        let options = try #require(try CommandList.options()[["serve"]])
        #expect(options.count > 20 && options.contains("--open-metrics"))
        for option in options where !["-h", "--help", "--version"].contains(option) {
            let isTold = guide.ranges(of: option).contains { range in
                let next = guide[range.upperBound...].first
                return next.map { !($0.isLetter || $0 == "-") } ?? true
            }
            #expect(isTold, "\(option)")
        }
        let sandbox = try Sandbox()
        let server = try RemoteServer(
            isPlain: true,
            options: ["--storage", sandbox.root + "/store", "--audit-file", sandbox.root + "/audit.jsonl"]
        )
        let read = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode())"
        let text = try Command.run(["python3", "-c", read, server.url + "/metrics"]).output
        let metrics = Set(text.matches(of: /HELP ([a-z_]+)/).map { String($0.1) })
        #expect(metrics.count > 10 && metrics.contains("keyfolio_audit_sink_lag"), "\(text)")
        let told = Set(guide.matches(of: /`(keyfolio_[a-z_]+)`/).map { String($0.1) })
        #expect(metrics == told, "\(metrics.symmetricDifference(told))")
    }

    @Test func `help says what there is, with examples`() throws {
        let outcome = try Command.run([Self.server, "--help"])
        #expect(outcome.status == 0 && outcome.output.contains("keyfolio serve --dev"))
        #expect(outcome.output.contains("--audit-https"))
        let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines.filter { $0.count > 80 })")
        // A line that was too long by a word or two leaves these alone on the next one.
        let text = lines.prefix { !$0.hasPrefix("USAGE:") }
        for (line, next) in zip(text, text.dropFirst()) where !next.isEmpty && !next.hasPrefix(" ") && !line.isEmpty {
            #expect(line.count > 50, "\(line)")
        }
    }
}
