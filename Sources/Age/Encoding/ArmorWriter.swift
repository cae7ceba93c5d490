/// The text form of an age file: strict PEM with the label AGE ENCRYPTED FILE.
///
/// Source: C2SP, "age", section "ASCII armor"; RFC 7468, section 3, figure 3.
enum Armor {
    static let begin = Array("-----BEGIN AGE ENCRYPTED FILE-----".utf8)
    static let end = Array("-----END AGE ENCRYPTED FILE-----".utf8)
    /// How many columns a full line has, and how many bytes they stand for.
    static let (columns, lineBytes) = (64, 48)
}

/// Writes a file as text, as its bytes come. It keeps less than one line.
struct ArmorWriter {
    private var pending: [UInt8] = []
    private var hasBegun = false

    mutating func write(_ bytes: ArraySlice<UInt8>, into text: inout [UInt8]) {
        begin(into: &text)
        var rest = bytes
        if !pending.isEmpty {
            let head = rest.prefix(Armor.lineBytes - pending.count)
            pending.append(contentsOf: head)
            rest = rest[head.endIndex...]
            guard pending.count == Armor.lineBytes else { return }
            line(pending[...], into: &text)
            pending.removeAll(keepingCapacity: true)
        }
        while rest.count >= Armor.lineBytes {
            let head = rest.prefix(Armor.lineBytes)
            line(head, into: &text)
            rest = rest[head.endIndex...]
        }
        pending.append(contentsOf: rest)
    }

    mutating func finish(into text: inout [UInt8]) {
        begin(into: &text)
        if !pending.isEmpty { line(pending[...], into: &text) }
        text.append(contentsOf: Armor.end)
        text.append(newline)
    }

    private mutating func begin(into text: inout [UInt8]) {
        guard !hasBegun else { return }
        hasBegun = true
        text.append(contentsOf: Armor.begin)
        text.append(newline)
    }

    private func line(_ bytes: ArraySlice<UInt8>, into text: inout [UInt8]) {
        Base64.encode(bytes, padded: true, into: &text)
        text.append(newline)
    }
}
