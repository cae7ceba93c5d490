internal import Findings

/// What requests say about entities, aliases and groups, with its bounds.
enum IdentityNames {
    /// The longest name, in bytes.
    static let longestName = 512
    /// As Vault's: the most names of metadata, the longest name and the longest value, in bytes.
    static let mostMetadata = 64
    static let longestKey = 128
    static let longestValue = 512
    /// The most policies of one entity or group.
    static let mostPolicies = 256

    /// A name: short, and without what drives a terminal.
    static func name(_ text: String, _ what: String) throws(LogicalFault) -> String {
        guard (1...longestName).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .invalid("\(what) has from 1 to \(longestName) bytes and no control characters")
        }
        return text
    }

    /// Metadata. What templates of policies may take of it is decided where they are filled in.
    static func metadata(_ parameters: LogicalParameters, _ name: String) throws(LogicalFault) -> [String: String]? {
        guard let map = try parameters.map(name) else { return nil }
        guard map.count <= mostMetadata,
            map.allSatisfy({ (1...longestKey).contains($0.key.utf8.count) && $0.value.utf8.count <= longestValue })
        else {
            throw .invalid(
                "\(name) has at most \(mostMetadata) names of at most \(longestKey) bytes, with values of at most \(longestValue)"
            )
        }
        return map
    }

    /// Policies: never root, in whatever spelling (CVE-2025-5999, CVE-2025-64761).
    static func policies(_ parameters: LogicalParameters) throws(LogicalFault) -> [String]? {
        guard let list = try parameters.list("policies") else { return nil }
        guard list.count <= mostPolicies else { throw .invalid("too many policies") }
        return try PolicyNames.assignable(list)
    }
}
