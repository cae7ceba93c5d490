/// Reads a header as it comes, line by line, and stops at its end.
///
/// It accepts the ABNF of C2SP, "age", section "ABNF definition of file header", and nothing else: what it accepts,
/// ``Header/encoded()`` writes again byte for byte. Every byte is looked at a fixed number of times, and what is kept
/// is bounded by ``AgeLimits``.
struct HeaderParser {
    private enum Expected {
        case version, stanzaOrEnd, body
    }

    private var expected = Expected.version
    private var raw: [UInt8] = []
    private var lineStart = 0
    private var lineNumber = 1
    private var stanzas: [AgeStanza] = []
    private var arguments: [String] = []
    private var body: [UInt8] = []
    /// The header, once its last line was read.
    private(set) var header: Header?

    /// Reads on.
    ///
    /// - Parameter input: The next bytes of the file.
    /// - Returns: How many of them belong to the header; fewer than all only when it is complete.
    mutating func read(_ input: ArraySlice<UInt8>) throws(AgeError) -> Int {
        var rest = input
        while header == nil, !rest.isEmpty {
            let end = rest.firstIndex(of: newline)
            let piece = rest[..<(end ?? rest.endIndex)]
            guard raw.count - lineStart + piece.count <= AgeLimits.headerLineBytes else { throw tooLarge() }
            guard raw.count + piece.count < AgeLimits.headerBytes else { throw tooLarge() }
            raw.append(contentsOf: piece)
            rest = rest[piece.endIndex...]
            guard end != nil else { break }
            try readLine(raw[lineStart...])
            rest = rest.dropFirst()
            raw.append(newline)
            lineStart = raw.count
            lineNumber += 1
        }
        return input.count - rest.count
    }

    /// What to say when the file ends here.
    func errorAtEnd() -> AgeError {
        expected == .version && !raw.starts(with: Header.versionPrefix)
            ? AgeError(.notAgeFile) : AgeError(.headerTruncated, line: lineNumber)
    }

    private mutating func readLine(_ line: ArraySlice<UInt8>) throws(AgeError) {
        switch expected {
        case .version:
            try readVersion(line)
            expected = .stanzaOrEnd
        case .stanzaOrEnd where line.starts(with: Header.stanzaMark):
            guard stanzas.count < AgeLimits.stanzas else { throw tooLarge() }
            arguments = try parseArguments(line.dropFirst(Header.stanzaMark.count))
            expected = .body
        case .stanzaOrEnd where line.starts(with: Header.finalMark):
            try readFinalLine(line)
        case .stanzaOrEnd:
            throw malformed(.stanzaStart)
        case .body:
            try readBodyLine(line)
        }
    }

    private func readVersion(_ line: ArraySlice<UInt8>) throws(AgeError) {
        if line.elementsEqual(Header.versionLine) { return }
        guard line.starts(with: Header.versionPrefix) else {
            throw AgeError(line.starts(with: [0xFF, 0xFE]) ? .textEncodedByShell : .notAgeFile)
        }
        if line.dropLast().elementsEqual(Header.versionLine), line.last == UInt8(ascii: "\r") {
            throw malformed(.carriageReturn)
        }
        throw AgeError(.unsupportedVersion, line: lineNumber)
    }

    private func parseArguments(_ text: ArraySlice<UInt8>) throws(AgeError) -> [String] {
        var arguments: [String] = []
        for argument in text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false) {
            guard !argument.isEmpty, argument.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw malformed(.arguments)
            }
            arguments.append(String(decoding: argument, as: UTF8.self))
        }
        return arguments
    }

    private mutating func readBodyLine(_ line: ArraySlice<UInt8>) throws(AgeError) {
        guard line.count <= Header.columns else { throw malformed(.bodyLine) }
        guard Base64.decode(line, padded: false, into: &body) else { throw malformed(.body) }
        guard line.count < Header.columns else { return }
        stanzas.append(AgeStanza(type: arguments[0], arguments: Array(arguments.dropFirst()), body: body))
        body = []
        expected = .stanzaOrEnd
    }

    private mutating func readFinalLine(_ line: ArraySlice<UInt8>) throws(AgeError) {
        guard !stanzas.isEmpty else { throw malformed(.noStanza) }
        let rest = line.dropFirst(Header.finalMark.count)
        guard rest.first == UInt8(ascii: " "), let mac = Base64.decode(rest.dropFirst()), mac.count == Header.macBytes
        else { throw malformed(.finalLine) }
        header = Header(
            stanzas: stanzas,
            authenticated: Array(raw[..<(lineStart + Header.finalMark.count)]),
            mac: mac
        )
    }

    private func malformed(_ fault: AgeError.HeaderFault) -> AgeError {
        AgeError(.malformedHeader(fault), line: lineNumber)
    }

    private func tooLarge() -> AgeError {
        expected == .version ? AgeError(.notAgeFile) : AgeError(.headerTooLarge, line: lineNumber)
    }
}
