internal import HTTPModel

/// What a request asks of a vault.
enum AzureOperation: Hashable {
    case set(AzureName)
    /// A version is 32 hexadecimal digits; nil is the latest one.
    case get(AzureName, version: String?)
    case update(AzureName, version: String?)
    case delete(AzureName)
    case list
    case listVersions(AzureName)
    case backup(AzureName)
    case restore
    case getDeleted(AzureName)
    case listDeleted
    case recover(AzureName)
    case purge(AzureName)

    /// Whether a path belongs to a vault's API.
    static func isHere(_ rawPath: String) -> Bool {
        for collection in ["/secrets", "/deletedsecrets"] where rawPath.utf8.starts(with: collection.utf8) {
            let next = rawPath.utf8.dropFirst(collection.utf8.count).first
            if next == nil || next == UInt8(ascii: "/") { return true }
        }
        return false
    }

    /// Reads method and path.
    ///
    /// - Throws: ``AzureError`` `BadParameter` for names that are none and for methods that a path does not have.
    init(_ request: HTTPRequest) throws(AzureError) {
        var parts: [String] = []
        parts.reserveCapacity(5)
        for part in request.rawPath.dropFirst()
            .split(at: UInt8(ascii: "/"), maxSplits: 4, omittingEmptySubsequences: false)
        {
            guard let text = PercentEncoding.decode(part) else { throw .badParameter("The request URI is not valid.") }
            parts.append(text)
        }
        // The SDK asks for the latest version with a slash after the name.
        if parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
        let collection = parts.first ?? ""
        let operation = Self.find(request.method, collection, parts.dropFirst())
        switch operation {
        case .success(let operation): self = operation
        case .failure(let error): throw error
        }
    }

    private static func find(
        _ method: String,
        _ collection: String,
        _ rest: ArraySlice<String>
    ) -> Result<AzureOperation, AzureError> {
        Result { () throws(AzureError) in
            let first = rest.first ?? ""
            let second = rest.count > 1 ? rest.last ?? "" : ""
            guard rest.count <= 2 else { throw .badParameter("The request URI is not valid.") }
            switch (collection, method, rest.count, second) {
            case ("secrets", "GET", 0, _): return .list
            case ("secrets", "POST", 1, _) where first == "restore": return .restore
            case ("secrets", "PUT", 1, _): return .set(try AzureName(first))
            case ("secrets", "DELETE", 1, _): return .delete(try AzureName(first))
            case ("secrets", "GET", 2, "versions"): return .listVersions(try AzureName(first))
            case ("secrets", "POST", 2, "backup"): return .backup(try AzureName(first))
            case ("secrets", "GET", 1...2, _):
                return .get(try AzureName(first), version: rest.count == 2 ? second : nil)
            case ("secrets", "PATCH", 1...2, _):
                return .update(try AzureName(first), version: rest.count == 2 ? second : nil)
            case ("deletedsecrets", "GET", 0, _): return .listDeleted
            case ("deletedsecrets", "GET", 1, _): return .getDeleted(try AzureName(first))
            case ("deletedsecrets", "DELETE", 1, _): return .purge(try AzureName(first))
            case ("deletedsecrets", "POST", 2, "recover"): return .recover(try AzureName(first))
            default: throw .wrongMethod(method, rest.last ?? collection)
            }
        }
    }

    /// Azure's word for the permission that the operation needs, for the text of a refusal.
    var permission: String {
        switch self {
        case .set, .update: "set"
        case .get, .getDeleted: "get"
        case .delete: "delete"
        case .list, .listVersions, .listDeleted: "list"
        case .backup: "backup"
        case .restore: "restore"
        case .recover: "recover"
        case .purge: "purge"
        }
    }

    /// The name that is meant, if one is.
    var name: AzureName? {
        switch self {
        case .set(let name), .get(let name, _), .update(let name, _), .delete(let name), .listVersions(let name),
            .backup(let name), .getDeleted(let name), .recover(let name), .purge(let name):
            name
        case .list, .listDeleted, .restore: nil
        }
    }
}
