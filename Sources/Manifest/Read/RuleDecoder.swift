internal import Findings

extension ManifestDecoder {
    /// Makes rules from their mapping.
    mutating func rules(_ node: YAMLNode) -> Rules {
        var rules = Rules()
        for pair in node.pairs ?? [] {
            let value = pair.value
            switch pair.key {
            case "required": rules.required = requirement(value)
            case "length":
                rules.minimumLength = value["minimum"]?.integer
                rules.maximumLength = value["maximum"]?.integer
            case "minimum": rules.minimum = value.number
            case "maximum": rules.maximum = value.number
            case "pattern": rules.pattern = pattern(value)
            case "one-of": rules.oneOf = value.items?.compactMap(\.writtenText)
            case "must-be": rules.mustBe = value.writtenText
            case "must-not-be": rules.mustNotBe = (value.items ?? [value]).compactMap(\.writtenText)
            case "strength": rules.strengthBits = value.integer
            case "password-length": rules.minimumPasswordLength = value["minimum"]?.integer
            case "characters":
                rules.characters = (value.items?.compactMap(\.text)).map {
                    Set($0.compactMap(Rules.CharacterKind.init))
                }
            case "unique": rules.unique = value.boolean
            case "source": rules.source = value.text.flatMap(Rules.Source.init(rawValue:))
            case "tls": rules.tls = value.boolean
            case "wildcard": rules.wildcard = value.boolean
            case "public": rules.public = value.boolean
            default: break
            }
        }
        return rules
    }

    private mutating func requirement(_ node: YAMLNode) -> Rules.Requirement? {
        if let flag = node.boolean { return flag ? .always : .never }
        guard let when = node["when"] else { return nil }
        if let name = when.text {
            checkReference(name, at: when.mark)
            return .whenSet(variable: name)
        }
        guard let pair = when.pairs?.first else { return nil }
        checkReference(pair.key, at: pair.keyMark)
        return pair.value.writtenText.map { .whenEqual(variable: pair.key, value: $0) }
    }

    private mutating func checkReference(_ name: String, at mark: YAMLMark) {
        if name == list.variable {
            let fix = "Name another variable, or write `required: true`."
            list.add(.manifestContradiction, at: mark, "a variable cannot be required by its own value", fix: fix)
        } else if !variables.contains(name) {
            addUnknownVariable(name, at: mark, "`when` names a variable that is not declared")
        }
    }

    private mutating func pattern(_ node: YAMLNode) -> String? {
        guard let text = node.text else { return nil }
        if checkedPatterns.insert(text).inserted, let problem = Pattern.problem(in: text) {
            let fix = "Mend it; in YAML, single quotes keep the backslashes of a pattern."
            list.add(.manifestBadPattern, at: node.mark, "`pattern` is not a regular expression: \(problem)", fix: fix)
        }
        return text
    }
}

extension Generator {
    /// Reads a generator: a word for the usual size, or a mapping of the word to a size.
    init?(_ node: YAMLNode) {
        let pair = node.pairs?.first
        guard let word = node.text ?? pair?.key else { return nil }
        let size = pair?.value.integer
        switch word {
        case "hex": self = .hex(bytes: size ?? 32)
        case "base64": self = .base64(bytes: size ?? 32)
        case "base64url": self = .base64URL(bytes: size ?? 32)
        case "password": self = .password(length: size ?? 32)
        case "uuid": self = .uuid
        default: return nil
        }
    }
}

extension Pattern {
    /// What is wrong with an expression, without a piece of it; nil when nothing is.
    fileprivate static func problem(in expression: String) -> String? {
        do throws(Problem) {
            _ = try Pattern(expression)
            return nil
        } catch {
            return "at its character \(error.column), \(error.message)"
        }
    }
}
