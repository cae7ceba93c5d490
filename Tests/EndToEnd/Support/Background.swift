import Foundation
import Workspace

/// A program that runs beside a test and is ended with it. What it prints comes through a named pipe.
@safe final class Background: @unchecked Sendable {
    struct DidNotStart: Error {}

    private let folder: String
    private let running: Tool.Running
    private let output: UnsafeMutablePointer<FILE>
    private let process: Int32

    /// Starts a program.
    ///
    /// - Parameter arguments: The program and its arguments. It is ended after five minutes, whatever happens.
    init(_ arguments: [String]) throws {
        folder =
            FileManager.default.temporaryDirectory.appendingPathComponent("kf-background-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let pipe = folder + "/output"
        guard unsafe mkfifo(pipe, 0o600) == 0 else { throw DidNotStart() }
        let script = "exec >\"$0\" 2>\"$0.error\"; echo $$; exec timeout 300 \"$@\""
        guard let running = Tool.start(["sh", "-c", script, pipe] + arguments, in: folder),
            let output = unsafe fopen(pipe, "re")
        else { throw DidNotStart() }
        self.running = running
        unsafe self.output = unsafe output
        guard let line = unsafe Self.line(of: output), let process = Int32(line) else { throw DidNotStart() }
        self.process = process
    }

    deinit {
        kill(process, SIGTERM)
        _ = running.finish()
        unsafe fclose(output)
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The next line of its output; nil at the end.
    func line() -> String? { unsafe Self.line(of: output) }

    private static func line(of output: UnsafeMutablePointer<FILE>) -> String? {
        var buffer = [CChar](repeating: 0, count: 65_536)
        guard unsafe fgets(&buffer, Int32(buffer.count), output) != nil else { return nil }
        let bytes = buffer.prefix { $0 != 0 && $0 != 0x0A }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A development server of the build, with a store in memory.
final class RemoteServer: Sendable {
    private let program: Background
    /// What it says is to be exported.
    let exports: [String: String]

    /// Starts one.
    ///
    /// - Parameters:
    ///   - isPlain: Whether it speaks without TLS.
    ///   - options: Further options.
    init(isPlain: Bool = false, options: [String] = []) throws {
        program = try Background(
            [Command.server, "--dev", "--listen", "127.0.0.1:0"] + (isPlain ? ["--http"] : []) + options
        )
        var exports: [String: String] = [:]
        let last = isPlain ? "AZURE_CLIENT_SECRET" : "REQUESTS_CA_BUNDLE"
        while exports[last] == nil {
            guard let line = program.line() else { throw Background.DidNotStart() }
            guard line.hasPrefix("export "), let equals = line.firstIndex(of: "=") else { continue }
            let name = line[line.index(line.startIndex, offsetBy: 7)..<equals]
            exports[String(name)] = String(line[line.index(after: equals)...])
        }
        self.exports = exports
    }

    /// Its address.
    var url: String { exports["KEYFOLIO_ADDR"] ?? "" }
    /// What opens everything.
    var token: String { exports["KEYFOLIO_TOKEN"] ?? "" }

    /// What a command needs to find it and to be let in.
    var environment: [String: String] {
        exports.filter { ["KEYFOLIO_ADDR", "KEYFOLIO_TOKEN", "KEYFOLIO_CACERT"].contains($0.key) }
    }

    /// What a command needs to believe it.
    var authority: [String: String] { exports.filter { $0.key == "KEYFOLIO_CACERT" } }
}
