/// Lays what several readers take from one file side by side, line by line.
struct Comparison {
    private typealias Finding = (line: Int, outcome: DotEnvDisagreement.Outcome, entry: DotEnvDisagreement.Entry?)

    private let bytes: [UInt8]
    private let readers: [Dialect]
    /// For each reader what it finds, by ascending line.
    private let findings: [[Finding]]

    init(_ bytes: [UInt8], readers: [Dialect], environment: @escaping (String) -> String?) {
        self.bytes = bytes
        self.readers = readers
        findings = readers.map { Self.findings(of: Reading(bytes, dialect: $0), environment: environment) }
    }

    private static func findings(of reading: Reading, environment: @escaping (String) -> String?) -> [Finding] {
        let values = reading.values(interpolates: true, environment: environment).values
        var findings: [Finding] = []
        findings.reserveCapacity(values.count + reading.problems.count)
        for (index, value) in values.enumerated() {
            let line = Int(reading.bindings[index].line)
            let key = String(decoding: reading.key(index), as: UTF8.self)
            switch value {
            case .success(let text):
                let value = text.map { String(decoding: $0, as: UTF8.self) }
                findings.append((line, .read, DotEnvDisagreement.Entry(key: key, value: value)))
            case .failure(let error): findings.append((line, .refused(error), nil))
            }
        }
        for problem in reading.problems where problem.isFatal {
            findings.append((max(1, problem.error.line), .refused(problem.error), nil))
        }
        // Both parts ascend already, so this is a merge in all but name; equal lines keep their order.
        return findings.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
            .map(\.element)
    }

    func disagreements() -> [DotEnvDisagreement] {
        var next = Array(repeating: 0, count: readers.count)
        var lines = LineTexts(bytes)
        let keys = DotEnvDocument.keyBlocks(in: bytes)
        var result: [DotEnvDisagreement] = []
        while true {
            let heads = readers.indices.compactMap { reader in
                next[reader] < findings[reader].count ? findings[reader][next[reader]].line : nil
            }
            guard let line = heads.min() else { return result }
            let text = lines.text(of: line)
            var readings: [DotEnvDisagreement.Reading] = []
            for reader in readers.indices {
                let start = next[reader]
                while next[reader] < findings[reader].count && findings[reader][next[reader]].line == line {
                    next[reader] += 1
                }
                add(findings[reader][start..<next[reader]], of: readers[reader], to: &readings)
            }
            guard readings.count > 1 else { continue }
            let ordered = readings.enumerated()
                .sorted { ($1.element.readers.count, $0.offset) < ($0.element.readers.count, $1.offset) }
                .map(\.element)
            result.append(
                DotEnvDisagreement(
                    line: line,
                    key: ordered.first { $0.outcome == .read }?.entries.first?.key,
                    isPieceOfKey: keys.contains { $0.contains(line) },
                    readings: ordered,
                    causes: Causes(text).all
                )
            )
        }
    }

    /// Puts a reader to those that take the same from the line.
    private func add(
        _ findings: ArraySlice<Finding>,
        of reader: Dialect,
        to readings: inout [DotEnvDisagreement.Reading]
    ) {
        var outcome = DotEnvDisagreement.Outcome.notRead
        var entries: [DotEnvDisagreement.Entry] = []
        for finding in findings {
            if let entry = finding.entry { entries.append(entry) }
            outcome = finding.outcome
            if case .refused = outcome {
                entries = []
                break
            }
        }
        let place = readings.firstIndex { other in
            switch (other.outcome, outcome) {
            case (.refused, .refused), (.notRead, .notRead): true
            case (.read, .read): other.entries == entries
            default: false
            }
        }
        let readers = (place.map { readings[$0].readers } ?? []) + [reader]
        let reading = DotEnvDisagreement.Reading(
            readers: readers,
            outcome: place.map { readings[$0].outcome } ?? outcome,
            entries: entries
        )
        if let place { readings[place] = reading } else { readings.append(reading) }
    }
}

/// The text of each line, for lines that are asked for in ascending order.
private struct LineTexts {
    private let bytes: [UInt8]
    private var line = 1
    private var start = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func text(of wanted: Int) -> ArraySlice<UInt8> {
        var end = endOfLine
        while line < wanted && end < bytes.count {
            let isPair = bytes[end] == Byte.carriageReturn && end + 1 < bytes.count && bytes[end + 1] == Byte.lineFeed
            start = end + (isPair ? 2 : 1)
            line += 1
            end = endOfLine
        }
        // With its line end, so that a carriage return shows.
        return bytes[start..<min(end + 1, bytes.count)]
    }

    private var endOfLine: Int {
        bytes[start...].firstIndex { $0 == Byte.lineFeed || $0 == Byte.carriageReturn } ?? bytes.count
    }
}

/// What about the look of a line makes readers differ.
private struct Causes {
    private let line: ArraySlice<UInt8>

    init(_ line: ArraySlice<UInt8>) { self.line = line }

    var all: [DotEnvDisagreement.Cause] {
        DotEnvDisagreement.Cause.allCases.filter(applies)
    }

    private func applies(_ cause: DotEnvDisagreement.Cause) -> Bool {
        let content = trimmed(line)
        let separator = content.firstIndex { $0 == Byte.equals || $0 == Byte.colon } ?? content.endIndex
        let head = content[..<separator]
        let value = trimmed(content[separator...].dropFirst())
        let isQuoted = value.first.map { $0 == Byte.singleQuote || $0 == Byte.doubleQuote } ?? false
        switch cause {
        case .commentSign: return value.contains(Byte.hash) && !(isQuoted && value.last == value.first)
        case .backslash: return content.contains(Byte.backslash)
        case .dollar: return content.contains(Byte.dollar)
        case .backquote: return content.contains(Byte.backquote)
        case .quotes: return hasLooseQuotes(value)
        case .whitespace:
            let around =
                content[..<separator].last == Byte.space || content[separator...].dropFirst().first == Byte.space
            return around && separator < content.endIndex || !isQuoted && value.contains(Byte.space)
        case .colon: return separator < content.endIndex && content[separator] == Byte.colon
        case .export: return head.starts(with: Array("export".utf8))
        case .key:
            let word = head.split { $0 == Byte.space || $0 == Byte.tab }.last ?? []
            return !(word.first?.startsName ?? false) || !word.allSatisfy(\.continuesName)
        case .missingValue: return separator == content.endIndex
        case .carriageReturn: return line.contains(Byte.carriageReturn)
        case .characters: return line.contains { $0 >= 0x80 || $0 == 0 }
        }
    }

    /// Whether there are quotes that are not one pair around all of the value, with at most a comment after a space.
    private func hasLooseQuotes(_ value: ArraySlice<UInt8>) -> Bool {
        func isQuote(_ byte: UInt8) -> Bool { byte == Byte.singleQuote || byte == Byte.doubleQuote }
        guard value.contains(where: isQuote) else { return false }
        guard let mark = value.first, isQuote(mark), let close = value.dropFirst().firstIndex(of: mark) else {
            return true
        }
        let rest = value[(close + 1)...]
        return !rest.isEmpty && (rest.first == Byte.hash || trimmed(rest).first != Byte.hash)
    }

    private func trimmed(_ slice: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank: (UInt8) -> Bool = {
            $0 == Byte.space || $0 == Byte.tab || $0 == Byte.lineFeed || $0 == Byte.carriageReturn
        }
        guard let first = slice.firstIndex(where: { !isBlank($0) }), let last = slice.lastIndex(where: { !isBlank($0) })
        else { return slice.prefix(0) }
        return slice[first...last]
    }
}
