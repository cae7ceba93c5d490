/// The names of policies.
public enum PolicyName {
    /// The policy that allows everything. It has no text and cannot be changed.
    public static let root = "root"
    /// The policy that every token has unless its maker says otherwise.
    public static let standard = "default"

    /// The one spelling of a name: in lower case, without spaces around it.
    ///
    /// - Throws: ``PolicyError`` `KF-POLICY-040` when it is no name. Letters beyond ASCII are none, so that nothing
    ///   looks like `root` and is another name.
    public static func normalized(_ raw: String) throws(PolicyError) -> String {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        var bytes = raw.utf8.drop(while: isSpace)
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        guard !bytes.isEmpty, bytes.count <= PolicyLimits.nameBytes else { throw PolicyError(.badName) }
        var name: [UInt8] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): name.append(byte | 0x20)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "@"):
                name.append(byte)
            default: throw PolicyError(.badName)
            }
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// The one spelling of a name that is to be given to a token, an entity, a group or a role.
    ///
    /// - Parameters:
    ///   - raw: The name as it was sent.
    ///   - giverIsRoot: Whether the one who gives it has the root policy and the place may hold it.
    /// - Throws: ``PolicyError`` `KF-POLICY-040`, or `KF-POLICY-041` for root in any spelling (CVE-2025-5999).
    public static func assignable(_ raw: String, giverIsRoot: Bool = false) throws(PolicyError) -> String {
        let name = try normalized(raw)
        if name == root && !giverIsRoot { throw PolicyError(.rootName) }
        return name
    }
}
