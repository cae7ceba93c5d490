import Foundation
import Workspace

/// A program run to its end.
enum Command {
    /// How it ended and what it said.
    struct Outcome: Sendable {
        var status: Int32
        var output: String
        var error: String

        /// Standard output as JSON.
        func json() throws -> [String: Any] {
            let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
            return (object as? [String: Any]) ?? [:]
        }
    }

    struct CannotStart: Error {}

    /// The command that was built with these tests, or the one that KEYFOLIO_BINARY names.
    static let keyfolio: String = {
        if let chosen = ProcessInfo.processInfo.environment["KEYFOLIO_BINARY"] { return chosen }
        let tests =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return ((tests as NSString).deletingLastPathComponent as NSString).appendingPathComponent("keyfolio")
    }()

    /// The server's program beside it.
    static let server = (keyfolio as NSString).deletingLastPathComponent + "/keyfolio-server"

    /// Runs a program and waits for it. Foundation's own way hands pipes to processes of other threads, and tests that
    /// run beside each other then wait for ever.
    static func run(
        _ arguments: [String],
        input: String = "",
        in folder: String? = nil,
        environment: [String: String]? = nil
    ) throws -> Outcome {
        let errors = FileManager.default.temporaryDirectory.appendingPathComponent("kf-stderr-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: errors) }
        // Without a terminal: what a command would ask a person, a test must not wait for.
        var words = ["setsid", "-w", "env"]
        if let folder { words += ["-C", folder] }
        if let environment { words += ["-i"] + environment.map { "\($0.key)=\($0.value)" } }
        words += ["sh", "-c", "exec \"$@\" 2>\"$0\"", errors.path] + arguments
        guard let outcome = Tool.run(words, input: Array(input.utf8)) else { throw CannotStart() }
        return Outcome(
            status: outcome.status,
            output: String(decoding: outcome.output, as: UTF8.self),
            error: (try? String(decoding: Data(contentsOf: errors), as: UTF8.self)) ?? ""
        )
    }
}
