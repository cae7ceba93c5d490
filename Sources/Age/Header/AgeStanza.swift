/// One recipient stanza of a header: the file key, wrapped for one recipient.
///
/// ```text
/// -> X25519 XEl0dJ6y3C7KZkgmgWUicg63EyXJiwBJW8PdYJ/cYBE
/// qRS0AMjdjPvZ/WT08U2KL4G+PIooA3hy38SvLpvaC1E
/// ```
///
/// Source: C2SP, "age", section "Recipient stanza".
public struct AgeStanza: Sendable, Hashable {
    /// The first argument: which type of recipient it is for.
    public let type: String
    /// The arguments after the type.
    public let arguments: [String]
    /// What the base64 lines stand for.
    public let body: [UInt8]

    /// Makes a stanza.
    ///
    /// - Parameters:
    ///   - type: One printable word of ASCII without a space.
    ///   - arguments: Words of the same kind.
    ///   - body: Any bytes, or none.
    public init(type: String, arguments: [String], body: [UInt8]) {
        self.type = type
        self.arguments = arguments
        self.body = body
    }

    /// Whether the format can carry the stanza, and a reader with our bounds reads it.
    var isWellFormed: Bool {
        let words = [type] + arguments
        let lineBytes = words.reduce(Header.stanzaMark.count - 1) { $0 + 1 + $1.utf8.count }
        return lineBytes <= AgeLimits.headerLineBytes
            && words.allSatisfy { word in !word.isEmpty && word.utf8.allSatisfy { (0x21...0x7E).contains($0) } }
    }

    /// Appends the stanza's lines.
    func write(into text: inout [UInt8]) {
        text.append(contentsOf: "-> \(type)".utf8)
        for argument in arguments { text.append(contentsOf: " \(argument)".utf8) }
        text.append(newline)
        let encoded = Base64.encode(body)
        var rest = encoded[...]
        while rest.count >= Header.columns {
            text.append(contentsOf: rest.prefix(Header.columns))
            text.append(newline)
            rest = rest.dropFirst(Header.columns)
        }
        // The last line is always shorter than the others, if need be empty: that is how a reader knows it.
        text.append(contentsOf: rest)
        text.append(newline)
    }
}

/// The line feed that ends every line of a header.
let newline = UInt8(ascii: "\n")
