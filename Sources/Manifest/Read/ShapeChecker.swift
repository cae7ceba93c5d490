internal import Findings

/// Compares a tree with the shapes of the format and says every difference.
///
/// What it finds is what the JSON Schema finds: nothing here looks at another part of the file.
struct ShapeChecker {
    /// What was found.
    var list: FindingList

    /// Compares a value.
    ///
    /// - Parameters:
    ///   - node: The value.
    ///   - shape: What it must be.
    ///   - label: The key that it stands at, for messages.
    mutating func check(_ node: YAMLNode, as shape: Shape, at label: Label) {
        guard shape.takesKind(of: node) else {
            list.add(.manifestWrongKind, at: node.mark, "\(label) must be \(shape.words)", fix: advice(node, shape))
            return
        }
        switch shape {
        case .text(let form): check(node, form, label)
        case .word(let words, let what): checkWord(node, words, what, label)
        case .integer(let range): checkRange(node, range, label)
        case .yes where node.boolean != true:
            list.add(.manifestOutOfRange, at: node.mark, "\(label) must be true", fix: "Write `true`.")
        case .list(let shape, let least):
            let items = node.items ?? []
            checkCount(items.count, atLeast: least, of: "items", node, label)
            for item in items { check(item, as: shape, at: .item(of: label.key)) }
        case .map(let form, let shape, let least, let most): checkMap(node, form, shape, least, most, label)
        case .object(let object): check(node, object, label)
        case .either(let shapes):
            // Shapes differ in kind, so at most one takes it.
            for shape in shapes where shape.takesKind(of: node) { return check(node, as: shape, at: label) }
        case .written, .flag, .yes, .number, .nothing: break
        }
    }

    private func advice(_ node: YAMLNode, _ shape: Shape) -> String {
        if node.isNull { return "Write a value after the key, or remove the key." }
        if case .text(let form) = shape, case .scalar(let written, _) = node.content {
            if form.accepts(written) { return "Put the value in quotes." }
            // A bare number is a mistake of everybody's first rotation.
            return form.what == TextForm.rotation.what
                ? "Write the days with a `d`, such as `90d`, or `never`." : "Write \(form.what)."
        }
        if case .flag = shape { return "Write `true` or `false`." }
        return "Write \(shape.words)."
    }

    private mutating func check(_ node: YAMLNode, _ form: TextForm, _ label: Label) {
        guard let text = node.text else { return }
        check(text, form, at: node.mark, label)
    }

    private mutating func check(_ text: String, _ form: TextForm, at mark: YAMLMark, _ label: Label) {
        let count = text.unicodeScalars.count
        if count < form.minimumLength || !form.accepts(text) {
            list.add(.manifestBadText, at: mark, "\(label) must be \(form.what)", fix: "Write \(form.what).")
        } else if count > form.maximumLength {
            let message = "\(label) has \(count) characters; \(form.maximumLength) are the most"
            list.add(.manifestBadText, at: mark, message, fix: "Shorten it.")
        }
    }

    private mutating func checkWord(_ node: YAMLNode, _ words: [String], _ what: String, _ label: Label) {
        guard let text = node.text, !words.contains(text) else { return }
        let meant = Synonyms.word(text, among: words)
        let hint = meant.map { "; did you mean `\($0)`?" } ?? ""
        let fix = meant.map { "Write `\($0)`." } ?? "Write one of: \(words.joined(separator: ", "))."
        list.add(.manifestUnknownWord, at: node.mark, "\(label) must be \(what)\(hint)", fix: fix)
    }

    private mutating func checkRange(_ node: YAMLNode, _ range: ClosedRange<Int>, _ label: Label) {
        if let value = node.integer, range.contains(value) { return }
        if label == .key("version"), let value = node.integer, value > range.upperBound {
            let message = "the manifest is of a newer format than this keyfolio reads"
            list.add(.manifestNewer, at: node.mark, message, fix: "Install a newer keyfolio.")
            return
        }
        let words = Shape.integer(range).words
        list.add(.manifestOutOfRange, at: node.mark, "\(label) must be \(words)", fix: "Write \(words).")
    }

    private mutating func checkCount(
        _ count: Int,
        atLeast least: Int,
        atMost most: Int? = nil,
        of what: String,
        _ node: YAMLNode,
        _ label: Label
    ) {
        if count < least {
            let message = least == 1 ? "\(label) is empty" : "\(label) has fewer than \(least) \(what)"
            list.add(.manifestOutOfRange, at: node.mark, message, fix: "Add one, or remove \(label).")
        } else if let most, count > most {
            let message = most == 1 ? "\(label) has more than one of its \(what)" : "\(label) has too many \(what)"
            list.add(.manifestOutOfRange, at: node.mark, message, fix: "Keep \(most).")
        }
    }

    private mutating func checkMap(
        _ node: YAMLNode,
        _ form: TextForm,
        _ shape: Shape,
        _ least: Int,
        _ most: Int?,
        _ label: Label
    ) {
        let pairs = node.pairs ?? []
        checkCount(pairs.count, atLeast: least, atMost: most, of: "names", node, label)
        for pair in pairs {
            let outer = (list.variable, list.component, list.environment)
            switch label {
            case .key("variables"): list.variable = pair.key
            case .key("components"): list.component = pair.key
            case .key("environments"): list.environment = pair.key
            default: break
            }
            defer { (list.variable, list.component, list.environment) = outer }
            check(pair.key, form, at: pair.keyMark, .keyOf(label.key))
            check(pair.value, as: shape, at: .key(pair.key))
        }
    }

    private mutating func check(_ node: YAMLNode, _ object: ObjectShape, _ label: Label) {
        let pairs = node.pairs ?? []
        var (known, next) = (0, 0)
        var meant = Set<String>()
        for pair in pairs {
            if let place = object.place(of: pair.key, near: next) {
                let key = object.keys[place]
                known += 1
                next = place + 1
                check(pair.value, as: key.shape, at: .key(key.name))
            } else if let key = addUnknown(pair, of: object, label) {
                meant.insert(key)
            }
        }
        for key in object.keys where key.isRequired && node[key.name] == nil && !meant.contains(key.name) {
            list.add(
                .manifestMissingKey,
                at: node.mark,
                "\(label) has no `\(key.name)`",
                fix: "Add `\(key.name)`: \(key.summary)"
            )
        }
        if pairs.count < object.atLeast {
            list.add(
                .manifestMissingKey,
                at: node.mark,
                "\(label) is empty",
                fix: "Write \(object.what), or remove it."
            )
        } else if let most = object.atMost, known > most {
            list.add(.manifestOutOfRange, at: node.mark, "\(label) must be \(object.what)", fix: "Keep one of them.")
        }
        for condition in object.conditions { check(condition, node, label) }
    }

    /// Says that a key is none.
    ///
    /// - Returns: The key that was probably meant, which is not missing then.
    private mutating func addUnknown(_ pair: YAMLNode.Pair, of object: ObjectShape, _ label: Label) -> String? {
        let meant = object.synonyms[pair.key] ?? Suggest.nearest(to: pair.key, among: object.keys.map(\.name))
        let hint = meant.map { "; did you mean `\($0)`?" } ?? ""
        let names = object.keys.map(\.name).joined(separator: ", ")
        list.add(
            .manifestUnknownKey,
            at: pair.keyMark,
            "\(label) does not take \(Named.key(pair.key))\(hint)",
            fix: meant.map { "Write `\($0)`." } ?? "Write one of: \(names); or remove it."
        )
        return meant
    }

    private mutating func check(_ condition: ObjectShape.Condition, _ node: YAMLNode, _ label: Label) {
        let decider = node[condition.key]
        let isWord = decider?.text == condition.word
        if isWord, node[condition.companion] == nil {
            let message = "\(label) has the \(condition.key) `\(condition.word)` and no `\(condition.companion)`"
            list.add(.manifestValuesMismatch, at: node.mark, message, fix: "Add `\(condition.companion): [one, two]`.")
        } else if decider != nil, !isWord, let companion = node[condition.companion] {
            let message = "\(label) has `\(condition.companion)` and another \(condition.key) than `\(condition.word)`"
            let fix = "Write `\(condition.key): \(condition.word)`, or remove `\(condition.companion)`."
            list.add(.manifestValuesMismatch, at: companion.mark, message, fix: fix)
        }
    }
}

/// What a finding is about, turned into words only when there is one.
enum Label: Equatable, CustomStringConvertible {
    case manifest
    case key(String)
    case item(of: String)
    case keyOf(String)

    /// The key that it belongs to.
    var key: String {
        switch self {
        case .manifest: "the manifest"
        case .key(let key), .item(let key), .keyOf(let key): key
        }
    }

    var description: String {
        switch self {
        case .manifest: key
        case .key: Named.key(key)
        case .item: "each item of \(Named.key(key))"
        case .keyOf: "a key of \(Named.key(key))"
        }
    }
}

/// Words that people write for others.
enum Synonyms {
    /// The word that was probably meant.
    ///
    /// - Parameters:
    ///   - text: What was written.
    ///   - words: What could have been meant.
    static func word(_ text: String, among words: [String]) -> String? {
        if let meant = table[text.lowercased()], words.contains(meant) { return meant }
        return Suggest.nearest(to: text, among: words)
    }

    private static let table: [String: String] = [
        "str": "string", "int": "integer", "float": "number", "double": "number", "decimal": "number",
        "bool": "boolean", "switch": "boolean", "flag": "boolean", "enum": "enumeration", "choice": "enumeration",
        "uri": "url", "link": "url", "origin": "http-origin", "origins": "http-origin-list", "cors": "http-origin-list",
        "host": "host-list", "hosts": "host-list",
        "email": "email-list", "emails": "email-list", "e-mail": "email-list", "seconds": "duration",
        "file": "path", "folder": "path", "directory": "path", "hexadecimal": "hex", "postgres": "postgres-url",
        "postgresql": "postgres-url", "database-url": "postgres-url", "postgresql-url": "postgres-url",
        "dsn": "sentry-dsn", "sentry": "sentry-dsn", "bucket": "s3-bucket", "region": "aws-region",
        "password": "secret", "token": "secret", "key": "secret", "api-key": "secret", "passphrase": "secret",
        "multiline": "text", "backend": "server", "frontend": "browser", "client": "browser", "web": "browser",
        "private": "internal", "confidential": "secret", "sensitive": "secret", "lenient": "relaxed",
        "vault": "store", "random": "hex", "dotenv": "node", "python-dotenv": "python", "docker": "compose",
        "docker-compose": "compose", "bash": "posix", "sh": "posix", "shell": "posix",
    ]
}
