import Foundation

/// Runs what other people wrote against our reports: Python's own parsers and, where they are installed, validators.
enum Python {
    /// Runs a program with files as its arguments.
    ///
    /// - Parameters:
    ///   - program: The program's text.
    ///   - files: The contents of the files whose paths the program gets as arguments.
    ///   - paths: Paths of files that are there already, given after those.
    /// - Returns: The exit status, and what the program wrote to standard output and standard error.
    static func run(_ program: String, files: [String] = [], paths: [String] = []) throws -> (
        status: Int32, text: String
    ) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "keyfolio-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(at: folder) }
        var arguments = ["python3", "-c", program]
        for (index, content) in files.enumerated() {
            let file = folder.appending(path: "\(index)")
            try Data(content.utf8).write(to: file)
            arguments.append(file.path)
        }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments + paths
        var environment = ProcessInfo.processInfo.environment
        environment["PYTHONIOENCODING"] = "utf-8"
        process.environment = environment
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    /// Whether a module can be imported.
    static func has(_ module: String) -> Bool { (try? run("import \(module)"))?.status == 0 }

    static let hasJSONSchema = has("jsonschema")
    static let hasXMLSchema = has("xmlschema")

    /// Validates a JSON document against a JSON Schema of whichever draft it names, and the schema against that draft.
    static let validateJSON = """
        import json, sys, jsonschema
        document, schema = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
        validator = jsonschema.validators.validator_for(schema)
        validator.check_schema(schema)
        errors = [e.json_path + ": " + e.message for e in validator(schema).iter_errors(document)]
        print("\\n".join(errors))
        sys.exit(1 if errors else 0)
        """
}

/// Files of the repository and of others.
enum Files {
    /// The repository's folder.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// A standard's own schema, as `scripts/fetch-report-schemas` leaves it; nil when that did not run.
    static func standard(_ name: String) -> String? {
        let path = root.appending(path: ".build/report-schemas/\(name)").path
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }
}
