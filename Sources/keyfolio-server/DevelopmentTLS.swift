import HTTPService

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The certificate of a development server. Its keys are in memory only; the authority's certificate, which is public, is
/// in a file for clients to trust, for as long as the server runs.
struct DevelopmentTLS {
    let source: TLSSettings.Source
    let path: String

    static func make() throws -> DevelopmentTLS {
        let certificates: DevelopmentCertificates
        do throws(HTTPServiceError) { certificates = try DevelopmentCertificates() } catch {
            throw ServerFailure("\(error.code): \(error.message)\n  → \(error.fix)")
        }
        let folder = Console.variable("XDG_RUNTIME_DIR") ?? Console.variable("TMPDIR") ?? "/tmp"
        let path = "\(folder)/keyfolio-dev-\(getpid())-ca.pem"
        unsafe unlink(path)
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw ServerFailure("the certificate's file \(path) cannot be made") }
        defer { close(descriptor) }
        let bytes = Array(certificates.authorityPEM.utf8)
        guard unsafe write(descriptor, bytes, bytes.count) == bytes.count else {
            throw ServerFailure("the certificate's file \(path) cannot be written")
        }
        return DevelopmentTLS(source: certificates.source, path: path)
    }

    func clean() { unsafe unlink(path) }
}
