internal import Crypto
internal import Vaulting

/// The tokens that a client hands back for the next page.
///
/// A token is the place where the page begins, encrypted and authenticated (AES-256-GCM, NIST SP 800-38D) together with
/// whose it is and what was asked for. So it tells nobody a name, a changed one is refused, and it is of no use to
/// another principal or with other filters. The key lives as long as the process: after a restart a listing begins again,
/// with AWS's `InvalidNextTokenException`.
struct PageTokens: Sendable {
    private let key: SymmetricKey

    /// - Parameter key: 256 bits.
    init(key: SymmetricKey = SymmetricKey(size: .bits256)) { self.key = key }

    /// The longest token that is read (the service model: 4096 characters).
    static let lengthAtMost = 4096

    /// Makes a token.
    ///
    /// - Parameters:
    ///   - position: Where the next page begins.
    ///   - context: Whose it is and what it is for: principal, action, filters.
    func token(for position: String, context: String) -> String? {
        let sealed = try? AES.GCM.seal(
            Array(position.utf8),
            using: key,
            nonce: AES.GCM.Nonce(),
            authenticating: Array(context.utf8)
        )
        return sealed?.combined.map { Base64.encode(Array($0)) }
    }

    /// The place that a token stands for.
    ///
    /// - Throws: ``AWSError`` `InvalidNextTokenException`.
    func position(of token: String, context: String) throws(AWSError) -> String {
        guard token.utf8.count <= Self.lengthAtMost, let bytes = Base64.decode(token),
            let box = try? AES.GCM.SealedBox(combined: bytes),
            let opened = try? AES.GCM.open(box, using: key, authenticating: Array(context.utf8)),
            let position = String(validating: opened, as: UTF8.self)
        else { throw AWSError(.invalidNextToken, "The NextToken value is invalid.") }
        return position
    }
}
