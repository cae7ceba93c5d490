#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Literal addresses of the internet protocols, as bytes.
enum IPAddress {
    /// The bytes of a literal address, in network order: four for IPv4, sixteen for IPv6; nil for other texts.
    static func bytes(_ text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        if unsafe inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
        return unsafe inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
    }

    /// Whether an address is a loopback address (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3). IPv4 addresses in
    /// IPv6 (`::ffff:127.0.0.1`) count.
    static func isLoopback(_ bytes: [UInt8]) -> Bool {
        if bytes.count == 4 { return bytes[0] == 127 }
        return bytes == [UInt8](repeating: 0, count: 15) + [1]
            || bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127])
    }
}
