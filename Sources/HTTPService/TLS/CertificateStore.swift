internal import Crypto
internal import NIOCore
internal import NIOSSL
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The certificate in use, and the next one when the files change. Can be used from any thread.
///
/// A connection keeps the certificate that it began with.
final class CertificateStore: Sendable {
    /// What the files hold, or why they cannot be read. Compared by hash: the time of a file may stay while its content
    /// changes, and the key itself is not to stay in memory for it.
    private struct Contents {
        let files: [Result<[UInt8], HTTPServiceError>]
        let digests: [SHA256Digest?]

        init(_ paths: [String]) {
            files = paths.map { path in
                Result { () throws(HTTPServiceError) in try TextFile.read(path) }
            }
            digests = files.map { file in (try? file.get()).map { SHA256.hash(data: $0) } }
        }
    }

    private struct State {
        var context: NIOSSLContext
        var digests: [SHA256Digest?]
    }

    private let settings: TLSSettings
    private let onEvent: @Sendable (HTTPServiceEvent) -> Void
    private let state: Mutex<State>

    init(
        _ settings: TLSSettings,
        onEvent: @escaping @Sendable (HTTPServiceEvent) -> Void
    ) throws(HTTPServiceError) {
        self.settings = settings
        self.onEvent = onEvent
        let contents = Contents(Self.paths(settings))
        let context = try Self.context(settings, contents)
        state = Mutex(State(context: context, digests: contents.digests))
    }

    /// The most certificates that are kept of what a client shows beside its own.
    private static let longestChain = 4

    /// What a handshake that begins now uses.
    ///
    /// - Parameter onChain: Is told what the client showed beside its own certificate, on the connection's event loop, and
    ///   before the handshake ends; only where clients may show certificates of any issuer.
    func handler(onChain: @escaping @Sendable ([[UInt8]]) -> Void) -> NIOSSLServerHandler {
        let context = state.withLock { $0.context }
        guard settings.clientCertificates == .anyIssuer else { return NIOSSLServerHandler(context: context) }
        // TLS itself has the client prove that it owns the key; whose certificate it is, is not asked here.
        return NIOSSLServerHandler(
            context: context,
            customVerificationCallback: { shown, promise in
                onChain(shown.dropFirst().prefix(Self.longestChain).compactMap { try? $0.toDERBytes() })
                promise.succeed(.certificateVerified)
            }
        )
    }

    /// Reads the files again, and uses them when they changed. What cannot be used is told, once, and changes nothing.
    func reloadIfChanged() {
        let paths = Self.paths(settings)
        guard !paths.isEmpty else { return }
        let contents = Contents(paths)
        guard state.withLock({ $0.digests }) != contents.digests else { return }
        let event: HTTPServiceEvent
        do throws(HTTPServiceError) {
            let context = try Self.context(settings, contents)
            state.withLock { $0 = State(context: context, digests: contents.digests) }
            event = .certificateReloaded
        } catch {
            // Often one file of the two was written and the other not yet: that one will change, too.
            state.withLock { $0.digests = contents.digests }
            event = .certificateRejected(error)
        }
        onEvent(event)
    }

    /// The files: certificates and key, then the authorities.
    private static func paths(_ settings: TLSSettings) -> [String] {
        var paths: [String] = []
        if case .files(let certificates, let key) = settings.source { paths = [certificates, key] }
        if case .issued(let authorities) = settings.clientCertificates { paths.append(authorities) }
        return paths
    }

    private static func context(
        _ settings: TLSSettings,
        _ contents: Contents
    ) throws(HTTPServiceError) -> NIOSSLContext {
        let chain: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey
        switch settings.source {
        case .files(let certificates, let keyFile):
            chain = try Self.certificates(contents.files[0].get(), certificates)
            key = try Self.key(contents.files[1].get(), keyFile)
        case .memory(let certificates, let keyPEM):
            chain = try Self.certificates(certificates, "the certificate")
            key = try Self.key(keyPEM.bytes, "the key")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = settings.oldestVersion == .v12 ? .tlsv12 : .tlsv13
        configuration.applicationProtocols = ["h2", "http/1.1"]
        switch settings.clientCertificates {
        case .notAsked: configuration.certificateVerification = .none
        case .anyIssuer: configuration.certificateVerification = .optionalVerification
        case .issued(let file):
            let pem = try contents.files[contents.files.count - 1].get()
            guard let authorities = try? NIOSSLCertificate.fromPEMBytes(pem), !authorities.isEmpty else {
                throw .authorityInvalid(file)
            }
            configuration.certificateVerification = .optionalVerification
            configuration.trustRoots = .certificates(authorities)
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw .keyMismatch
        }
    }

    private static func certificates(_ pem: [UInt8], _ what: String) throws(HTTPServiceError) -> [NIOSSLCertificate] {
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(pem), !chain.isEmpty else {
            throw .certificateInvalid(what)
        }
        guard chain[0].notValidAfter > time(nil) else { throw .certificateExpired(what) }
        return chain
    }

    private static func key(_ pem: [UInt8], _ what: String) throws(HTTPServiceError) -> NIOSSLPrivateKey {
        guard let key = try? NIOSSLPrivateKey(bytes: pem, format: .pem) else { throw .certificateInvalid(what) }
        return key
    }
}
