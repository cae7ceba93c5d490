internal import HTTPModel
internal import SecretStore
internal import Vaulting

/// Which part of a list is asked for.
struct AzurePage: Hashable {
    /// The lists, which must not take each other's continuations.
    enum List: UInt8, Hashable {
        case secrets = 1
        case versions = 2
        case deleted = 3
    }

    /// The most items of a page, from 1 to 25.
    var size: Int
    /// After which item it begins: the path of a secret, or the number of a version. nil for the first page.
    var after: String?

    /// Azure's largest page.
    static let largest = 25

    /// Reads `maxresults` and `$skiptoken`.
    ///
    /// - Throws: ``AzureError`` `BadParameter`.
    init(_ query: HTTPQuery, of list: List) throws(AzureError) {
        switch query["maxresults"] {
        case nil: size = Self.largest
        case let text?:
            guard let number = Int(text), (1...Self.largest).contains(number) else {
                throw .badParameter("maxresults is not a number from 1 to \(Self.largest).")
            }
            size = number
        }
        guard let token = query["$skiptoken"] else { return }
        guard let bytes = token.utf8.count <= 2048 ? Base64.decodeForURL(token) : nil,
            bytes.first == list.rawValue, let text = String(validating: bytes.dropFirst(), as: UTF8.self)
        else { throw .badParameter("The $skiptoken is not one of this list.") }
        switch list {
        case .secrets, .deleted:
            guard (try? SecretPath(text)) != nil else { throw .badParameter("The $skiptoken is not one of this list.") }
        case .versions:
            guard let number = Int(text), number > 0 else {
                throw .badParameter("The $skiptoken is not one of this list.")
            }
        }
        after = text
    }

    /// The body of an answer.
    ///
    /// The continuation tells its client nothing that the page before did not, and gives no right: what comes after it is
    /// filtered by what the caller may see. So it is not sealed.
    ///
    /// - Parameters:
    ///   - items: The page.
    ///   - last: The last item's path or number when more may follow.
    ///   - list: Which list.
    ///   - path: The list's own path, such as `/secrets`.
    ///   - host: What the link begins with: clients follow it as it stands.
    ///   - version: The API's version, repeated in the link.
    func body(
        _ items: [AzureObject],
        last: String?,
        of list: List,
        path: String,
        _ host: AzureHost,
        _ version: AzureVersion
    ) -> [UInt8] {
        var object = AzureObject()
        object.add("value", items)
        if let last {
            let token = Base64.encodeForURL([list.rawValue] + Array(last.utf8))
            let query = "api-version=\(version.rawValue)&$skiptoken=\(token)&maxresults=\(size)"
            object.add("nextLink", "\(host.base)\(path)?\(query)")
        } else {
            object.addNull("nextLink")
        }
        return object.bytes
    }
}
