import Foundation

/// Stock age, as it is installed.
enum Peer {
    struct Missing: Error, CustomStringConvertible {
        let name: String
        var description: String {
            "\(name) is not on PATH: install it with `apt-get install \(name == "script" ? "bsdutils" : "age")`"
        }
    }

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// An age that knows post-quantum recipients (1.3 or later): `age` itself, or the one that KEYFOLIO_AGE_PQ names.
    static let postQuantum: String? = {
        let candidates = [ProcessInfo.processInfo.environment["KEYFOLIO_AGE_PQ"], find("age")].compactMap(\.self)
        return candidates.first { path in
            let version = (try? run(path, ["--version"])) ?? ""
            let numbers = version.drop { !$0.isNumber }.split(separator: ".").prefix(2)
                .compactMap { Int($0.prefix { $0.isNumber }) }
            return numbers.count == 2 && (numbers[0], numbers[1]) >= (1, 3)
        }
    }()

    private static func find(_ name: String) -> String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs `age`.
    @discardableResult
    static func age(_ arguments: String...) throws -> String {
        try run(path("age"), arguments)
    }

    /// Runs `age` with options before the others.
    @discardableResult
    static func age(_ options: [String], _ arguments: String...) throws -> String {
        try run(path("age"), options + arguments)
    }

    /// Runs `age-keygen`.
    @discardableResult
    static func keygen(_ arguments: String...) throws -> String {
        try run(path("age-keygen"), arguments)
    }

    /// Runs `age` on a terminal, where alone it takes a passphrase.
    ///
    /// - Parameters:
    ///   - typed: What is typed there.
    ///   - arguments: No argument may need quoting.
    static func age(typing typed: String, _ arguments: String...) throws {
        let command = ([try path("age")] + arguments).joined(separator: " ")
        try run(path("script"), ["-qec", command, "/dev/null"], input: typed)
    }

    private static func path(_ name: String) throws -> String {
        guard let path = find(name) else { throw Missing(name: name) }
        return path
    }

    /// Runs a program to its end.
    ///
    /// - Returns: What it wrote to standard output, without white space around it.
    @discardableResult
    static func run(_ path: String, _ arguments: [String], input: String = "") throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        let (typed, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = typed
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        try typed.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try typed.fileHandleForWriting.close()
        // Neither fills its pipe: content goes through files.
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(description: "\(path) ended with \(process.terminationStatus): \(complaint)\(text)")
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
