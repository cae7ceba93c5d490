import Foundation

/// The private PostgreSQL that scripts/with-postgres.sh starts, with roles and databases of this suite's own.
struct TestServer: Sendable {
    /// What is told when the tests are skipped.
    static let hint = "no PGHOST is set: run them with scripts/with-postgres.sh"

    private static let variables = ProcessInfo.processInfo.environment

    /// Whether there is a server to ask.
    static let isThere = variables["PGHOST"] != nil && variables["PGPORT"] != nil

    /// The server with its roles; made once, because the server's folder is the test run's own.
    static let shared = Result { try TestServer() }

    let host = variables["PGHOST"] ?? ""
    let port = variables["PGPORT"] ?? ""
    let authority = variables["PGSSLROOTCERT"] ?? ""
    let socketFolder = variables["POSTGRES_SOCKET_DIR"] ?? ""
    let superuser = variables["PGUSER"] ?? ""
    let superuserPassword: String

    /// A password with everything in it that means something in a URL, and a word that gives it away.
    static let password = "Kf9Canary@:/?#[]%&=connect_timeout=é \u{1F511}"

    /// The same as it stands in a URL.
    static let encodedPassword =
        password.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""

    private init() throws {
        let file = Self.variables["POSTGRES_PASSWORD_FILE"] ?? ""
        superuserPassword = try String(contentsOfFile: file, encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let quoted = "'" + Self.password.replacingOccurrences(of: "'", with: "''") + "'"
        let roles = [
            ("app", ""), ("creator", "CREATEROLE"), ("maker", "CREATEDB"), ("replica", "REPLICATION"),
            ("bypass", "BYPASSRLS"), ("everything", "CREATEROLE CREATEDB REPLICATION BYPASSRLS"), ("owner", ""),
            ("reader", ""), ("runner", ""), ("locked", "NOLOGIN"), ("full", "CONNECTION LIMIT 0"), ("old", ""),
        ]
        var commands = roles.map { "CREATE ROLE probe_\($0.0) LOGIN \($0.1) PASSWORD \(quoted);" }
        commands = commands.map { $0.replacingOccurrences(of: "LOGIN NOLOGIN", with: "NOLOGIN") }
        commands += [
            "CREATE DATABASE probe_shop;", "CREATE DATABASE probe_owned OWNER probe_owner;",
            "CREATE DATABASE probe_closed;", "REVOKE CONNECT ON DATABASE probe_closed FROM PUBLIC;",
            "GRANT pg_read_all_data TO probe_reader;", "GRANT pg_execute_server_program TO probe_runner;",
            "ALTER ROLE probe_old SET password_encryption = 'md5';",
        ]
        let (status, text) = try Self.run(
            ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", "postgres"],
            input: commands.joined(separator: "\n")
        )
        guard status == 0 else { throw SetupFailed(text: text) }
    }

    struct SetupFailed: Error { var text: String }

    /// A URL of the server.
    func url(
        _ role: String,
        password: String = encodedPassword,
        database: String = "probe_shop",
        host: String? = nil,
        port: String? = nil,
        _ parameters: String = "sslmode=verify-full"
    ) -> String {
        let query = parameters.isEmpty ? "" : "?\(parameters)"
        return "postgresql://probe_\(role):\(password)@\(host ?? self.host):\(port ?? self.port)/\(database)\(query)"
    }

    /// Runs a program.
    @discardableResult
    static func run(_ command: [String], input: String = "") throws -> (status: Int32, text: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "probes-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (inputFile, outputFile) = (folder.appending(path: "input"), folder.appending(path: "output"))
        try Data(input.utf8).write(to: inputFile)
        try Data().write(to: outputFile)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        let output = try FileHandle(forWritingTo: outputFile)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: try Data(contentsOf: outputFile), as: UTF8.self))
    }
}
