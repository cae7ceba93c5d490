internal import Findings

/// JSON Merge Patch (RFC 7396) and the outline of an object that Vault calls subkeys.
enum MergePatch {
    /// Applies a patch: members that are `null` go, objects are merged, everything else replaces.
    ///
    /// It recurses as deep as the patch is nested, which the reading of the request has bounded.
    static func apply(_ patch: JSONObject, to target: JSONObject) -> JSONObject {
        var result = JSONObject()
        var seen = Set<[UInt8]>()
        for member in target {
            guard let change = patch[member.key] else {
                result[member.key] = member.value
                continue
            }
            seen.insert(Array(member.key.utf8))
            if let merged = merged(change, into: member.value) { result[member.key] = merged }
        }
        for member in patch where !seen.contains(Array(member.key.utf8)) {
            if let merged = merged(member.value, into: nil) { result[member.key] = merged }
        }
        return result
    }

    /// The names of an object with `null` in place of every value.
    ///
    /// - Parameter depth: How many levels are shown; 0 for all.
    static func subkeys(of object: JSONObject, depth: Int) -> JSONObject {
        var result = JSONObject()
        for member in object {
            guard depth != 1, let inner = member.value.asObject, inner.count > 0 else {
                result[member.key] = .null
                continue
            }
            result[member.key] = .object(subkeys(of: inner, depth: depth == 0 ? 0 : depth - 1))
        }
        return result
    }

    private static func merged(_ change: JSONValue, into value: JSONValue?) -> JSONValue? {
        switch change {
        case .null: nil
        case .object(let object): .object(apply(object, to: value?.asObject ?? JSONObject()))
        default: change
        }
    }
}
