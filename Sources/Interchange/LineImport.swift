internal import Secrets

/// Formats of lines, read byte by byte as their own readers do: to Swift `\r\n` is one character, and so are `=` and the
/// accent after it.
enum LineImport {
    private typealias Line = ArraySlice<UInt8>

    /// What `docker run --env-file` reads: everything after the first `=` is the value, as it stands.
    static func docker(_ bytes: [UInt8]) throws(InterchangeError) -> [NamedValue] {
        var values: [NamedValue] = []
        for (line, number) in try lines(of: bytes) {
            let start = text(line).unicodeScalars.drop { $0.properties.isWhitespace }
            let rest = Array(String(start).utf8)[...]
            if rest.isEmpty || rest.first == UInt8(ascii: "#") { continue }
            let equals = rest.firstIndex(of: UInt8(ascii: "="))
            let name = text(rest[..<(equals ?? rest.endIndex)])
            guard !name.isEmpty, !name.unicodeScalars.contains(where: \.properties.isWhitespace) else {
                throw .syntax(
                    .docker,
                    "line \(number) has no name, or white space in it",
                    line: number,
                    fix: "write NAME=value"
                )
            }
            // A name alone asks for the value of the process's environment, which is not looked at.
            guard let equals else { continue }
            values.append(NamedValue(name: name, value: Secret(text(rest[(equals + 1)...])), line: number))
        }
        return values
    }

    /// `NAME=value` lines and GitHub's `NAME<<delimiter` blocks. Whichever sign comes first decides.
    static func github(_ bytes: [UInt8]) throws(InterchangeError) -> [NamedValue] {
        var values: [NamedValue] = []
        var block: (name: String, delimiter: Line, lines: [Line], start: Int)?
        for (line, number) in try lines(of: bytes) {
            if let open = block {
                if line.elementsEqual(open.delimiter) {
                    let value = text(Array(open.lines.joined(separator: [0x0A]))[...])
                    values.append(NamedValue(name: open.name, value: Secret(value), line: open.start))
                    block = nil
                } else {
                    block?.lines.append(line)
                }
                continue
            }
            if line.isEmpty { continue }
            let equals = line.firstIndex(of: UInt8(ascii: "="))
            let mark = blockMark(in: line[..<(equals ?? line.endIndex)])
            guard let end = mark ?? equals, end > line.startIndex else { throw malformed(number) }
            let name = text(line[..<end])
            if mark != nil {
                let delimiter = line[(end + 2)...]
                guard !delimiter.isEmpty else { throw malformed(number) }
                block = (name, delimiter, [], number)
            } else {
                values.append(NamedValue(name: name, value: Secret(text(line[(end + 1)...])), line: number))
            }
        }
        if let open = block {
            throw .syntax(
                .github,
                "the value that begins in line \(open.start) has no end",
                line: open.start,
                fix: "add the line with its delimiter"
            )
        }
        return values
    }

    private static func malformed(_ number: Int) -> InterchangeError {
        .syntax(
            .github,
            "line \(number) is neither NAME=value nor NAME<<delimiter",
            line: number,
            fix: "correct the line"
        )
    }

    /// Where `<<` stands.
    private static func blockMark(in line: Line) -> Int? {
        line.indices.dropLast().first { line[$0] == UInt8(ascii: "<") && line[$0 + 1] == UInt8(ascii: "<") }
    }

    /// The lines with their numbers, without what ends them, which may be `\r\n`, and without a byte order mark.
    private static func lines(of bytes: [UInt8]) throws(InterchangeError) -> [(Line, Int)] {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notText() }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        return text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated().map { index, line in
            (line.last == 0x0D ? line.dropLast() : line, index + 1)
        }
    }

    private static func text(_ line: Line) -> String { String(decoding: line, as: UTF8.self) }
}
