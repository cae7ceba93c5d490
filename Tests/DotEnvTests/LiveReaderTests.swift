import DotEnv
import Foundation
import Testing

/// Our readings against those of the real readers that are installed here, on random files.
@Suite struct LiveReaderTests {
    /// How many files of each kind; `DOTENV_FILES` raises it.
    static let count = ProcessInfo.processInfo.environment["DOTENV_FILES"].flatMap(Int.init) ?? 100
    static let seed = ProcessInfo.processInfo.environment["DOTENV_SEED"].flatMap(UInt64.init) ?? 20_261_124

    @Test(arguments: LiveReader.all.map(\.name))
    func `a dialect reads random files as its reader does`(name: String) throws {
        let reader = try #require(LiveReader.all.first { $0.name == name })
        if let reason = reader.reasonToSkip() {
            print("skipping the comparison with \(name): \(reason)")
            return
        }
        var generator = SeededGenerator(seed: Self.seed)
        var files: [[UInt8]] = []
        for _ in 0..<Self.count {
            files.append(RandomFiles.soup(using: &generator, unusual: false))
            files.append(RandomFiles.soup(using: &generator, unusual: true))
            files.append(RandomFiles.bindings(using: &generator))
        }
        let answers = try reader.ask(files)
        try #require(answers.count == files.count)
        var differences = 0
        var compared = 0
        for (file, answer) in zip(files, answers) {
            let ours = Self.read(file, as: reader)
            if case .declined = ours { continue }
            compared += 1
            guard ours != .answer(answer) else { continue }
            differences += 1
            if differences <= 20 {
                Issue.record(
                    """
                    \(String(reflecting: String(decoding: file, as: UTF8.self)))
                    ours: \(ours.shown)
                    \(name): \(Reading.answer(answer).shown)
                    """
                )
            }
        }
        print("\(name): \(compared) of \(files.count) files compared, \(differences) differ")
        #expect(differences == 0)
        #expect(compared > files.count / 3)
    }

    enum Reading: Equatable {
        case answer(LiveReader.Answer)
        /// We refuse what the reader may do: run a command, and what shells disagree about.
        case declined

        var shown: String {
            guard case .answer(let answer) = self, case .values(let values) = answer else { return "refused" }
            return values.map { key, value in
                let text = value.map { String(reflecting: String(decoding: $0, as: UTF8.self)) } ?? "no value"
                return "\(String(decoding: key, as: UTF8.self)) = \(text)"
            }.sorted().joined(separator: ", ")
        }
    }

    /// What the shell or Ruby dotenv do with what we refuse is theirs.
    static let declined: Set<String> = [
        "KF-DOTENV-005", "KF-DOTENV-011", "KF-DOTENV-012", "KF-DOTENV-013", "KF-DOTENV-014", "KF-DOTENV-015",
    ]

    static func read(_ file: [UInt8], as reader: LiveReader) -> Reading {
        let dialect = reader.dialect
        do throws(DotEnvError) {
            let document = try DotEnvDocument(parsing: file, dialect: dialect)
            var read = try document.values { LiveReader.environment[$0] }[...]
            var values: [[UInt8]: [UInt8]?] = [:]
            if dialect == .python {
                // Python keeps a key without a value, and forgets the value that it had.
                for entry in document.entries {
                    // A key in quotes may have line breaks, which it turns to LF as it does those in values.
                    let key = entry.key.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
                    values[Array(key.utf8)] = .some(entry.hasValue ? read.popFirst()?.bytes : nil)
                }
            }
            for value in read { values[Array(value.key.utf8)] = .some(value.bytes) }
            if dialect == .posix { values[Array("HOME".utf8)] = nil }
            return .answer(.values(values))
        } catch {
            return declined.contains(error.code.description) && dialect != .compose ? .declined : .answer(.refused)
        }
    }
}
