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
        #expect(outcome.status == 64, "\(outcome.error)")
        #expect(outcome.error.contains(text), "\(outcome.error)")
        #expect(outcome.output.isEmpty)
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
    }
}
