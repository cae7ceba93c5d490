import DotEnv
import Foundation

/// A real reader of `.env` files, driven by a small program in `Readers/`.
///
/// The program takes one file per line on its standard input, in hexadecimal, and answers with one line for each: `E`
/// where the reader refuses or complains, and otherwise `key=value` or `key~` (no value), both in hexadecimal, separated
/// by spaces. It runs with `E1=one`, `E2=` in its environment.
struct LiveReader: Sendable {
    enum Answer: Equatable {
        case refused
        /// By key; nil where the key has no value.
        case values([[UInt8]: [UInt8]?])
    }

    let dialect: Dialect
    let name: String
    let command: [String]

    static let environment: [String: String] = ["E1": "one", "E2": "", "HOME": "/home/test"]

    /// The readers that can be asked here. An environment variable can name another program for each:
    /// `DOTENV_READER_COMPOSE=/path/to/program`.
    static let all: [LiveReader] = [
        LiveReader(.python, "python-dotenv 1.2", ["python3", path("python.py")]),
        LiveReader(.posix, "bash", ["python3", path("shell.py"), "bash"]),
        LiveReader(.posix, "dash", ["python3", path("shell.py"), "dash"]),
        LiveReader(.node, "node dotenv", ["node", path("node.js")]),
        LiveReader(.ruby, "Ruby dotenv", ["ruby", path("ruby.rb")]),
        LiveReader(.compose, "compose-go", []),
    ]

    private init(_ dialect: Dialect, _ name: String, _ command: [String]) {
        self.dialect = dialect
        self.name = name
        let variable = "DOTENV_READER_" + (dialect == .posix ? name : dialect.id).uppercased()
        let override = ProcessInfo.processInfo.environment[variable]?.split(separator: " ").map(String.init)
        self.command = override ?? command
    }

    private static func path(_ file: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Readers/\(file)").path
    }

    /// Why the reader cannot be asked here, or nil if it can.
    func reasonToSkip() -> String? {
        guard !command.isEmpty else { return "no program of its own; name one in DOTENV_READER_COMPOSE" }
        guard let probe = try? ask([Array("A=b\n".utf8)]), probe == [.values([Array("A".utf8): Array("b".utf8)])] else {
            return "\(command.prefix(2).joined(separator: " ")) does not answer (is the reader installed?)"
        }
        return nil
    }

    /// What the reader makes of files.
    func ask(_ files: [[UInt8]]) throws -> [Answer] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dotenv-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appending(path: "input")
        let output = folder.appending(path: "output")
        try Data(files.flatMap { Self.hex($0) + [0x0A] }).write(to: input)
        try Data().write(to: output)

        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return try String(contentsOf: output, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(Self.answer)
    }

    private static func answer(_ line: Substring) -> Answer {
        guard line != "E" else { return .refused }
        var values: [[UInt8]: [UInt8]?] = [:]
        for item in line.split(separator: " ") {
            if item.hasSuffix("~") {
                values[bytes(item.dropLast())] = .some(nil)
            } else {
                let parts = item.split(separator: "=", omittingEmptySubsequences: false)
                values[bytes(parts[0])] = .some(bytes(parts[1]))
            }
        }
        return .values(values)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func hex(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    private static func bytes(_ hex: Substring) -> [UInt8] {
        let digits = Array(hex.utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).map { index in
            UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) ?? 0
        }
    }
}
