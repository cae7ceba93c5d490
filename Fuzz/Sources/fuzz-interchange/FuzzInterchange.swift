import DotEnv
import FuzzDriver
import Interchange
import Secrets

@main
enum FuzzInterchange {
    static func main() { FuzzDriver.run { Trial($0).run() } }
}

/// One input: its first byte chooses the format, the rest is a text of it.
private struct Trial {
    private let format: Format
    private let text: [UInt8]

    init(_ input: [UInt8]) {
        format = Format.allCases[Int(input.first ?? 0) % Format.allCases.count]
        text = Array(input.dropFirst())
    }

    func run() {
        do throws(InterchangeError) {
            let values = try Importer.read(text, format: format)
            let names = values.map(\.name)
            FuzzDriver.require(Set(names).count == names.count, "a name came twice")
            write(values)
        } catch {
            check(error)
        }
    }

    /// What was read can be written and reads the same, or is refused.
    private func write(_ values: [NamedValue]) {
        for target in Format.allCases where target != .systemd {
            do throws(InterchangeError) {
                let files = try Exporter(format: target).write(values).files
                guard let file = files.first, files.count == 1 else { continue }
                let again = try Importer.read(file.content.reveal(), format: target)
                FuzzDriver.require(again.count == values.count, "values were lost without a word")
                for (one, other) in zip(values, again) {
                    FuzzDriver.require(one.name == other.name && one.value == other.value, "a value changed")
                }
            } catch {
                check(error)
            }
        }
    }

    private func check(_ error: InterchangeError) {
        FuzzDriver.require(!error.fix.isEmpty && error.code.hasPrefix("KF-IO-"), "an error that explains nothing")
        FuzzDriver.require(
            error.message.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F },
            "a control character in an error"
        )
    }
}
