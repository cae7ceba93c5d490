import Foundation
import Glibc
import Synchronization

/// A server that speaks only the first words of PostgreSQL's protocol, for what the real one does not do.
///
/// It answers one client after the other, on a thread of its own, until it is closed.
@safe final class FakeServer: Sendable {
    /// Where it listens, on 127.0.0.1.
    let port: String
    private let listener: Int32
    private let heard = Mutex<[UInt8]>([])

    /// Everything that clients have said.
    var received: String { heard.withLock { String(decoding: $0, as: UTF8.self) } }

    struct CannotListen: Error {}

    /// Has no TLS: the answer to the request for it is `N`.
    static let withoutTLS = ["N"]
    /// Agrees to TLS and then says something else.
    static let garbled = ["S", String(repeating: "x", count: 64)]
    /// Has no TLS, and asks for the password in the clear.
    static let curious = ["N", "R\0\0\0\u{8}\0\0\0\u{3}"]
    /// Lets anybody in, and then has an answer without an end.
    static let endless = ["R\0\0\0\u{8}\0\0\0\0Z\0\0\0\u{5}I", "D\u{7F}\0\0\0", endlessly]
    /// Lets anybody in, and then sends notices for ever.
    static let talkative = ["R\0\0\0\u{8}\0\0\0\0Z\0\0\0\u{5}I", "N\0\0\0\u{8}SX\0\0", endlessly]
    /// The answer before it again and again.
    static let endlessly = "∞"
    /// Never says anything.
    static let silent: [String] = []

    /// - Parameter answers: What it says to a client's first messages; after that it waits for the client to go away.
    init(_ answers: [String]) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(listener, address, length) == 0 && listen(listener, 8) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard listener >= 0, isBound else { throw CannotListen() }
        self.listener = listener
        port = String(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in serve(listener, answers) }
    }

    /// Stops listening; whoever waits in the queue is turned away.
    func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve(_ listener: Int32, _ answers: [String]) {
        // Closed here and by nobody else: another server's listener may get the number the moment that it is free.
        defer { _ = Glibc.close(listener) }
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            var buffer = [UInt8](repeating: 0, count: 4096)
            var last: [UInt8] = []
            for answer in answers {
                if answer == Self.endlessly {
                    while unsafe send(client, last, last.count, Int32(MSG_NOSIGNAL)) > 0 {}
                    break
                }
                let count = unsafe recv(client, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                heard.withLock { $0 += buffer[..<count] }
                last = Array(answer.utf8)
                _ = unsafe send(client, last, last.count, Int32(MSG_NOSIGNAL))
            }
            while true {
                let count = unsafe recv(client, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                heard.withLock { $0 += buffer[..<count] }
            }
            _ = Glibc.close(client)
        }
    }
}
