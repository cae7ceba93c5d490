import DotEnv

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Measures how fast files are read: an ordinary one of 10 MB in each dialect, and hostile ones at two lengths.
@main
struct MeasureDotEnv {
    static func main() {
        let file = ordinary(bytes: 10_000_000)
        print("an ordinary file of \(file.count) bytes, medians of 5, in milliseconds of processor time")
        print("dialect     parse   values  entries")
        for dialect in Dialect.all {
            guard let document = try? DotEnvDocument(parsing: file, dialect: dialect) else { continue }
            let parse = median { _ = try? DotEnvDocument(parsing: file, dialect: dialect) }
            let values = median { _ = try? document.values() }
            let entries = median { _ = document.entries }
            print("\(pad(dialect.id, 10)) \(pad(parse)) \(pad(values)) \(pad(entries))")
        }
        let lint = median(of: 1) { _ = DotEnvDocument.lint(bytes: file) }
        let explain = median(of: 1) { _ = DotEnvDocument.explain(bytes: file) }
        print("lint \(pad(lint))   explain \(pad(explain))")

        print("\nhostile files: milliseconds for 1 MB in all six dialects, and how many times that 4 MB take")
        for (name, head, text, tail) in hostile {
            func make(_ size: Int) -> [UInt8] {
                var file = Array(head.utf8)
                while file.count < size { file.append(contentsOf: text.utf8) }
                return file + Array(tail.utf8)
            }
            let (small, large) = (make(1_000_000), make(4_000_000))
            let one = median(of: 3) { readAll(small) }
            let four = median(of: 3) { readAll(large) }
            print("\(pad(name, 28)) \(pad(one)) \(pad(four / max(one, 0.01)))")
        }
    }

    private static let hostile: [(String, String, String, String)] = [
        ("unterminated single quotes", "", "A='x\n", ""), ("unterminated double quotes", "", "A=\"x\n", ""),
        ("escaped quotes", "A=\"", "\\\"", "\n"), ("backslashes", "A=\"", "\\", "\"\n"),
        ("nested defaults", "A=", "${A:-", "\n"), ("defaults in a row", "A=", "${A:-x}", "\n"),
        ("duplicates", "", "A=1\n", ""), ("references", "A=1\n", "A=${A}\n", ""), ("blank lines", "A", "\n", "=1\n"),
        ("parentheses", "A=", "$(", "\n"), ("keys alone", "", "A\n", ""), ("hashes", "A=b", " #", "\n"),
    ]

    private static func readAll(_ file: [UInt8]) {
        for dialect in Dialect.all {
            guard let document = try? DotEnvDocument(parsing: file, dialect: dialect) else { continue }
            _ = try? document.values()
        }
    }

    private static func ordinary(bytes: Int) -> [UInt8] {
        var file: [UInt8] = []
        var number = 0
        while file.count < bytes {
            number += 1
            file.append(
                contentsOf: """
                    # Section \(number)
                    DB_HOST_\(number)=db-\(number).internal.example.org
                    DB_PASSWORD_\(number)='s3cr#t p$ss \(number)'
                    GREETING_\(number)="hello, world" # a comment
                    URL_\(number)=https://example.org:8443/path?query=\(number)

                    """.utf8
            )
        }
        return file
    }

    private static func median(of rounds: Int = 5, _ work: () -> Void) -> Double {
        // Processor time, so that the numbers are those of the code and not of the neighbours.
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
        }
        let times = (0..<rounds).map { _ in
            let start = now()
            work()
            return now() - start
        }
        return times.sorted()[rounds / 2]
    }

    private static func pad(_ number: Double) -> String {
        let tenths = Int(number * 10 + 0.5)
        let text = "\(tenths / 10).\(tenths % 10)"
        return String(repeating: " ", count: max(0, 8 - text.count)) + text
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
