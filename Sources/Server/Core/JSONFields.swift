internal import Findings
internal import Secrets

/// Fields as the one text that AWS's and Azure's clients see of them.
enum JSONFields {
    /// A JSON object, its keys in the order of their bytes and without spaces. In one piece: it is part of nearly every
    /// answer, and a tree would leave copies of the values that nobody wipes.
    static func text(of fields: [String: Secret<String>]) -> String {
        var bytes: [UInt8] = []
        // With quotes, colon and comma: nothing is copied on the way when nothing must be escaped.
        bytes.reserveCapacity(
            fields.reduce(2) { unsafe $0 + $1.key.utf8.count + $1.value.withUnsafeBytes(\.count) + 6 }
        )
        bytes.append(UInt8(ascii: "{"))
        for name in fields.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            guard let value = fields[name] else { continue }
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            JSONText.appendShown(name, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            unsafe value.withUnsafeBytes { unsafe JSONText.appendShown($0, to: &bytes) }
        }
        bytes.append(UInt8(ascii: "}"))
        return String(decoding: bytes, as: UTF8.self)
    }
}
