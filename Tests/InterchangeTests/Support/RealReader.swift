import Foundation
import Interchange
import Testing

/// Software of other people that reads one of the formats, driven by `Readers/read.py`.
///
/// The program takes one document per line on its standard input, in hexadecimal, and answers with one line for each:
/// `E` where the reader refuses, and otherwise `name=value`, both in hexadecimal, separated by spaces.
struct RealReader: Sendable, CustomTestStringConvertible {
    let format: Format
    let arguments: [String]

    var testDescription: String { arguments.joined(separator: " ") }

    static let all: [RealReader] = [
        RealReader(format: .json, arguments: ["json"]), RealReader(format: .yaml, arguments: ["yaml"]),
        RealReader(format: .kubernetes, arguments: ["kubernetes"]), RealReader(format: .dotenv, arguments: ["dotenv"]),
        RealReader(format: .shell, arguments: ["shell", "sh"]),
        RealReader(format: .shell, arguments: ["shell", "bash"]),
    ]

    /// Whether the reader is installed here: the libraries are Python's, the shells are the system's.
    static let isPythonComplete = (try? run(["python3", "-c", "import yaml, dotenv"]))?.status == 0

    /// What the reader makes of documents; nil for one that it refuses.
    func read(_ documents: [[UInt8]]) throws -> [[String: [UInt8]]?] {
        let program = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Readers/read.py").path
        let input = documents.map { Self.hex($0) + "\n" }.joined()
        let outcome = try Self.run(["python3", program] + arguments, input: Array(input.utf8))
        let lines = outcome.output.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
        return lines.map { line in
            if line.elementsEqual("E".utf8) { return nil }
            var values: [String: [UInt8]] = [:]
            for item in line.split(separator: 0x20) {
                let parts = item.split(separator: 0x3D, omittingEmptySubsequences: false).map(Self.bytes)
                values[String(decoding: parts[0], as: UTF8.self)] = parts[1]
            }
            return values
        }
    }

    /// Runs a program with bytes on its standard input.
    static func run(_ command: [String], input: [UInt8] = []) throws -> (status: Int32, output: [UInt8]) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "interchange-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (inputFile, outputFile) = (folder.appending(path: "input"), folder.appending(path: "output"))
        try Data(input).write(to: inputFile)
        try Data().write(to: outputFile)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, Array(try Data(contentsOf: outputFile)))
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func hex(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func bytes(_ hex: ArraySlice<UInt8>) -> [UInt8] {
        let letters = Array(hex)
        return stride(from: 0, to: letters.count - 1, by: 2).map { index in
            UInt8(String(decoding: letters[index...index + 1], as: UTF8.self), radix: 16) ?? 0
        }
    }
}
