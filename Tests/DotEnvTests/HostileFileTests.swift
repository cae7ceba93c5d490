import DotEnv
import Foundation
import Testing

/// Files that are meant to take forever.
///
/// The test compares the processor time for a file with that for one four times as long, in one run: about four times as
/// much where it is linear, sixteen times where it is quadratic.
@Suite(.serialized) struct HostileFileTests {
    /// The text of each file, to be repeated, with what stands before and after.
    static func repeated(_ text: String, _ head: String = "", _ tail: String = "") -> @Sendable (Int) -> [UInt8] {
        { size in
            Array(head.utf8) + (0..<size / text.utf8.count).flatMap { _ in Array(text.utf8) } + Array(tail.utf8)
        }
    }

    static let files: [(String, @Sendable (Int) -> [UInt8])] = [
        ("unterminated single quotes", repeated("A='x\n")), ("unterminated double quotes", repeated("A=\"x\n")),
        ("quotes of every kind", repeated("A='x\nB=\"y\nC=`z\n")), ("escaped quotes", repeated("\\\"", "A=\"", "\n")),
        ("escaped quotes on lines", repeated("A=\"\\\"\n")), ("quotes and blanks", repeated("\\\"    ", "A=\"", "x\n")),
        ("quotes alone", repeated("'")), ("key quotes", repeated("'\n")),
        ("backslashes", repeated("\\", "A=\"", "\"\n")),
        ("backslashes without quotes", repeated("\\", "A=")), ("braces", repeated("${A:-", "A=")),
        ("braces in quotes", repeated("${A:-", "A=\"", "\"\n")), ("closed braces", repeated("${A:-x}", "A=", "\n")),
        ("closing braces", repeated("}", "A=${", "\n")), ("open braces", repeated("{", "A=${A:-", "}\n")),
        ("dollars", repeated("$", "A=")), ("parentheses", repeated("$(", "A=", "\n")),
        ("closed parentheses", repeated("$()", "A=", "\n")),
        ("nested parentheses", { repeated("$(", "A=", String(repeating: ")", count: $0 / 2))($0) }),
        ("duplicates", repeated("A=1\n")), ("references", repeated("A=${A}\n", "A=1\n")),
        ("blank lines", repeated("\n", "A", "=1\n")),
        ("blank lines after exports", repeated("export\n")), ("spaces", repeated(" ", "A", "=1\n")),
        ("comments", repeated("#\n")),
        ("hashes", repeated(" #", "A=b")), ("carriage returns", repeated("\r")), ("words", repeated("A ")),
        ("keys", repeated("A")),
        ("keys alone", repeated("A\n")), ("exports", repeated("A=1\nexport A\n")), ("assignments", repeated("A=1 ")),
        ("joined quotes", repeated("'a'\"b\"", "A=")), ("line separators", repeated("A=\u{2028}")),
        ("NUL", repeated("\0", "A=")),
        ("no text", { [UInt8](repeating: 0xFF, count: $0) }),
        ("half characters", { [UInt8](repeating: 0xE2, count: $0) }),
        ("tildes", repeated(":~", "A=")), ("continuations", repeated("\\\n", "A=")), ("colons", repeated("A: \n")),
        ("two marks in a line", repeated("K=a\"b#c\n")),
    ]

    @Test(arguments: files.map(\.0))
    func `reading, comparing and linting take linear time`(name: String) throws {
        let file = try #require(Self.files.first { $0.0 == name }).1
        // Noise can make one measurement worse than the truth, never better twice.
        let ratios = (0..<3).lazy.map { _ in Self.time(file(6_000)) / max(Self.time(file(1_500)), 0.0005) }
        #expect(ratios.contains { $0 < 9 })
    }

    /// The processor time of this thread, in seconds, for all that one can do with a file.
    static func time(_ file: [UInt8]) -> Double {
        func now() -> Double {
            var time = timespec()
            unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        let start = now()
        for dialect in Dialect.all {
            guard let document = try? DotEnvDocument(parsing: file, dialect: dialect) else { continue }
            _ = try? document.values()
            _ = document.entries
        }
        _ = DotEnvDocument.explain(bytes: file)
        _ = DotEnvDocument.lint(bytes: file)
        return now() - start
    }

    /// What is in a file must not come out in an error, whatever the file is.
    @Test(arguments: 0..<4 as Range<UInt64>)
    func `no error contains anything that was read`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var errors = 0
        for _ in 0..<600 {
            // Every letter that the file has becomes one that no message has.
            let soup = RandomFiles.soup(using: &generator, unusual: true)
            let file = Array(String(decoding: soup, as: UTF8.self).map { $0.isLetter ? "Ж" : String($0) }.joined().utf8)
            let dialect = Dialect.all.randomElement(using: &generator) ?? .keyfolio
            do throws(DotEnvError) {
                _ = try DotEnvDocument(parsing: file, dialect: dialect).values()
            } catch {
                errors += 1
                for text in [error.message, error.fix, "\(error)", String(reflecting: error)] {
                    #expect(!text.contains("Ж"))
                }
                // A message is one of a fixed number, so it can hold nothing of the file.
                #expect(Self.messages.contains(error.message))
            }
        }
        #expect(errors > 50)
    }

    static let messages: Set<String> = {
        // The same kinds of errors, from files that have nothing in common with the random ones.
        let files = [
            "?", "q w", "q='", "q='' w", "q='\\\\'", "q=`", "q: w", "q=1 # \u{2028}", "q=${w}", "q=${w:?}", "q=${q}",
            "q=${", "q=${}}",
            "q=${w:}", "q=$(w)", "q=1;", "q=$$", "q=${#w}", "w q", "export q", "q w=1", "q=\\", "q=$'w'", "q=\"${w:-\"",
            "q=" + String(repeating: "${w:-", count: 70) + String(repeating: "}", count: 70),
        ]
        var messages: Set<String> = []
        for file in files.map({ Array("\($0)\n".utf8) }) + [[0xFF]] {
            for dialect in Dialect.all {
                do throws(DotEnvError) {
                    _ = try DotEnvDocument(parsing: file, dialect: dialect).values()
                } catch {
                    messages.insert(error.message)
                }
            }
        }
        return messages
    }()
}
