/// Rules in words, for people who fill in a template.
enum RuleWords {
    /// What a variable is and must be: what holds everywhere, and a sentence for each environment where more holds.
    ///
    /// - Parameters:
    ///   - variable: The variable.
    ///   - manifest: Its manifest, for the order of the environments.
    static func sentences(
        about variable: Variable,
        in manifest: Manifest
    ) -> (general: String, differences: [String]) {
        var general = [head(of: variable)] + sentences(about: variable.rules, variable)
        if !variable.isSecret, let value = variable.defaultValue { general.append("Usually \(shown(value)).") }
        var differences: [String] = []
        for environment in manifest.environments {
            guard let override = variable.environments[environment.name] else { continue }
            var own = sentences(about: override.rules, variable)
            if !variable.isSecret, let value = override.defaultValue { own.append("Usually \(shown(value)).") }
            guard !own.isEmpty else { continue }
            differences.append("In \(environment.name): \(own.map(asClause).joined(separator: "; ")).")
        }
        return (general.joined(separator: " "), differences)
    }

    private static func head(of variable: Variable) -> String {
        let kind =
            switch variable.type {
            case .string: "Text"
            case .text: "Text of any number of lines"
            case .integer: "A whole number"
            case .number: "A number"
            case .boolean: "true or false"
            case .enumeration(let words): "One of \(words.joined(separator: ", "))"
            case .url: "A URL"
            case .httpOrigin: "An origin: scheme, host, port"
            case .httpOriginList: "Origins, separated by commas"
            case .hostList: "Host names, separated by commas"
            case .emailList: "E-mail addresses, separated by commas"
            case .duration: "A length of time such as 30s, 15m, 12h or 90d"
            case .port: "A port from 1 to 65535"
            case .path: "A path"
            case .json: "JSON"
            case .base64: "Base64"
            case .hex: "Hexadecimal digits"
            case .postgresURL: "A PostgreSQL URL: postgresql://user:password@host:port/database"
            case .sentryDSN: "A Sentry DSN"
            case .awsAccessKeyID: "An AWS access key id"
            case .awsSecretKey: "An AWS secret access key"
            case .awsRegion: "An AWS region such as eu-central-1"
            case .s3Bucket: "The name of an S3 bucket"
            case .secret: "A secret"
            }
        let secrecy = variable.isSecret && variable.type != .secret ? ", secret" : ""
        return "\(kind)\(secrecy)."
    }

    private static func sentences(about rules: Rules, _ variable: Variable) -> [String] {
        var result: [String] = []
        switch rules.required {
        case .always: result.append("Required.")
        case .never: result.append("Optional.")
        case .whenSet(let other): result.append("Required when \(other) is set.")
        case .whenEqual(let other, let value): result.append("Required when \(other) is \(shown(value)).")
        case nil: break
        }
        result += bounds(rules.minimumLength, rules.maximumLength).map { "\($0) characters." }
        result += bounds(rules.minimum, rules.maximum).map { "\($0)." }
        if let pattern = rules.pattern { result.append("Matches \(shown(pattern)).") }
        if let oneOf = rules.oneOf { result.append("One of \(oneOf.map(shown).joined(separator: ", ")).") }
        if let only = rules.mustBe { result.append("Must be \(shown(only)).") }
        if let not = rules.mustNotBe { result.append("Must not be \(not.map(shown).joined(separator: " or ")).") }
        if let bits = rules.strengthBits { result.append("At least \(bits) bits of strength.") }
        if let least = rules.minimumPasswordLength { result.append("A password of at least \(least) characters.") }
        if let kinds = rules.characters {
            let words = Rules.CharacterKind.allCases.filter(kinds.contains).map(\.templateWords)
            result.append("Contains \(words.joined(separator: ", ")).")
        }
        if rules.unique == true { result.append("Different in every environment.") }
        if rules.source == .store { result.append("Comes from the store, never from a file.") }
        if rules.tls == true { result.append("Encrypted connections only.") }
        if rules.wildcard == false { result.append("No `*`.") }
        if rules.public == false { result.append("Never in a browser.") }
        return result
    }

    private static func bounds(_ least: Int?, _ most: Int?) -> [String] {
        bounds(least.map(Double.init), most.map(Double.init))
    }

    private static func bounds(_ least: Double?, _ most: Double?) -> [String] {
        switch (least, most) {
        case (let least?, let most?) where least == most: ["Exactly \(number(least))"]
        case (let least?, let most?): ["From \(number(least)) to \(number(most))"]
        case (let least?, nil): ["At least \(number(least))"]
        case (nil, let most?): ["At most \(number(most))"]
        case (nil, nil): []
        }
    }

    private static func number(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? "\(value)" }

    /// A value within a sentence. The empty one has a name of its own.
    private static func shown(_ value: String) -> String { value.isEmpty ? "empty" : value }

    /// A sentence as a part of another.
    private static func asClause(_ sentence: String) -> String {
        guard let first = sentence.first else { return sentence }
        return first.lowercased() + sentence.dropFirst().dropLast(sentence.hasSuffix(".") ? 1 : 0)
    }
}

extension Rules.CharacterKind {
    /// The kind in words.
    fileprivate var templateWords: String {
        switch self {
        case .lower: "a small letter"
        case .upper: "a capital letter"
        case .digit: "a digit"
        case .symbol: "a symbol"
        }
    }
}
