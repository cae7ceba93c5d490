import Foundation
import Testing

/// How the server starts, and how it does not.
@Suite struct ServeTests {
    private static let server = ((Command.keyfolio as NSString).deletingLastPathComponent as NSString)
        .appendingPathComponent("keyfolio-server")

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

    @Test func `a store that is not there, and a key that does not fit, are told apart`() throws {
        let sandbox = try Sandbox()
        let words = [Self.server, "--http", "--store", "\(sandbox.root)/none.db", "--key-file", "\(sandbox.root)/key"]
        let missing = try Command.run(words)
        #expect(missing.status == 3 && missing.error.contains("KF-STORE-007"), "\(missing.error)")
    }

    @Test func `help says what there is, with examples`() throws {
        let outcome = try Command.run([Self.server, "--help"])
        #expect(outcome.status == 0 && outcome.output.contains("keyfolio serve --dev"))
        let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines.filter { $0.count > 80 })")
        // A line that was too long by a word or two leaves these alone on the next one.
        let text = lines.prefix { !$0.hasPrefix("USAGE:") }
        for (line, next) in zip(text, text.dropFirst()) where !next.isEmpty && !next.hasPrefix(" ") && !line.isEmpty {
            #expect(line.count > 50, "\(line)")
        }
    }
}
