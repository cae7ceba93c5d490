import Foundation

/// Judges of ours that are written in Python: independent readers of the same formats.
enum Python {
    /// Whether there is a Python with these modules; prints why a test is skipped when there is none.
    static func has(_ modules: String...) -> Bool {
        let script = modules.map { "import \($0)" }.joined(separator: "\n")
        if (try? run(script, input: Data())) != nil { return true }
        print("skipped: python3 with \(modules.joined(separator: " and ")) is not installed (pip install \(modules))")
        return false
    }

    /// Runs a script.
    ///
    /// - Parameters:
    ///   - script: The program.
    ///   - input: What it reads from standard input.
    /// - Returns: What it writes to standard output.
    /// - Throws: What went wrong, with the script's complaint.
    static func run(_ script: String, input: Data) throws -> Data {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("keyfolio-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (scriptFile, inputFile) = (folder.appendingPathComponent("s.py"), folder.appendingPathComponent("in"))
        try Data(script.utf8).write(to: scriptFile)
        try input.write(to: inputFile)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", scriptFile.path]
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        let (output, complaint) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = complaint
        try process.run()
        let result = output.fileHandleForReading.readDataToEndOfFile()
        let said = complaint.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(said: String(decoding: said.suffix(2000), as: UTF8.self))
        }
        return result
    }

    struct Failure: Error { var said: String }
}

/// The repository that the tests are in.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }
}

/// A source of the same numbers in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
