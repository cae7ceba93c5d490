internal import Secrets
public import Vaulting

/// An endpoint that takes records over HTTPS, one body after the other over one connection. Used by one thread at a time.
///
/// The certificate is verified; no redirect is followed, so that records and token go where they were meant to go; no
/// proxy is used, and of an answer only the status is looked at.
public final class RecordEndpoint {
    /// Where records go, and as whom.
    public struct Place: Sendable {
        let address: ServerAddress
        /// Path and query, as they were given.
        let target: String
        let tokenFile: String?
        let authority: String?

        private static let mostTargetBytes = 2048

        /// Reads a URL: `https://HOST[:PORT][/PATH][?QUERY]`, or `http://` for this machine only.
        ///
        /// - Parameters:
        ///   - url: It, without a credential in it.
        ///   - tokenFile: A file with a bearer token. It is read for each body, so that a new token counts at once.
        ///   - authority: A file with the authority in PEM that is believed instead of the system's.
        /// - Throws: `KF-REMOTE-002`, which does not repeat the text.
        public init(_ url: String, tokenFile: String? = nil, authority: String? = nil) throws(RemoteError) {
            let afterScheme = url.utf8.firstIndex(of: UInt8(ascii: ":")).map { url.utf8[$0...].dropFirst(3) }
            let end = afterScheme?.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
            address = try ServerAddress(String(url[..<(end ?? url.endIndex)]))
            var target = end.map { String(url[$0...]) } ?? "/"
            if target.first == "?" { target = "/" + target }
            guard target.utf8.count <= Self.mostTargetBytes else { throw .badAddress("it is too long") }
            guard target.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }) else {
                throw .badAddress("its path has characters that no path has")
            }
            (self.target, self.tokenFile, self.authority) = (target, tokenFile, authority)
        }

        /// Looks whether records could be sent: nothing is asked.
        ///
        /// - Throws: `KF-AUDIT-012` when the token's file holds none, or libcurl is not there.
        public func check() throws(AuditSinkError) {
            let token = try token()
            do throws(RemoteError) { _ = try HTTPClient(try ServerConnection(address, token: token)) } catch {
                throw .unusable("\(error.code), \(error.message)")
            }
        }

        fileprivate func token() throws(AuditSinkError) -> Secret<String>? {
            guard let tokenFile else { return nil }
            do throws(CredentialFile.Failure) { return try CredentialFile.read(tokenFile) } catch {
                switch error {
                case .unreadable: throw .unusable("the file of its token cannot be read")
                case .empty, .noText: throw .unusable("the file of its token holds none")
                }
            }
        }
    }

    private let place: Place
    private var client: HTTPClient?
    /// What an answer may have: it is thrown away, but a connection that is used again must be read to its end.
    private static let mostAnswerBytes = 1 << 20

    /// Describes an endpoint; nothing is opened before the first body.
    public init(_ place: Place) { self.place = place }

    /// Sends one body with POST, and waits until the other side has confirmed it with a status of 200 to 299.
    ///
    /// - Parameters:
    ///   - body: What is sent.
    ///   - contentType: What that is.
    ///   - milliseconds: How long connecting, sending and waiting may take together; whole seconds count.
    /// - Throws: `KF-AUDIT-013` when there is no answer in time, `KF-AUDIT-014` for another status, `KF-AUDIT-012` else.
    public func send(_ body: [UInt8], as contentType: String, within milliseconds: Int) throws(AuditSinkError) {
        let token = try place.token()
        let status: Int
        do throws(RemoteError) {
            // Only to hold the token against what a header may have.
            _ = try ServerConnection(place.address, token: token)
            status = try opened(milliseconds).send(
                "POST",
                place.target,
                body: body,
                token: token,
                contentType: contentType,
                limit: Self.mostAnswerBytes
            ).status
        } catch {
            if error.isOf(.timeout) { throw .late(milliseconds) }
            throw .unusable("\(error.code), \(error.message)")
        }
        guard (200...299).contains(status) else { throw .refused(status: status) }
    }

    private func opened(_ milliseconds: Int) throws(RemoteError) -> HTTPClient {
        if let client { return client }
        var connection = try ServerConnection(place.address)
        connection.seconds = max(1, (milliseconds + 999) / 1000)
        connection.authority = place.authority
        let made = try HTTPClient(connection)
        client = made
        return made
    }
}
