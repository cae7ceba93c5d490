import Foundation
import HTTPModel
import HTTPService
import Synchronization

/// A service on a port of its own, whose worker is a closure. Stops when it goes.
final class TestServer: Sendable {
    let service: HTTPService
    let port: Int
    let events: Events

    final class Events: Sendable {
        let all = Mutex<[HTTPServiceEvent]>([])
        var list: [HTTPServiceEvent] { all.withLock { $0 } }
    }

    private final class Worker: HTTPWorker {
        let answer: @Sendable (HTTPRequest, HTTPReply) -> Void
        let onFlush: @Sendable () -> Void
        let patience: Int

        init(
            _ answer: @escaping @Sendable (HTTPRequest, HTTPReply) -> Void,
            _ onFlush: @escaping @Sendable () -> Void,
            patience: Int
        ) {
            self.answer = answer
            self.onFlush = onFlush
            self.patience = patience
        }

        func handle(_ request: HTTPRequest, _ reply: HTTPReply) { answer(request, reply) }

        func flush() { onFlush() }
    }

    init(
        limits: HTTPLimits = HTTPLimits(),
        tls: TLSSettings? = nil,
        answer: @escaping @Sendable (HTTPRequest, HTTPReply) -> Void = TestServer.echo,
        onFlush: @escaping @Sendable () -> Void = {},
        patience: Int = 0
    ) throws {
        var configuration = HTTPServiceConfiguration(addresses: [.init(host: "127.0.0.1", port: 0)])
        configuration.limits = limits
        configuration.tls = tls
        let events = Events()
        configuration.onEvent = { event in events.all.withLock { $0.append(event) } }
        self.events = events
        service = try HTTPService(configuration) { Worker(answer, onFlush, patience: patience) }
        port = try service.start()[0].port
    }

    deinit { service.shutdown(graceSeconds: 0) }

    /// Answers with the method, the path, the query and the body.
    static func echo(_ request: HTTPRequest, _ reply: HTTPReply) {
        let line = "\(request.method) \(request.rawPath) \(request.rawQuery ?? "-") "
        reply.send(
            HTTPResponse(status: 200, headers: ["Content-Type": "text/plain"], body: Array(line.utf8) + request.body)
        )
    }

    /// Sends a text on a new connection, and takes the first answer.
    func ask(_ text: String, toHead isHead: Bool = false) throws -> RawClient.Answer {
        let client = try RawClient(port: port)
        client.send(text)
        return try client.answer(toHead: isHead)
    }
}

/// Replies that were kept for later.
final class Kept: Sendable {
    private let replies = Mutex<[(String, HTTPReply)]>([])
    private let came = DispatchSemaphore(value: 0)

    func keep(_ request: HTTPRequest, _ reply: HTTPReply) {
        replies.withLock { $0.append((request.rawPath, reply)) }
        came.signal()
    }

    var isEmpty: Bool { replies.withLock { $0.isEmpty } }

    /// Waits for the next reply.
    func next() -> (path: String, reply: HTTPReply)? {
        guard came.wait(timeout: .now() + 10) == .success else { return nil }
        return replies.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
}

/// A folder that goes with the test.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/http-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws -> String {
        let file = path + "/" + name
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }
}

/// Runs a program of the system, and returns what it printed and its exit status.
func run(_ program: String, _ arguments: [String], in folder: String? = nil) throws -> (output: String, status: Int32) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (String(decoding: output, as: UTF8.self), process.terminationStatus)
}

extension DevelopmentCertificates {
    /// The key as a file holds it.
    var keyText: String { String(decoding: key.bytes, as: UTF8.self) }
}
