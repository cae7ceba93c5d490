/// Writes `keyfolio.yaml` in its canonical form: long forms in a fixed order, nothing that the reader would assume
/// anyway.
///
/// What it writes reads back as the same manifest, but for the lines on which things stand, and blanks at the end of a
/// description.
public enum ManifestWriter {
    /// The manifest as YAML.
    ///
    /// - Parameters:
    ///   - manifest: The manifest.
    ///   - schema: Where an editor finds the JSON Schema: a path relative to the manifest, or a URL. nil for no line
    ///     about it.
    ///   - comments: What to say about variables, by their names, in comment lines above them.
    /// - Returns: The text, with a line feed at its end.
    public static func yaml(
        _ manifest: Manifest,
        schema: String? = nil,
        comments: [String: String] = [:]
    ) -> String {
        var block = YAMLBlock()
        if let schema { block.comment("yaml-language-server: $schema=\(schema)") }
        block.pair("version", "\(ManifestShapes.version)")
        block.pair("project", YAMLText.scalar(manifest.project))
        if let variable = manifest.environmentVariable {
            block.pair("environment-variable", YAMLText.scalar(variable))
        }
        if let store = manifest.store {
            block.block("store") { $0.pair("name", YAMLText.scalar(store.name)) }
        }
        block.blank()
        block.block("environments") { block in
            for environment in manifest.environments { write(environment, to: &block) }
        }
        block.blank()
        block.block("components") { block in
            for component in manifest.components { write(component, of: manifest, to: &block) }
        }
        block.blank()
        guard !manifest.variables.isEmpty else {
            block.pair("variables", "{}")
            return block.text
        }
        let usualReaders = Manifest.usualReaders(among: manifest.components)
        block.block("variables") { block in
            for (index, variable) in manifest.variables.enumerated() {
                if index > 0 { block.blank() }
                if let comment = comments[variable.name] { block.comment(comment) }
                write(variable, of: manifest, usualReaders, to: &block)
            }
        }
        return block.text
    }

    private static func write(_ environment: Environment, to block: inout YAMLBlock) {
        let usual = Environment(name: environment.name).strictness
        block.block(environment.name) { block in
            if environment.strictness != usual { block.pair("strictness", environment.strictness.rawValue) }
            if let description = environment.description { block.pair("description", YAMLText.scalar(description)) }
        }
    }

    private static func write(_ component: Component, of manifest: Manifest, to block: inout YAMLBlock) {
        block.block(component.name) { block in
            block.pair("folder", YAMLText.scalar(component.folder))
            block.pair("audience", component.audience.rawValue)
            if let dialect = component.dialect { block.pair("dialect", YAMLText.scalar(dialect)) }
            if let description = component.description { block.pair("description", YAMLText.scalar(description)) }
            guard !component.files.isEmpty else { return }
            block.block("files") { block in
                for name in order(of: component.files.keys, ["*"] + manifest.environments.map(\.name)) {
                    block.pair(name, list(component.files[name] ?? []))
                }
            }
        }
    }

    private static func write(
        _ variable: Variable,
        of manifest: Manifest,
        _ usualReaders: [String],
        to block: inout YAMLBlock
    ) {
        block.block(variable.name) { block in
            block.pair("type", variable.type.name)
            if case .enumeration(let values) = variable.type { block.pair("values", list(values, isWritten: true)) }
            if variable.sensitivity != variable.type.usualSensitivity {
                block.pair("sensitivity", variable.sensitivity.rawValue)
            }
            if let description = variable.description { block.pair("description", YAMLText.scalar(description)) }
            if let example = variable.example { block.pair("example", YAMLText.scalar(example, isWritten: true)) }
            if let value = variable.defaultValue { block.pair("default", YAMLText.scalar(value, isWritten: true)) }
            if variable.components != usualReaders { block.pair("components", list(variable.components)) }
            if let generator = variable.generator { write(generator, to: &block) }
            if variable.rotationDays != variable.usualRotationDays {
                block.pair("rotation", variable.rotationDays.map { "\($0)d" } ?? "never")
            }
            RuleWriter.write(variable.rules, to: &block)
            let overrides = variable.environments.filter { $0.value != Variable.EnvironmentOverride() }
            guard !overrides.isEmpty else { return }
            block.block("environments") { block in
                for name in order(of: overrides.keys, manifest.environments.map(\.name)) {
                    if let override = overrides[name] { write(override, of: name, to: &block) }
                }
            }
        }
    }

    private static func write(_ override: Variable.EnvironmentOverride, of name: String, to block: inout YAMLBlock) {
        block.block(name) { block in
            if let example = override.example { block.pair("example", YAMLText.scalar(example, isWritten: true)) }
            if let value = override.defaultValue { block.pair("default", YAMLText.scalar(value, isWritten: true)) }
            RuleWriter.write(override.rules, to: &block)
        }
    }

    private static func write(_ generator: Generator, to block: inout YAMLBlock) {
        let (word, size) =
            switch generator {
            case .hex(let bytes): ("hex", "\(bytes)")
            case .base64(let bytes): ("base64", "\(bytes)")
            case .base64URL(let bytes): ("base64url", "\(bytes)")
            case .password(let length): ("password", "\(length)")
            case .uuid: ("uuid", "true")
            }
        block.pair("generate", "{\(word): \(size)}")
    }

    /// Names in the order of the file, and those that it does not have behind them.
    private static func order(of names: some Collection<String>, _ known: [String]) -> [String] {
        let first = known.filter(names.contains)
        return first + names.filter { !first.contains($0) }.sorted()
    }

    /// A list on one line.
    static func list(_ items: [String], isWritten: Bool = false) -> String {
        "[\(items.map { YAMLText.scalar($0, isWritten: isWritten) }.joined(separator: ", "))]"
    }
}

/// Writes `rules`.
enum RuleWriter {
    /// Adds the rules that are set, in the order of the format; nothing where none is.
    static func write(_ rules: Rules, to block: inout YAMLBlock) {
        guard rules != Rules() else { return }
        block.block("rules") { block in
            if let required = rules.required { block.pair("required", words(required)) }
            writeLengths(rules, to: &block)
            if let minimum = rules.minimum { block.pair("minimum", number(minimum)) }
            if let maximum = rules.maximum { block.pair("maximum", number(maximum)) }
            if let pattern = rules.pattern { block.pair("pattern", YAMLText.scalar(pattern)) }
            if let oneOf = rules.oneOf { block.pair("one-of", ManifestWriter.list(oneOf, isWritten: true)) }
            if let only = rules.mustBe { block.pair("must-be", YAMLText.scalar(only, isWritten: true)) }
            if let not = rules.mustNotBe { block.pair("must-not-be", ManifestWriter.list(not, isWritten: true)) }
            if let bits = rules.strengthBits { block.pair("strength", "\(bits)") }
            if let least = rules.minimumPasswordLength { block.pair("password-length", "{minimum: \(least)}") }
            if let kinds = rules.characters {
                let words = Rules.CharacterKind.allCases.filter(kinds.contains).map(\.rawValue)
                block.pair("characters", ManifestWriter.list(words))
            }
            if let unique = rules.unique { block.pair("unique", "\(unique)") }
            if let source = rules.source { block.pair("source", source.rawValue) }
            if let tls = rules.tls { block.pair("tls", "\(tls)") }
            if let wildcard = rules.wildcard { block.pair("wildcard", "\(wildcard)") }
            if let isPublic = rules.public { block.pair("public", "\(isPublic)") }
        }
    }

    private static func writeLengths(_ rules: Rules, to block: inout YAMLBlock) {
        let bounds = [("minimum", rules.minimumLength), ("maximum", rules.maximumLength)]
        let words = bounds.compactMap { key, bound in bound.map { "\(key): \($0)" } }
        if !words.isEmpty { block.pair("length", "{\(words.joined(separator: ", "))}") }
    }

    private static func words(_ requirement: Rules.Requirement) -> String {
        switch requirement {
        case .never: "false"
        case .always: "true"
        case .whenSet(let variable): "{when: \(YAMLText.scalar(variable))}"
        case .whenEqual(let variable, let value):
            "{when: {\(YAMLText.scalar(variable)): \(YAMLText.scalar(value, isWritten: true))}}"
        }
    }

    private static func number(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? "\(value)" }
}
