/// How connections are encrypted.
public struct TLSSettings: Sendable {
    /// Where the certificate and its key come from.
    public enum Source: Sendable {
        /// Files in PEM: the leaf's certificate with the intermediate ones behind it, and the key without a passphrase.
        /// They are read again when they change.
        case files(certificates: String, key: String)
        /// The same as bytes.
        case memory(certificates: [UInt8], key: PrivateKeyPEM)
    }

    /// The oldest version of TLS that is spoken.
    public enum Version: Sendable, Hashable {
        /// TLS 1.2 (RFC 5246), with ephemeral keys and authenticated ciphers only.
        case v12
        /// TLS 1.3 (RFC 8446).
        case v13
    }

    /// Whether clients are asked for certificates. None has to show one.
    public enum ClientCertificates: Sendable, Hashable {
        /// They are not asked.
        case notAsked
        /// They are asked, and prove that they own what they show; who issued it is up to whoever reads
        /// `HTTPOrigin.clientCertificate`.
        case anyIssuer
        /// They are asked, and what they show must be issued by one of the authorities in a file in PEM; else the
        /// handshake fails.
        case issued(authorities: String)
    }

    /// Where the certificate and its key come from.
    public var source: Source
    /// The oldest version of TLS that is spoken.
    public var oldestVersion = Version.v13
    /// Whether clients are asked for certificates.
    public var clientCertificates = ClientCertificates.notAsked
    /// How often the files are looked at, in seconds.
    public var pollSeconds = 5

    /// The standard settings for a certificate.
    public init(source: Source) { self.source = source }
}

/// A private key in PEM, which does not print.
public struct PrivateKeyPEM: Sendable, CustomStringConvertible, CustomReflectable {
    /// The bytes, for who writes the key into a file of its owner.
    public let bytes: [UInt8]

    /// Takes the bytes of a key in PEM, without a passphrase.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Dots.
    public var description: String { "••••" }

    /// Nothing, so that no dump shows the key.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
