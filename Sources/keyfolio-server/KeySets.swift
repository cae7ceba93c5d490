import RemoteStores

/// Fetches the keys that issuers of tokens publish, and says why when it cannot: whoever logs in is not told.
enum KeySets {
    /// As the server asks for it: not often, and never for as often as somebody likes.
    static func fetch(_ url: String, _ authority: String) -> [UInt8]? {
        do throws(DocumentFetcher.Failure) {
            return try DocumentFetcher(limit: 256 << 10, seconds: 5).fetch(url, authority: authority)
        } catch {
            let reason =
                switch error {
                case .noLibrary: "libcurl is not installed (libcurl4)"
                case .status(let status): "the answer has the status \(status), and no redirect is followed"
                case .transport(let kind): "no connection, no trust in its certificate, or no usable answer (\(kind))"
                }
            Console.complain("the keys of an issuer of tokens cannot be fetched: \(reason)")
            return nil
        }
    }
}
