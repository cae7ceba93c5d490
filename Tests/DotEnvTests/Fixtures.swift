import Foundation

/// One row of `Fixtures/probes.tsv`: a small file, and what each reader made of it.
struct Probe: Sendable {
    enum Outcome: Equatable {
        case value([UInt8])
        /// A key without a value.
        case null
        case absent
        case error
    }

    let name: String
    let key: String
    let file: [UInt8]
    /// By the dialect's name.
    let outcomes: [String: Outcome]
    /// The dialects whose reader complained before it gave what it gave.
    let noisy: Set<String>

    static let all: [Probe] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let text = (try? String(contentsOf: folder.appending(path: "Fixtures/probes.tsv"), encoding: .utf8)) ?? ""
        let rows = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        guard let header = rows.first else { return [] }
        return rows.dropFirst().map { Probe(row: $0, header: header) }
    }()

    private init(row: [String], header: [String]) {
        name = row[0]
        key = row[1]
        file = Self.unescape(row[2][...])
        var outcomes: [String: Outcome] = [:]
        var noisy: Set<String> = []
        for (dialect, cell) in zip(header, row).dropFirst(3) {
            var cell = cell[...]
            if cell.hasPrefix("noise") {
                noisy.insert(dialect)
                cell = cell.dropFirst("noise".count)
            }
            outcomes[dialect] =
                switch cell {
                case "null": .null
                case "absent", "": .absent
                case "error": .error
                default: .value(Self.unescape(cell.dropFirst()))
                }
        }
        self.outcomes = outcomes
        self.noisy = noisy
    }

    private static func unescape(_ text: Substring) -> [UInt8] {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let letter = rest.popFirst() else {
                result.append(byte)
                continue
            }
            switch letter {
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "x"):
                result.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            default: result.append(letter)
            }
        }
        return result
    }
}
