public import SecretStore

/// What a certificate says, as far as logging in asks.
public struct ClientCertificate: Sendable, Hashable {
    /// The certificate in DER.
    public var bytes: [UInt8]
    /// The one common name of its subject; empty when there is none, or more than one.
    public var commonName = ""
    /// The organizational units of its subject.
    public var units: [String] = []
    /// The names of hosts that it is for.
    public var hosts: [String] = []
    /// The addresses of mail that it is for.
    public var mails: [String] = []
    /// The URIs that it is for.
    public var links: [String] = []
    /// The texts of its extensions by their object identifiers, those that are a text of UTF-8.
    public var extensions: [String: String] = [:]
    /// Whether it may vouch for others.
    public var isAuthority = false
    /// The serial number in hexadecimal.
    public var serial = ""

    /// A certificate that says nothing yet.
    public init(bytes: [UInt8]) { self.bytes = bytes }
}

/// Reads certificates and finds out who vouches for them. The program gives one to the service, which knows no X.509
/// itself.
public protocol CertificateReader: Sendable {
    /// The certificates of a text in PEM; nil when it has something else, or none.
    func certificates(pem text: String) -> [ClientCertificate]?

    /// A certificate in DER; nil when it is none.
    func certificate(_ bytes: [UInt8]) -> ClientCertificate?

    /// Whether a client's certificate is good at a moment by itself: in time, for clients, and with nothing in it that is
    /// critical and not understood.
    func isGood(_ leaf: [UInt8], at now: Timestamp) -> Bool

    /// What a client has shown, read once, for all authorities that it is held against: nil when its own certificate is none.
    ///
    /// - Parameters:
    ///   - leaf: The client's certificate in DER. Whether it is good is another question.
    ///   - others: What the client showed beside it: nothing in it is believed.
    ///   - now: When.
    func chain(_ leaf: [UInt8], through others: [[UInt8]], at now: Timestamp) -> (any CertificateChain)?
}

/// A client's certificate with what was shown beside it.
public protocol CertificateChain {
    /// Whether one of some authorities vouches for the certificate, directly or through others. The signatures that are
    /// looked at are counted over all times that this is asked; when there were too many the answer is no.
    ///
    /// - Parameter anchors: The authorities that are believed, in DER.
    mutating func isIssued(by anchors: [[UInt8]]) -> Bool
}

extension CertificateReader {
    /// Whether an authority vouches for a certificate that is good, directly or through others.
    ///
    /// - Parameters:
    ///   - leaf: The client's certificate in DER.
    ///   - others: What the client showed beside it.
    ///   - anchors: The authorities that are believed.
    ///   - now: When.
    public func isIssued(_ leaf: [UInt8], through others: [[UInt8]], by anchors: [[UInt8]], at now: Timestamp) -> Bool {
        guard var chain = chain(leaf, through: others, at: now) else { return false }
        return chain.isIssued(by: anchors)
    }
}
