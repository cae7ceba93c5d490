import DotEnv
import FuzzDriver

@main
enum FuzzDotEnv {
    static func main() { FuzzDriver.run { Trial($0).run() } }
}

/// One input: its first byte chooses the dialect, its second the readers to write for; the rest is the file.
private struct Trial {
    private let input: [UInt8]
    private let dialect: Dialect
    private let readers: [Dialect]
    private let file: [UInt8]

    init(_ input: [UInt8]) {
        self.input = input
        let choice = input.first ?? 0
        dialect = Dialect.all[Int(choice & 7) % Dialect.all.count]
        let mask = input.dropFirst().first ?? 0
        readers = Dialect.all.enumerated().filter { mask >> $0.offset & 1 == 1 }.map(\.element)
        file = Array(input.dropFirst())
    }

    func run() {
        for dialect in Dialect.all { read(as: dialect) }
        _ = DotEnvDocument.explain(bytes: file) { $0.isEmpty ? nil : "e" }
        lint()
        edit()
        write()
    }

    private func read(as dialect: Dialect) {
        do throws(DotEnvError) {
            let document = try DotEnvDocument(parsing: file, dialect: dialect)
            FuzzDriver.require(document.bytes == file, "a file that nobody changed changed")
            let plain = try document.values(interpolate: false)
            _ = try document.values { $0.count % 2 == 0 ? "e" : nil }
            FuzzDriver.require(plain.count <= document.entries.count, "more values than entries")
        } catch {
            check(error)
        }
    }

    /// Messages that were ever seen. There are few, since they contain nothing that was read.
    private nonisolated(unsafe) static var messages: Set<String> = []

    private func check(_ error: DotEnvError) {
        Self.messages.insert(error.message)
        FuzzDriver.require(Self.messages.count <= DotEnvError.Code.all.count, "an error contains input")
        FuzzDriver.require(error.line >= 1 && error.column >= 1, "an error without a place")
    }

    private func lint() {
        let lints = DotEnvDocument.lint(bytes: file, dialect: dialect)
        guard let values = Self.values(of: file, as: dialect, environment: "e") else { return }
        let mended = DotEnvLint.applying(lints, to: file)
        FuzzDriver.require(Self.values(of: mended, as: dialect, environment: "e") == values, "an edit changed a value")
    }

    private func edit() {
        // The last third is the value, so that the fuzzer can make both.
        let value = String(decoding: file.suffix(file.count / 3), as: UTF8.self)
        let rest = Array(file.dropLast(file.count / 3))
        guard var document = try? DotEnvDocument(parsing: rest, dialect: dialect) else { return }
        let before = Self.values(of: rest, as: dialect, butFor: "A")
        if (try? document.set("A", to: value, readableBy: readers)) == nil {
            FuzzDriver.require(document.bytes == rest, "a refusal changed the file")
        } else {
            for reader in [dialect] + readers {
                guard let values = Self.values(of: document.bytes, as: reader, environment: "expanded") else {
                    continue
                }
                FuzzDriver.require(values["A"] == value, "a reader does not read what was set")
            }
            FuzzDriver.require(
                Self.values(of: document.bytes, as: dialect, butFor: "A") == before,
                "another value changed"
            )
        }
        let written = document.bytes
        if document.remove("A") {
            FuzzDriver.require(!document.entries.contains { $0.key == "A" }, "a removed key is there")
            FuzzDriver.require(
                Self.values(of: document.bytes, as: dialect, butFor: "A") == before,
                "another value changed"
            )
        } else {
            FuzzDriver.require(document.bytes == written, "a refusal changed the file")
        }
    }

    private func write() {
        let value = String(decoding: file, as: UTF8.self)
        guard let form = try? DotEnvWriter.form(for: value, readableBy: readers) else { return }
        for reader in readers {
            let values = Self.values(of: Array("B=1\nK=\(form)\nC=1\n".utf8), as: reader, environment: "expanded")
            FuzzDriver.require(values == ["B": "1", "K": value, "C": "1"], "a form is read as another value")
        }
    }

    private static func values(
        of file: [UInt8],
        as dialect: Dialect,
        environment: String? = nil,
        butFor key: String? = nil
    ) -> [String: String]? {
        guard let document = try? DotEnvDocument(parsing: file, dialect: dialect),
            let values = try? document.values(environment: { _ in environment }, interpolate: environment != nil)
        else { return nil }
        return Dictionary(values.filter { $0.key != key }.map { ($0.key, $0.value) }) { _, last in last }
    }
}
