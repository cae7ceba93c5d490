import Foundation

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

    /// The command that was built with these tests, or the one that KEYFOLIO_BINARY names.
    static let keyfolio: String = {
        if let chosen = ProcessInfo.processInfo.environment["KEYFOLIO_BINARY"] { return chosen }
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return ((tests as NSString).deletingLastPathComponent as NSString).appendingPathComponent("keyfolio")
    }()

    /// Runs a program and waits for it.
    static func run(
        _ arguments: [String], input: String = "", in folder: String? = nil, environment: [String: String]? = nil
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        if let environment { process.environment = environment }
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stderr
        try process.run()
        let writing = Thread {
            try? stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try? stdin.fileHandleForWriting.close()
        }
        writing.start()
        let errors = Collector(stderr.fileHandleForReading)
        let output = stdout.fileHandleForReading.readDataToEndOfFile()
        let error = errors.finish()
        process.waitUntilExit()
        let status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
        return Outcome(
            status: status, output: String(decoding: output, as: UTF8.self), error: String(decoding: error, as: UTF8.self))
    }

    /// Reads a pipe to its end beside the main reader, so that neither fills up.
    private final class Collector: @unchecked Sendable {
        private var data = Data()
        private let done = DispatchSemaphore(value: 0)

        init(_ handle: FileHandle) {
            Thread { [self] in
                data = handle.readDataToEndOfFile()
                done.signal()
            }.start()
        }

        func finish() -> Data {
            done.wait()
            return data
        }
    }
}
