/// Writes the files that a repository commits instead of those with values.
public enum TemplateWriter {
    /// The usual name of a component's template.
    public static let fileName = ".env.example"

    /// The template of a component: every variable that it reads, with what it is for, what it must be, and a value
    /// that is public.
    ///
    /// A variable that must be filled in holds a placeholder such as `<SECRET_KEY>`, which `keyfolio check` refuses
    /// wherever it is left in; one that may be left out is empty.
    ///
    /// - Parameters:
    ///   - component: The component.
    ///   - manifest: Its manifest.
    /// - Returns: The file, in a form that every reader of `.env` files reads alike, with a line feed at its end.
    public static func example(for component: Component, manifest: Manifest) -> String {
        var text = """
            # \(line(manifest.project)): what \(line(component.name)) reads. Copy this file and fill it in.
            # Written by `keyfolio template` from keyfolio.yaml; change it there.

            """
        for variable in manifest.variables(of: component) {
            text += "\n"
            for comment in comments(about: variable, in: manifest) { text += "# \(comment)\n" }
            let value = quoted(value(of: variable, in: manifest), forShell: component.dialect == "posix")
            text += "\(variable.name)=\(value)\n"
        }
        return text
    }

    /// The lines of a `.gitignore` that keep files with values out of the repository, and the templates in it.
    ///
    /// - Parameters:
    ///   - manifest: The manifest: files that components name for themselves get a line each.
    ///   - folder: Where the `.gitignore` is, relative to the manifest's folder: a part of a project may be a repository
    ///     of its own.
    /// - Returns: The lines, with a line feed at their end.
    public static func gitIgnore(for manifest: Manifest, in folder: String = ".") -> String {
        var lines = [
            "# Files with values stay out of the repository; templates belong in it.", ".env*", "!\(fileName)",
        ]
        for component in manifest.components {
            for file in component.files.values.joined().sorted() where !isCovered(file) {
                var path = ProjectPath.resolved("\(component.folder)/\(file)")[...]
                if folder != "." {
                    guard path.hasPrefix("\(folder)/") else { continue }
                    path = path.dropFirst(folder.count + 1)
                }
                let line =
                    "/"
                    + path.split(separator: "{environment}", omittingEmptySubsequences: false).joined(separator: "*")
                if !lines.contains(line) { lines.append(line) }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Whether `.env*` ignores a file already.
    private static func isCovered(_ file: String) -> Bool {
        (file.split(separator: "/").last ?? "").hasPrefix(".env")
    }

    // MARK: - Comments

    private static func comments(about variable: Variable, in manifest: Manifest) -> [String] {
        var lines = (variable.description ?? "").split(whereSeparator: \.isNewline).map(line)
        let words = RuleWords.sentences(about: variable, in: manifest)
        lines.append(line(words.general))
        lines += words.differences.map(line)
        let value = value(of: variable, in: manifest)
        if let example = example(of: variable, in: manifest), example != value {
            lines.append("Example: \(line(example))")
        }
        if variable.generator != nil { lines.append("Generate it: keyfolio generate \(variable.name)") }
        return lines.flatMap { wrapped($0, to: 110) }
    }

    /// Text without anything that could end the comment's line.
    private static func line(_ text: some StringProtocol) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? " " : $0 }))
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }

    private static func wrapped(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        var current = ""
        for word in text.split(separator: " ") {
            if !current.isEmpty, current.count + 1 + word.count > width {
                lines.append(current)
                current = ""
            }
            current += current.isEmpty ? "\(word)" : " \(word)"
        }
        return current.isEmpty ? lines : lines + [current]
    }

    // MARK: - Values

    /// What a developer starts with: the usual value, something to fill in where there must be a value, or nothing.
    private static func value(of variable: Variable, in manifest: Manifest) -> String {
        let development = manifest.environments.first(where: \.isDevelopment)
        if variable.name == manifest.environmentVariable, let development { return development.name }
        let usual = development.map { variable.defaultValue(in: $0.name) } ?? variable.defaultValue
        if !variable.isSecret, let usual { return usual }
        let rules = development.map { variable.rules(in: $0.name) } ?? variable.rules
        guard rules.required == .always else { return "" }
        return example(of: variable, in: manifest) ?? placeholder(for: variable)
    }

    /// An example that may be shown.
    private static func example(of variable: Variable, in manifest: Manifest) -> String? {
        let development = manifest.environments.first(where: \.isDevelopment)
        let override = development.flatMap { variable.environments[$0.name] }
        guard let example = override?.example ?? variable.example else { return nil }
        return RealSecret.isLikely(example, isSecret: variable.isSecret) ? nil : example
    }

    private static func placeholder(for variable: Variable) -> String {
        switch variable.type {
        case .postgresURL: "postgresql://<USER>:<PASSWORD>@<HOST>:5432/<DATABASE>"
        case .url, .httpOrigin, .httpOriginList: "https://<HOST>"
        default: "<\(variable.name)>"
        }
    }

    /// A value as every reader of `.env` files takes it.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - forShell: Whether a shell reads the file, to which `<` and `>` mean files.
    private static func quoted(_ value: String, forShell: Bool) -> String {
        let marks = forShell ? "_-./:@,+=%" : "_-./:@,+=%<>*?"
        let isPlain = value.utf8.allSatisfy {
            (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || marks.utf8.contains($0)
        }
        if isPlain { return value }
        if !value.contains(where: { $0 == "'" || $0.isNewline }) { return "'\(value)'" }
        var result = "\""
        for character in value.unicodeScalars {
            switch character {
            case "\"", "\\", "$", "`": result += "\\\(character)"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            default: result.unicodeScalars.append(character)
            }
        }
        return result + "\""
    }
}
