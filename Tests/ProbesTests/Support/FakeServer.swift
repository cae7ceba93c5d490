import Foundation
import Glibc

/// A server that speaks only the first words of PostgreSQL's protocol, for what the real one does not do.
///
/// It answers one client after the other, on a thread of its own, until it is closed.
@safe final class FakeServer: Sendable {
    /// Where it listens, on 127.0.0.1.
    let port: String
    private let listener: Int32

    struct CannotListen: Error {}

    /// Has no TLS: the answer to the request for it is `N`.
    static let withoutTLS = ["N"]
    /// Agrees to TLS and then says something else.
    static let garbled = ["S", String(repeating: "x", count: 64)]
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
        Thread.detachNewThread { Self.serve(listener, answers) }
    }

    /// Stops listening; whoever waits in the queue is turned away.
    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        _ = Glibc.close(listener)
    }

    private static func serve(_ listener: Int32, _ answers: [String]) {
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            var buffer = [UInt8](repeating: 0, count: 4096)
            for answer in answers where unsafe recv(client, &buffer, buffer.count, 0) > 0 {
                let bytes = Array(answer.utf8)
                _ = unsafe send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            }
            while unsafe recv(client, &buffer, buffer.count, 0) > 0 {}
            _ = Glibc.close(client)
        }
    }
}
