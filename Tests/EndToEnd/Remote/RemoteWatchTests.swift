import Foundation
import Testing

/// `keyfolio watch` against a server.
@Suite struct RemoteWatchTests {
    private let server: RemoteServer
    private let sandbox: Sandbox

    init() throws {
        server = try RemoteServer(isPlain: true)
        sandbox = try Sandbox()
    }

    private func set(_ path: String, _ value: String) throws {
        let outcome = try sandbox.keyfolio(
            "set",
            "A",
            "--path",
            path,
            input: value,
            environment: server.environment
        )
        try #require(outcome.status == 0, "\(outcome.error)")
    }

    private func watch(_ words: String...) throws -> Background {
        let variables = sandbox.variables(server.environment).map { "\($0.key)=\($0.value)" }
        return try Background(["env", "-i"] + variables + [Command.keyfolio, "watch"] + words)
    }

    private func members(_ line: String?) throws -> [String: Any] {
        let line = try #require(line)
        return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    @Test func `a change is a line, with no value in it, and nothing is missed between two runs`() throws {
        // Where to begin: what a server that has told nothing yet says of everything before it.
        let start = try sandbox.keyfolio(
            "watch",
            "/",
            "--once",
            "--after",
            "0",
            "--json",
            environment: server.environment
        )
        let reset = try members(start.output)
        #expect(reset["reset"] as? Bool == true && reset["path"] is NSNull, "\(start.output)\(start.error)")
        let from = try #require(reset["number"] as? Int)
        try set("shop/production", "canary-51")
        try set("other/production", "canary-52")
        try set("shop/production", "canary-53")

        let running = try watch("shop/", "--json", "--after", "\(from)")
        var numbers: [Int] = []
        for version in 1...2 {
            let line = try #require(running.line())
            #expect(!line.contains("canary"))
            let change = try members(line)
            #expect(change["path"] as? String == "shop/production" && change["version"] as? Int == version)
            #expect((change["action"] as? String)?.hasPrefix("secret.") == true && change["reset"] as? Bool == false)
            numbers.append(try #require(change["number"] as? Int))
        }
        try set("shop/production", "canary-54")
        #expect(try members(running.line())["version"] as? Int == 3)

        let again = try sandbox.keyfolio(
            "watch",
            "shop/production",
            "--once",
            "--after",
            "\(numbers[0])",
            environment: server.environment
        )
        let lines = again.output.split(separator: "\n")
        #expect(again.status == 0 && again.error.isEmpty, "\(again.error)")
        #expect(lines.count == 2 && lines[0].hasSuffix("shop/production  version 2"), "\(again.output)")
    }

    @Test func `what is not allowed, not a path, or over ends it with a status of its own`() throws {
        let token = try sandbox.keyfolio("token", "issue", "--policy", "default", environment: server.environment)
        var stranger = server.environment
        stranger["KEYFOLIO_TOKEN"] = token.output
        let refused = try sandbox.keyfolio("watch", "shop/production", environment: stranger)
        #expect(refused.status == 4 && refused.error.contains("KF-STORE-010"), "\(refused.error)")
        for path in ["", "//", "a/../b", "a//"] {
            let wrong = try sandbox.keyfolio("watch", path, "--once", environment: server.environment)
            #expect(wrong.status == 10 || wrong.status == 2, "\(path): \(wrong.status) \(wrong.error)")
        }
        let negative = try sandbox.keyfolio("watch", "a/", "--after", "-1", environment: server.environment)
        #expect(negative.status == 2, "\(negative.error)")
        let nowhere = try sandbox.keyfolio("watch", "a/", environment: [:])
        #expect(nowhere.status == 2 && nowhere.error.contains("KF-REMOTE-019"), "\(nowhere.error)")
    }

    @Test func `a token that is taken away meanwhile ends it`() throws {
        let issued = try sandbox.keyfolio(
            "token",
            "issue",
            "--policy",
            "root",
            "--json",
            environment: server.environment
        )
        let record = try members(issued.output.filter { $0 != "\n" })
        let (token, accessor) = (try #require(record["token"] as? String), try #require(record["accessor"] as? String))
        var own = server.environment
        own["KEYFOLIO_TOKEN"] = token
        let variables = sandbox.variables(own).map { "\($0.key)=\($0.value)" }
        let running = try Background(
            ["env", "-i"] + variables + ["sh", "-c", "\"$0\" watch shop/; echo status $?", Command.keyfolio]
        )
        usleep(500_000)
        #expect(try sandbox.keyfolio("token", "revoke", accessor, environment: server.environment).status == 0)
        // What happens in the place has the server look who watches.
        try set("shop/production", "x")
        #expect(running.line() == "status 4")
    }

    @Test func `it goes on when the server is started anew`() throws {
        let port = try #require(Self.freePort())
        let (token, folder) = ("a-root-token-of-a-test", sandbox.project + "/store")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let program = (Command.keyfolio as NSString).deletingLastPathComponent + "/keyfolio-server"
        func start() throws -> Background {
            let words = ["--dev", "--http", "--listen", "127.0.0.1:\(port)", "--storage", folder]
            let started = try Background(["env", "KEYFOLIO_DEV_ROOT_TOKEN=\(token)", program] + words)
            while let line = started.line(), !line.contains("AZURE_CLIENT_SECRET") {}
            return started
        }
        let environment = ["KEYFOLIO_ADDR": "http://127.0.0.1:\(port)", "KEYFOLIO_TOKEN": token]
        var first: Background? = try start()
        let variables = sandbox.variables(environment).map { "\($0.key)=\($0.value)" }
        let running = try Background(["env", "-i"] + variables + [Command.keyfolio, "watch", "/", "--json"])
        usleep(500_000)
        #expect(first != nil)
        first = nil
        let second = try start()
        // The new server knows nothing of what happened while it was away.
        #expect(try members(running.line())["reset"] as? Bool == true)
        try sandbox.keyfolio("set", "A", "--path", "shop/production", input: "x", environment: environment)
        #expect(try members(running.line())["path"] as? String == "shop/production")
        withExtendedLifetime(second) {}
    }

    @Test func `a server that says reset each time is asked once a second`() throws {
        let port = try #require(Self.freePort())
        let program = """
            import http.server
            count = 1000
            class Answer(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    global count
                    count -= 1
                    body = b'{"changes":[],"reset":true,"next":%d}' % count
                    self.send_response(200)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                def log_message(self, *arguments):
                    pass
            server = http.server.HTTPServer(("127.0.0.1", \(port)), Answer)
            print("ready", flush=True)
            server.serve_forever()
            """
        let server = try Background(["python3", "-c", program])
        #expect(server.line() == "ready")
        let environment = ["KEYFOLIO_ADDR": "http://127.0.0.1:\(port)", "KEYFOLIO_TOKEN": "a"]
        let variables = sandbox.variables(environment).map { "\($0.key)=\($0.value)" }
        let running = try Background(
            ["env", "-i"] + variables + ["timeout", "3.5", Command.keyfolio, "watch", "/", "--json", "--after", "5"]
        )
        var lines = 0
        while let line = running.line() {
            #expect(try members(line)["reset"] as? Bool == true)
            lines += 1
            guard lines < 20 else { break }
        }
        #expect((2...5).contains(lines))
        withExtendedLifetime(server) {}
    }

    /// A port that nobody has just now.
    private static func freePort() -> Int? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            }
        }
        return isBound ? Int(UInt16(bigEndian: address.sin_port)) : nil
    }
}
