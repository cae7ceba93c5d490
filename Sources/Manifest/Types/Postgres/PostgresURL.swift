public import Secrets

/// A PostgreSQL connection URI in its parts (PostgreSQL documentation, 34.1.1.2 and 34.1.2).
///
/// Parts are percent-decoded. A parameter that says the same as a part (`?host=`, `?user=`, `?password=`, `?dbname=`)
/// stands in for the missing part, as in libpq.
public struct PostgresURL: Sendable {
    /// Who logs in.
    public internal(set) var user: String?
    /// With which password.
    public internal(set) var password: Secret<String>?
    /// The servers, in the order in which a driver tries them.
    public internal(set) var hosts: [Host] = []
    /// Which database.
    public internal(set) var database: String?
    /// The parameters behind the `?`, in their order.
    public internal(set) var parameters: [Parameter] = []
    /// How the connection is encrypted, when the URL says it with a known word.
    public internal(set) var sslMode: SSLMode?

    /// One server.
    public struct Host: Sendable, Hashable {
        /// Its name, its address without brackets, or a socket's folder.
        public var name: String
        /// Its port, when the URL gives one; 5432 otherwise.
        public var port: Int?
        /// What the name is.
        public var kind: Kind

        /// What a server's name is.
        public enum Kind: Sendable, Hashable {
            /// A host name.
            case name
            /// An IPv4 or IPv6 address.
            case address
            /// The folder of a Unix socket: the connection does not leave the machine.
            case socket
            /// None of these; the faults tell.
            case malformed
        }
    }

    /// One parameter.
    public struct Parameter: Sendable {
        /// Its name.
        public var name: String
        /// Its value: `password` and `sslpassword` are parameters too.
        public var value: Secret<String>
    }

    /// libpq's modes of encryption, weakest first.
    public enum SSLMode: String, Sendable, Hashable, CaseIterable {
        /// Never.
        case disable
        /// Only when the server insists.
        case allow
        /// When the server can; in the clear otherwise. The default.
        case prefer
        /// Always, with any certificate.
        case require
        /// Always, with a certificate of a known authority.
        case verifyCA = "verify-ca"
        /// Always, with a certificate of a known authority for this host's name.
        case verifyFull = "verify-full"

        /// Whether the connection is encrypted whatever the server says.
        public var encrypts: Bool { self == .require || self == .verifyCA || self == .verifyFull }
    }

    /// Whether every server is a Unix socket of this machine, so that there is no network to encrypt.
    public var isLocalSocket: Bool { !hosts.isEmpty && hosts.allSatisfy { $0.kind == .socket } }

    /// Reads a connection URI. Whatever its faults, what can be told is told: the parts are a best guess then.
    ///
    /// - Parameter url: The URI.
    /// - Returns: Its parts and what is wrong with it.
    public static func parse(_ url: Secret<String>) -> (url: PostgresURL, faults: [Fault]) {
        let bytes = Array(url.reveal().utf8)
        let reading = read(bytes[...].trimmed)
        return (reading.url, reading.faults)
    }

    /// The same connection with another password; everything else stays byte for byte as it is.
    ///
    /// - Parameters:
    ///   - url: The URI.
    ///   - password: The new password, as it is: it is percent-encoded here.
    /// - Returns: The new URI, or nil when it cannot be told for certain where the password is; the faults tell why.
    public static func replacingPassword(in url: Secret<String>, with password: Secret<String>) -> Secret<String>? {
        let bytes = Array(url.reveal().utf8)
        guard let place = read(bytes[...]).passwordPlace else { return nil }
        var result = Array(bytes[..<place.range.lowerBound])
        if place.needsColon { result.append(UInt8(ascii: ":")) }
        for byte in password.reveal().utf8 {
            if byte.isAlphanumeric || "-._~".utf8.contains(byte) {
                result.append(byte)
            } else {
                result.append(UInt8(ascii: "%"))
                result += Encodings.hex(CollectionOfOne(byte)).map { $0.isLower ? $0 - 0x20 : $0 }
            }
        }
        result += bytes[place.range.upperBound...]
        return Secret(result.text)
    }
}

extension PostgresURL: CustomStringConvertible, CustomReflectable {
    /// Dots: users, hosts and databases are values too.
    public var description: String { "postgresql://\(Mask.dots)" }

    /// A mirror without children, so that `dump` shows the dots too.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>(), displayStyle: .struct) }
}
