/// Finds a way to write a value that readers agree about.
public enum DotEnvWriter {
    /// The text to write after `KEY=`.
    ///
    /// Each form that could do is read back with every reader before it is chosen, and one that asks the environment
    /// for anything is not chosen: so a `$` in a password stays a `$`.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - readers: Who is going to read it; our own dialect if empty.
    /// - Returns: The value, with quotes and escapes where they are needed.
    /// - Throws: When no form is read the same by all of the readers, with the reason.
    public static func form(for value: String, readableBy readers: [Dialect]) throws(DotEnvError) -> String {
        let readers = readers.isEmpty ? [.keyfolio] : readers
        let bytes = Array(value.utf8)
        for form in Forms(for: bytes).all where isRead(form, as: bytes, by: readers) {
            return String(decoding: form, as: UTF8.self)
        }
        throw refusal(of: bytes, for: readers)
    }

    private static func isRead(_ form: [UInt8], as value: [UInt8], by readers: [Dialect]) -> Bool {
        let key: [UInt8] = [UInt8(ascii: "K")]
        return readers.allSatisfy { Reading.reads(key + [Byte.equals] + form, as: $0, key: key, value: value) }
    }

    /// Why no form does: which readers have none of their own, and what in the value stands in the way.
    static func refusal(of value: [UInt8], for readers: [Dialect]) -> DotEnvError {
        let unable = readers.filter { reader in !Forms(for: value).all.contains { isRead($0, as: value, by: [reader]) }
        }
        let names = (unable.isEmpty ? readers : unable).map(\.id).joined(separator: ", ")
        let cause = unable.isEmpty ? "no form is common to \(names)" : "there is none at all for \(names)"
        let obstacles = Self.obstacles(in: value)
        let reason = obstacles.isEmpty ? "" : "; it has \(obstacles.joined(separator: ", "))"
        return DotEnvError(.notWritable, detail: ": \(cause)\(reason)")
    }

    /// Kinds of characters about which readers disagree. Kinds only, and in a fixed order: an error tells no value.
    private static func obstacles(in value: [UInt8]) -> [String] {
        let kinds: [(String, (UInt8) -> Bool)] = [
            ("line breaks", { $0 == Byte.lineFeed || $0 == Byte.carriageReturn }),
            ("single quotes", { $0 == Byte.singleQuote }),
            ("double quotes", { $0 == Byte.doubleQuote }),
            ("backslashes", { $0 == Byte.backslash }),
            ("dollar signs", { $0 == Byte.dollar }),
            ("control characters", { $0 < 0x20 && $0 != Byte.lineFeed && $0 != Byte.carriageReturn }),
        ]
        return kinds.filter { kind in value.contains(where: kind.1) }.map(\.0)
    }
}

/// The ways to write a value, the plainest first. Whether one is read as the value is for the readers to say.
struct Forms {
    private let value: [UInt8]

    init(for value: [UInt8]) { self.value = value }

    /// Whether the value can stand without quotes for any reader: characters without a meaning to anyone.
    private var isPlain: Bool {
        value.allSatisfy { byte in
            byte.continuesName || byte == Byte.dot || byte == Byte.dash || byte == Byte.slash || byte == Byte.colon
                || byte == Byte.equals || byte == Byte.plus || byte == UInt8(ascii: "@") || byte == UInt8(ascii: "%")
                || byte == UInt8(ascii: ",")
        }
    }

    /// All forms.
    var all: some Sequence<[UInt8]> { ordered(first: .unquoted) }

    /// All forms, those in quotes of one kind before those in others. Each is made when it is asked for.
    ///
    /// - Parameter preferred: The quotes to keep if they can be kept. Without quotes only a plain value stays.
    func ordered(first preferred: DotEnvQuoting) -> some Sequence<[UInt8]> {
        let plain: [Recipe] = isPlain && !(value.isEmpty && preferred != .unquoted) ? [.bare] : []
        let quoted: [Recipe] =
            preferred == .double
            ? Recipe.double + [.quoted(Byte.singleQuote)] : [.quoted(Byte.singleQuote)] + Recipe.double
        let rest: [Recipe] = [.quoted(Byte.backquote), .bare, .shell]
        let recipes = preferred == .unquoted ? plain + quoted + rest : quoted + plain + rest
        return recipes.lazy.map { $0.apply(to: value) }
    }
}

/// One way to write a value.
private enum Recipe {
    case bare
    case quoted(UInt8)
    /// In double quotes, with a backslash and a letter in place of some bytes.
    case escaped([UInt8: UInt8])
    /// In single quotes, each single quote outside of them behind a backslash.
    case shell

    /// In double quotes: as it is, with the line breaks that all readers but Ruby and the shell know, with the escapes
    /// of Python, of compose-go, and of the shell.
    static let double: [Recipe] = {
        let none: [UInt8: UInt8] = [:]
        let returns = [Byte.carriageReturn: UInt8(ascii: "r")]
        let lineBreaks = [Byte.carriageReturn: UInt8(ascii: "r"), Byte.lineFeed: UInt8(ascii: "n")]
        let quotes = [Byte.backslash: Byte.backslash, Byte.doubleQuote: Byte.doubleQuote]
        let dollar = quotes.merging([Byte.dollar: Byte.dollar]) { old, _ in old }
        let shell = dollar.merging([Byte.backquote: Byte.backquote]) { old, _ in old }
        var tables = [none, returns, lineBreaks]
        for base in [none, returns, lineBreaks] {
            tables.append(base.merging(quotes) { old, _ in old })
            tables.append(base.merging(dollar) { old, _ in old })
        }
        return (tables + [shell]).map(Recipe.escaped)
    }()

    func apply(to value: [UInt8]) -> [UInt8] {
        var form: [UInt8] = []
        form.reserveCapacity(value.count + 2)
        switch self {
        case .bare: return value
        case .quoted(let quote):
            form.append(quote)
            form.append(contentsOf: value)
            form.append(quote)
        case .escaped(let letters):
            form.append(Byte.doubleQuote)
            for byte in value {
                if let letter = letters[byte] {
                    form.append(Byte.backslash)
                    form.append(letter)
                } else {
                    form.append(byte)
                }
            }
            form.append(Byte.doubleQuote)
        case .shell:
            form.append(Byte.singleQuote)
            for byte in value {
                form.append(byte)
                if byte == Byte.singleQuote { form.append(contentsOf: [Byte.backslash, byte, byte]) }
            }
            form.append(Byte.singleQuote)
        }
        return form
    }
}
