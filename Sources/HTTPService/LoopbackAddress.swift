internal import NIOCore

/// Which addresses only this machine can reach: plain HTTP is for those.
public enum LoopbackAddress {
    /// Whether a host is a loopback address: one of 127.0.0.0/8 or ::1, or `localhost` where that resolves to one.
    ///
    /// Other names are not asked for: what a name resolves to today says nothing about tomorrow. Asks the system for
    /// `localhost`, which may wait.
    public static func isLoopback(_ host: String) -> Bool {
        if let bytes = IPAddress.bytes(host) { return IPAddress.isLoopback(bytes) }
        guard host == "localhost", let address = try? SocketAddress.makeAddressResolvingHost(host, port: 0) else {
            return false
        }
        return address.ipAddress.flatMap(IPAddress.bytes).map(IPAddress.isLoopback) ?? false
    }
}
