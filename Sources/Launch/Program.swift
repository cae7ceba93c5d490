/// What to run: a program's name or path, and its arguments.
///
/// Bytes, not text: a file's name on Unix need not be UTF-8, and an application must receive it as it was typed.
public struct Program: Sendable {
    /// The name to look up along PATH, or a path with a slash in it.
    let name: [UInt8]
    /// The arguments after the name.
    let arguments: [[UInt8]]

    /// Names a program.
    ///
    /// - Parameters:
    ///   - name: A name to look up along PATH, or a path with a slash in it. It is also what the program sees as its
    ///     own name.
    ///   - arguments: The arguments after the name, none of which ever shows in an error.
    public init(_ name: String, arguments: [String] = []) {
        self.name = Array(name.utf8)
        self.arguments = arguments.map { Array($0.utf8) }
    }

    /// Takes the last words of this process's own command line, byte for byte.
    ///
    /// `CommandLine.arguments` repairs what is not UTF-8, so a file name in another encoding would not arrive.
    ///
    /// - Parameter count: How many words, the program's name among them: those after `--`.
    /// - Returns: nil when there are not as many.
    public static func fromCommandLine(last count: Int) -> Program? {
        let total = Int(CommandLine.argc)
        guard count > 0, count < total else { return nil }
        let words = (total - count..<total).compactMap { index in
            unsafe CommandLine.unsafeArgv[index].map { unsafe [UInt8](cString: $0) }
        }
        guard let name = words.first else { return nil }
        return Program(name: name, arguments: Array(words.dropFirst()))
    }

    private init(name: [UInt8], arguments: [[UInt8]]) {
        self.name = name
        self.arguments = arguments
    }

    /// The name as errors show it: never more than a name.
    ///
    /// Whoever writes `-- "psql -p secret"` or `-- PASSWORD=secret app` has put more than a name here, so what follows
    /// a space or an equals sign is cut, and control characters cannot reach a terminal.
    var shownName: String {
        let end = name.firstIndex { $0 <= 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "=") } ?? name.endIndex
        let cut = name[..<end].prefix(200)
        let isWhole = cut.endIndex == name.endIndex
        return String(decoding: cut, as: UTF8.self) + (isWhole ? "" : "…")
    }

    /// Whether the name looks like an assignment (`NAME=value`).
    var looksLikeAssignment: Bool {
        guard let equals = name.firstIndex(of: UInt8(ascii: "=")) else { return false }
        return equals > 0 && !name[..<equals].contains(UInt8(ascii: "/"))
    }

    /// Whether the name looks like a whole command line in one word.
    var looksLikeCommandLine: Bool { name.contains { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A } }
}
