public import DotEnv
internal import Findings
public import Secrets

/// Writes values in a format, or refuses when the format cannot hold one of them as it is.
public struct Exporter: Sendable {
    /// A file of the result: its name (empty for the only one) and its bytes.
    public struct File: Sendable {
        /// The file's name inside the folder that was asked for; empty when the format is one text.
        public var name: String
        /// What it holds.
        public var content: Secret<[UInt8]>
    }

    /// Where to.
    public var format: Format
    /// Whether to write what loses something all the same.
    public var force: Bool
    /// The name that a format gives to the whole: a Kubernetes Secret's name.
    public var title: String
    /// The Kubernetes namespace, if any.
    public var namespace: String?
    /// Which readers of `.env` files must read every value the same.
    public var readers: [Dialect]

    /// Describes what is wanted.
    ///
    /// - Parameters:
    ///   - format: Where to.
    ///   - force: Whether to write what loses something all the same.
    ///   - title: The name of the whole, for formats that have one.
    ///   - namespace: The Kubernetes namespace, if any.
    ///   - readers: Which readers of `.env` files must agree; by default every one that is known.
    public init(
        format: Format,
        force: Bool = false,
        title: String = "keyfolio",
        namespace: String? = nil,
        readers: [Dialect] = Dialect.all
    ) {
        self.format = format
        self.force = force
        self.title = title
        self.namespace = namespace
        self.readers = readers
    }

    /// Writes values.
    ///
    /// - Parameter values: In the order in which they are written.
    /// - Returns: One file, or one per value for formats that are folders.
    /// - Throws: `KF-IO-001` for the first value that the format cannot hold, unless forced.
    public func write(_ values: [NamedValue]) throws(InterchangeError) -> [File] {
        switch format {
        case .dotenv: [file(try dotenv(values))]
        case .json: [file(json(values))]
        case .yaml: [file(yaml(values))]
        case .shell: [file(try shell(values))]
        case .docker: [file(try docker(values))]
        case .kubernetes: [file(try kubernetes(values))]
        case .systemd: try systemd(values)
        case .github: [file(try github(values))]
        }
    }

    private func file(_ text: String) -> File { File(name: "", content: Secret(Array(text.utf8))) }

    private func refuse(_ value: NamedValue, _ why: String) throws(InterchangeError) {
        if !force { throw .lossy(value.name, format, why: why) }
    }

    private func dotenv(_ values: [NamedValue]) throws(InterchangeError) -> String {
        var text = ""
        for value in values {
            do throws(DotEnvError) {
                text += "\(value.name)=\(try DotEnvWriter.form(for: value.value.reveal(), readableBy: readers))\n"
            } catch {
                try refuse(value, error.message)
                // Forced: a form that Keyfolio itself reads back, or else one that Python does.
                let plain = value.value.reveal()
                let own =
                    (try? DotEnvWriter.form(for: plain, readableBy: [.keyfolio]))
                    ?? (try? DotEnvWriter.form(for: plain, readableBy: [.python]))
                guard let own else { throw .lossy(value.name, format, why: error.message) }
                text += "\(value.name)=\(own)\n"
            }
        }
        return text
    }

    private func json(_ values: [NamedValue]) -> String {
        var object = JSONObject()
        for value in values { object[value.name] = .string(value.value.reveal()) }
        return JSONValue.object(object).text(.pretty) + "\n"
    }

    /// Every text is written as JSON writes it: a JSON string is a YAML double-quoted scalar (YAML 1.2.2, 1.3).
    private func yaml(_ values: [NamedValue]) -> String {
        values.map { value in
            let name = JSONValue.string(value.name).text(.compact)
            let plain = value.name.allSatisfy { $0.isASCII && ($0.isLetter || $0 == "_" || $0.isNumber) }
            let key = plain && value.name.first?.isLetter == true && !yamlWords.contains(value.name.lowercased())
            return "\(key ? value.name : name): \(JSONValue.string(value.value.reveal()).text(.compact))\n"
        }.joined()
    }

    private func shell(_ values: [NamedValue]) throws(InterchangeError) -> String {
        var text = ""
        for value in values {
            guard isShellName(value.name) else {
                try refuse(value, "a shell variable's name has letters, digits and underscores only")
                continue
            }
            text += "export \(value.name)='"
            text += value.value.reveal().split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: "'\\''")
            text += "'\n"
        }
        return text
    }

    private func docker(_ values: [NamedValue]) throws(InterchangeError) -> String {
        var text = ""
        for value in values {
            var plain = value.value.reveal()
            if plain.unicodeScalars.contains(where: { $0 == "\n" || $0 == "\r" }) {
                try refuse(value, "a line break ends a value there, and nothing can be quoted")
                plain = String(plain.unicodeScalars.map { $0 == "\n" || $0 == "\r" ? " " : Character($0) })
            }
            if value.name.contains(where: \.isWhitespace) || value.name.hasPrefix("#") {
                try refuse(value, "a name has no white space there and does not begin with #")
                continue
            }
            text += "\(value.name)=\(plain)\n"
        }
        return text
    }

    private func kubernetes(_ values: [NamedValue]) throws(InterchangeError) -> String {
        var text = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: \(kubernetesName(title))\n"
        if let namespace { text += "  namespace: \(kubernetesName(namespace))\n" }
        text += "type: Opaque\ndata:\n"
        if values.isEmpty { text.replaceLast("data:\n", with: "data: {}\n") }
        var total = 0
        for value in values {
            guard value.name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }) else {
                try refuse(value, "a key has letters, digits, '-', '_' and '.' only")
                continue
            }
            total += value.value.byteCount
            if total > 1_048_576 { try refuse(value, "all values together have more than 1 MiB") }
            let encoded = unsafe value.value.withUnsafeBytes { unsafe Base64.encode($0) }
            text += "  \(value.name): \(encoded.isEmpty ? "\"\"" : "\"\(encoded)\"")\n"
        }
        return text
    }

    private func systemd(_ values: [NamedValue]) throws(InterchangeError) -> [File] {
        var files: [File] = []
        for value in values {
            if value.value.byteCount > 1_048_576 { try refuse(value, "a credential has at most 1 MiB") }
            let bytes = unsafe value.value.withUnsafeBytes { unsafe Array($0) }
            files.append(File(name: value.name, content: Secret(bytes)))
        }
        return files
    }

    /// GitHub's multi-line form for every value, with a delimiter that the value does not have.
    private func github(_ values: [NamedValue]) throws(InterchangeError) -> String {
        var text = ""
        for value in values {
            let upper = value.name.uppercased()
            if upper.hasPrefix("GITHUB_") || upper.hasPrefix("RUNNER_") || upper == "NODE_OPTIONS" {
                try refuse(value, "GitHub does not let a workflow set it")
                continue
            }
            let plain = value.value.reveal()
            if plain.contains("\r") { try refuse(value, "a carriage return is lost there") }
            var delimiter = "KEYFOLIO_END"
            while plain.contains(delimiter) { delimiter += "_\(UInt32.random(in: .min ... .max))" }
            text += "\(value.name)<<\(delimiter)\n\(plain)\n\(delimiter)\n"
        }
        return text
    }

    private func isShellName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first == 0x5F || Character(UnicodeScalar(first)).isLetter else {
            return false
        }
        return name.utf8.allSatisfy {
            $0 == 0x5F || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        }
    }

    /// A name as RFC 1123 wants a label: lower case, digits and dashes.
    private func kubernetesName(_ name: String) -> String {
        let cleaned = name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" }
        return String(cleaned.prefix(253))
    }
}

/// Words that YAML 1.1 readers take for something else than text when they stand alone.
private let yamlWords: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]

extension String {
    fileprivate mutating func replaceLast(_ ending: String, with replacement: String) {
        if hasSuffix(ending) { self = dropLast(ending.count) + replacement }
    }
}
