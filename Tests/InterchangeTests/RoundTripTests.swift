import Foundation
import Interchange
import Secrets
import Testing

/// Whatever a value is, it comes back from a format as it went in, or is refused by name.
@Suite struct RoundTripTests {
    static let count = ProcessInfo.processInfo.environment["INTERCHANGE_VALUES"].flatMap(Int.init) ?? 400
    static let seed = ProcessInfo.processInfo.environment["INTERCHANGE_SEED"].flatMap(UInt64.init) ?? 20_260_131

    /// Random values, and those of them that a format holds.
    static func values(heldBy format: Format, canary: String) throws -> (held: [NamedValue], refused: Int) {
        var generator = SeededGenerator(seed: seed)
        var held: [NamedValue] = []
        var refused = 0
        for number in 0..<count {
            let value = RandomValues.value(using: &generator)
            let named = NamedValue("V\(number)", value)
            // The second has the same characters in it, though not at its ends: most of those are refused, too.
            for attempt in [named, NamedValue("V\(number)", canary + value + canary)] {
                do throws(InterchangeError) {
                    _ = try Exporter(format: format).write([attempt])
                    if attempt == named { held.append(named) }
                } catch {
                    if attempt == named { refused += 1 }
                    #expect(error.isLoss && error.message.contains("V\(number) ("))
                    #expect(!"\(error) \(error.fix)".contains(canary))
                }
            }
        }
        return (held, refused)
    }

    @Test(arguments: Format.allCases.filter { $0 != .systemd })
    func `a value of any characters comes back, or is refused as lossy`(format: Format) throws {
        let (held, refused) = try Self.values(heldBy: format, canary: "Kf9Canary")
        // Formats that hold everything refuse nothing; the others hold most.
        switch format {
        case .json, .yaml, .kubernetes: #expect(refused == 0)
        default: #expect((1..<Self.count / 2).contains(refused), "\(refused)")
        }
        // A NUL is held by some formats, and by no environment: it is refused on the way in.
        let text = try Exporter(format: format).text(held)
        if held.contains(where: { $0.value.reveal().utf8.contains(0) }) {
            let error = #expect(throws: InterchangeError.self) { try Importer.read(text, format: format) }
            #expect(error?.code == "KF-IO-005")
        }
        let plain = held.filter { !$0.value.reveal().utf8.contains(0) }
        let read = try Importer.read(try Exporter(format: format).text(plain), format: format)
        #expect(read.count == plain.count)
        for (value, back) in zip(plain, read) where value.bytes != back.bytes {
            Issue.record(
                "\(String(reflecting: value.value.reveal())) came back as \(back.value.reveal().debugDescription)"
            )
        }
    }

    @Test(.enabled(if: RealReader.isPythonComplete, "needs .venv on PATH"), arguments: RealReader.all)
    func `a real reader gets every value back that is not refused`(reader: RealReader) throws {
        let held = try Self.values(heldBy: reader.format, canary: "Kf9Canary").held
        // All in one document, and each alone for those that begin and end one.
        var documents = [try Exporter(format: reader.format).text(held)]
        let some = held.prefix(25)
        for value in some { documents.append(try Exporter(format: reader.format).text([value])) }
        let read = try reader.read(documents)
        try #require(read.count == documents.count)
        let all = try #require(read[0], "the reader refuses the document")
        for value in held where all[value.name] != value.bytes[1] {
            Issue.record(
                "\(String(reflecting: value.value.reveal())) is read as \(String(describing: all[value.name]))"
            )
        }
        for (value, alone) in zip(some, read.dropFirst()) {
            #expect(alone?[value.name] == value.bytes[1], "\(String(reflecting: value.value.reveal()))")
        }
    }

    @Test(arguments: ["sh", "bash"])
    func `a quote with an accent after it does not end a shell's quotes`(shell: String) throws {
        // To Swift the two are one character; to a shell the quote is a quote, and the rest would be a command.
        let value = "'\u{301}; export INJECTED=1; '\u{200D}"
        let text = try Exporter(format: .shell).text([NamedValue("A", value)])
        let read = try #require(try RealReader(format: .shell, arguments: ["shell", shell]).read([text]).first ?? nil)
        #expect(read["A"] == Array(value.utf8))
        #expect(read["INJECTED"] == nil)
    }

    @Test(arguments: ["sh", "bash"])
    func `every variable that a shell knows by itself is given to it, or refused`(shell: String) throws {
        let listed = try RealReader.run(["bash", "-c", "compgen -v; echo OPTIND; echo RANDOM; echo LINENO; echo UID"])
        let names = Set(String(decoding: listed.output, as: UTF8.self).split(separator: "\n").map(String.init))
            .filter { !$0.hasPrefix("LC_") && $0 != "LANG" }.sorted()
        #expect(names.count > 20)
        let held = names.map { NamedValue($0, "given") }.filter { value in
            (try? Exporter(format: .shell).write([value])) != nil
        }
        #expect(held.contains { $0.name == "PATH" } && !held.contains { $0.name == "RANDOM" })
        let documents = try held.map { try Exporter(format: .shell).text([$0]) }
        let read = try RealReader(format: .shell, arguments: ["shell", shell]).read(documents)
        for (value, answer) in zip(held, read) {
            #expect(answer?[value.name] == Array("given".utf8), "\(value.name)")
        }
    }
}
