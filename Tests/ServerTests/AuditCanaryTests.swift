import AccessPolicy
import Findings
import Glibc
import SecretStore
import Secrets
import Server
import StorageSQLite
import Synchronization
import Testing
import Vaulting

/// No value comes into the audit log, into a sink, or into what is said about either, by whichever way it was written.
@Suite struct AuditCanaryTests {
    /// In parts, so that a part of a value is found as well.
    private static let canaries = ["canary-7f3a91", "\"canary-b2\\n\u{1}", "canäry-ü-5d", "c4nary]=\\\"x"]
    /// What a canary could look like in another's spelling: escaped, in base64, in hexadecimal.
    private static var spellings: [String] {
        canaries.flatMap { canary in
            let bytes = Array(canary.utf8)
            let json = JSONValue.string(canary).text()
            let hex = bytes.map { String($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            return [canary, String(json.dropFirst().dropLast()), base64(bytes), hex]
        }
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var (text, start) = ("", 0)
        // Whole groups only: the end of the text depends on what follows.
        while start + 3 <= bytes.count {
            let group = Int(bytes[start]) << 16 | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2])
            for shift in [18, 12, 6, 0] { text.append(digits[group >> shift & 63]) }
            start += 3
        }
        return text
    }

    @Test func `no canary in a sink, an export, a report or an error`() throws {
        let bench = try AuditBench()
        let file = bench.folder + "/audit.jsonl"
        let socket = try LogSocket(bench.folder + "/log")
        var syslog = SyslogAuditSink.Options()
        syslog.socket = socket.path
        let bodies = Uploads()
        let sinks = try bench.sinks([
            try .file("copy", path: file), try .syslog("system", syslog), try .upload("far") { Uploader(bodies) },
        ])
        var said: [String] = []
        func attempt(_ body: () throws -> Void) { do { try body() } catch { said.append("\(error)") } }
        let vault = bench.vault
        let nobody = vault.acting(
            as: Identity(
                principal: Principal("no\u{1B}[31m\"]\\body"),
                access: AccessControl([], identity: TemplateValues())
            ),
            source: AuditSource(process: "a\"]b", processID: 1, wire: "vault", address: "10.0.0.1", request: "x/\"]\\")
        )
        for (number, canary) in Self.canaries.enumerated() {
            let path = try SecretPath("odd+name=@/_.-\(number)")
            let name = ["A", "ü", "x y\"]", "\u{202E}z"][number]
            let payloads: [Payload] = [
                .fields([name: Secret(canary), "B": Secret(canary)]), .text(Secret("{\"k\":\"\(canary)\"}")),
                .bytes(Secret(Array(canary.utf8))), .fields([:]), .fields([name: Secret(canary + canary)]),
            ]
            for payload in payloads {
                attempt { try vault.write(path, payload) }
                attempt { _ = try vault.read(path) }
                attempt { try vault.update(path) { $0[name] = Secret("2" + canary) } }
                attempt { try nobody.write(path, payload) }
                attempt { _ = try nobody.read(path) }
                attempt { try vault.write(path, payload, options: WriteOptions(expectedVersion: 77)) }
                attempt { try vault.update(path) { $0[String(repeating: "n", count: 5000)] = Secret(canary) } }
            }
            attempt { try vault.rollback(path, to: .number(1)) }
            attempt { _ = try vault.history(path) }
            attempt { _ = try vault.fields(of: path) }
            attempt { try vault.delete(path) }
            attempt { _ = try vault.read(path) }
            attempt { try vault.undelete(path) }
            attempt { try vault.destroy(path, version: .number(1)) }
            // Who puts a value where a path belongs; one that could be a path is taken for one.
            if number > 0 { attempt { _ = try vault.read(try SecretPath(canary)) } }
            bench.signal.raise()
        }
        var messages: [String] = []
        #expect(
            eventually {
                messages += socket.messages()
                return sinks.states.allSatisfy { $0.lag == 0 }
            }
        )
        #expect(sinks.stop(within: 20_000))
        messages += socket.messages()
        var export: [UInt8] = []
        try vault.exportAudit { export += $0 }
        said.append(sinks.metricsText)
        said += sinks.states.map { "\($0)" }
        said.append(try vault.accessReport(from: nil, until: nil).json(by: .secret).text())
        let outputs: [(String, [UInt8])] = [
            ("the file", bench.bytes(file)), ("the system's log", Array(messages.joined(separator: "\n").utf8)),
            ("the endpoint", bodies.all), ("the export", export),
            ("what was said", Array(said.joined(separator: "\n").utf8)),
        ]
        for (name, bytes) in outputs {
            #expect(bytes.count > 2000, "\(name) has nothing in it")
            for spelling in Self.spellings { #expect(!holds(bytes, spelling), "\(name) has \(spelling)") }
        }
        // The search finds what is there: a name, and a principal with its escapes.
        #expect(outputs.prefix(4).allSatisfy { holds($0.1, "odd+name=@/_.-3") })
        #expect(messages.allSatisfy { !$0.utf8.contains(0x1B) && !$0.utf8.contains(0x0A) })
        #expect(messages.contains { $0.contains("principal=\"no?[31m\\\"\\]\\\\body\"") })
    }

    private final class Uploads: Sendable {
        let bodies = Mutex<[UInt8]>([])
        var all: [UInt8] { bodies.withLock { $0 } }
    }

    private final class Uploader: AuditUploader {
        private let uploads: Uploads
        init(_ uploads: Uploads) { self.uploads = uploads }
        func upload(_ body: [UInt8], within milliseconds: Int) throws(AuditSinkError) {
            uploads.bodies.withLock { $0 += body }
        }
    }

    private func holds(_ bytes: [UInt8], _ text: String) -> Bool {
        let needle = Array(text.utf8)
        return unsafe bytes.withUnsafeBytes { memory in
            unsafe needle.withUnsafeBytes { wanted in
                guard let base = memory.baseAddress, let sought = wanted.baseAddress else { return false }
                for start in 0..<max(0, memory.count - wanted.count + 1) {
                    if unsafe memory[start] == wanted[0], unsafe memcmp(base + start, sought, wanted.count) == 0 {
                        return true
                    }
                }
                return false
            }
        }
    }

    @Test func `a message of the system's log is one of RFC 5424, and no longer than its bound`() throws {
        let bench = try AuditBench()
        let socket = try LogSocket(bench.folder + "/log")
        var options = SyslogAuditSink.Options()
        options.socket = socket.path
        options.messageBytes = 600
        let long = bench.vault.acting(
            as: Identity(principal: Principal(String(repeating: "ü\"", count: 200)), access: .root),
            source: AuditSource(
                process: "p",
                processID: 1,
                address: "::1",
                request: String(repeating: "]", count: 5000)
            )
        )
        try long.write(
            try SecretPath(String(repeating: "p", count: 200)),
            .fields(Dictionary(uniqueKeysWithValues: (0..<200).map { ("F\($0)", Secret("v")) }))
        )
        try bench.write(2)
        let sinks = try bench.sinks([try .syslog("system", options)])
        #expect(sinks.stop(within: 20_000))
        let messages = socket.messages()
        #expect(messages.count >= 5)
        #expect(messages.allSatisfy { $0.utf8.count <= 600 })
        let shape =
            #/^<8[4-6]>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z [!-~]+ keyfolio \d+ [a-z.-]+ \[keyfolio@32473( [a-z]+="([^"\\\]]|\\["\\\]])*")+\]( \{.*\})?$/#
        for message in messages { #expect(message.wholeMatch(of: shape) != nil, "\(message)") }
        #expect(messages.contains { $0.hasSuffix(" shortened=\"true\"]") })
        let line = try #require(try bench.log().first)
        #expect(messages[0].hasSuffix("] " + line))
    }

    @Test func `a system's log that listens for streams gets a line for each message`() throws {
        let bench = try AuditBench()
        let socket = try LogSocket(bench.folder + "/log", isStream: true)
        var options = SyslogAuditSink.Options()
        options.socket = socket.path
        try bench.write(10)
        let sinks = try bench.sinks([try .syslog("system", options)])
        #expect(sinks.stop(within: 20_000))
        let (lines, log) = (socket.stream(), try bench.log())
        #expect(lines.count == log.count + 1)
        #expect(zip(lines, log).allSatisfy { $0.hasPrefix("<8") && $0.hasSuffix("] " + $1) })
        var reader = AuditCheckpointReader()
        reader.update(Array((lines.joined(separator: "\n") + "\n").utf8)[...])
        #expect(try reader.checkpoints.last?.sequence == bench.vault.auditLength())
    }
}
