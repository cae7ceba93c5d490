internal import DotEnv
internal import Secrets

// Formats with a line or a few for each value.
extension Exporter {
    private static let nul = "a NUL character ends a value there"

    func dotenv(_ value: NamedValue) -> Entry {
        let plain = value.value.reveal()
        let why: String
        if Names.isVariable(value.name) {
            do throws(DotEnvError) {
                return .whole("\(value.name)=\(try DotEnvWriter.form(for: plain, readableBy: readers))\n")
            } catch {
                why = error.message
            }
        } else {
            why = "a key has letters, digits and underscores only, and no digit first"
        }
        // Forced: a line that Keyfolio itself reads back, or else one that Python does.
        for reader in [Dialect.keyfolio, .python] {
            guard let form = try? DotEnvWriter.form(for: plain, readableBy: [reader]) else { continue }
            let line = "\(value.name)=\(form)\n"
            if Self.reads(line, as: value, by: reader) { return .lossy(line, why: why) }
        }
        return .leftOut(why: why)
    }

    /// Whether a reader takes a line for exactly one value. A name with a line break in it could bring lines of its own.
    private static func reads(_ line: String, as value: NamedValue, by reader: Dialect) -> Bool {
        guard let document = try? DotEnvDocument(parsing: Array(line.utf8), dialect: reader),
            let read = try? document.values(environment: { _ in nil }), read.count == 1, let only = read.first
        else { return false }
        return only.key.utf8.elementsEqual(value.name.utf8) && Secret(only.value) == value.value
    }

    /// A value in single quotes, in which a shell takes everything as it is but the quote itself.
    static func shell(_ value: NamedValue) -> Entry {
        guard Names.isVariable(value.name) else {
            return .leftOut(why: "a variable's name has letters, digits and underscores only, and no digit first")
        }
        guard !Names.keptByShells.contains(value.name) else {
            return .leftOut(why: "shells keep the variable of that name for themselves")
        }
        var text = "export \(value.name)='"
        // By scalars: a quote and the combining accent after it are one character to Swift, and a quote to the shell.
        for scalar in value.value.reveal().unicodeScalars {
            if scalar == "\0" { return .leftOut(why: nul) }
            if scalar == "'" { text += "'\\''" } else { text.unicodeScalars.append(scalar) }
        }
        return .whole(text + "'\n")
    }

    /// Docker reads lines of this many bytes at most: a longer one makes it refuse the whole file (Go's `bufio.Scanner`).
    private static let dockerLine = 65_535

    static func docker(_ value: NamedValue) -> Entry {
        guard Names.isDocker(value.name) else {
            return .leftOut(why: "a name has no white space and no '=' there, and does not begin with '#'")
        }
        var text = "\(value.name)="
        var isBroken = false
        for scalar in value.value.reveal().unicodeScalars {
            if scalar == "\0" { return .leftOut(why: nul) }
            if scalar == "\n" || scalar == "\r" { isBroken = true }
            text.unicodeScalars.append(scalar == "\n" || scalar == "\r" ? " " : scalar)
        }
        guard text.utf8.count <= dockerLine else {
            return .leftOut(why: "a name and its value have at most \(dockerLine) bytes there")
        }
        text += "\n"
        return isBroken ? .lossy(text, why: "a line break ends a value there, and nothing can be quoted") : .whole(text)
    }

    /// GitHub's multi-line form for every value, with a delimiter that is no line of the value.
    static func github(_ value: NamedValue) -> Entry {
        let upper = value.name.uppercased()
        if upper.hasPrefix("GITHUB_") || upper.hasPrefix("RUNNER_") || upper == "NODE_OPTIONS" {
            return .leftOut(why: "GitHub does not let a workflow set it")
        }
        guard Names.isGitHub(value.name) else {
            return .leftOut(why: "a name has no line break, no '=' and no '<<' there")
        }
        let plain = value.value.reveal()
        if plain.utf8.contains(0) { return .leftOut(why: nul) }
        let lines = Set(plain.utf8.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) })
        var delimiter = "KEYFOLIO_END"
        var number = 0
        while lines.contains(delimiter) || lines.contains(delimiter + "\r") {
            number += 1
            delimiter = "KEYFOLIO_END_\(number)"
        }
        let text = "\(value.name)<<\(delimiter)\n\(plain)\n\(delimiter)\n"
        // Runners on Windows take it for a part of the line break.
        return plain.utf8.contains(0x0D) ? .lossy(text, why: "a carriage return may be lost there") : .whole(text)
    }
}
