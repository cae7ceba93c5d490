public import Secrets

/// Text of a template, left where a value belongs.
public enum Placeholder {
    /// Whether a value is a template's text and no value, as a whole.
    ///
    /// Marks that no real value has (`<NAME>`, `${NAME}`, `changeme`, `your_…_here`) count for every value; that it
    /// consists of nothing but words such as `secret`, `key` and `example` counts for secrets only.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - isSecret: Whether it is a secret's.
    /// - Returns: Whether it is.
    public static func isPlaceholder(_ value: Secret<String>, isSecret: Bool) -> Bool {
        let bytes = Array(value.reveal().utf8)
        return isPlaceholder(bytes[...], isSecret: isSecret)
    }

    /// Whether a variable's value is a template's text, as a whole or in a part: what ``Checker`` says of it.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - variable: Whose.
    /// - Returns: Whether it is.
    public static func isPlaceholder(_ value: Secret<String>, of variable: Variable) -> Bool {
        isPlaceholder(value, type: variable.type, isSecret: variable.isSecret)
    }

    /// Whether a value of a type, or a part of it, is a placeholder.
    static func isPlaceholder(_ value: Secret<String>, type: ValueType, isSecret: Bool) -> Bool {
        let bytes = Array(value.reveal().utf8)
        return !parts(of: bytes[...], type: type, isSecret: isSecret).isEmpty
    }

    static func isPlaceholder(_ value: Bytes, isSecret: Bool) -> Bool {
        let text = unquoted(value.trimmed)
        // A template's text is short; a long value is a document that may well speak of placeholders.
        guard !text.isEmpty, text.count <= 200 else { return false }
        let lower = text.lowercased
        return isBracketed(text) || hasExpansion(text) || isFiller(lower, isSecret: isSecret) || isEllipsis(text)
            || hasTellingWord(lower, isSecret: isSecret) || addressesReader(lower) || isSecret && isWordsOnly(text)
    }

    /// What is a placeholder about a value of a type: nothing, the whole of it, or some parts of a URL.
    ///
    /// - Returns: The names of the parts (`user`, `password`, `host`, `database`), `["value"]` for the whole, or nothing.
    static func parts(of value: Bytes, type: ValueType, isSecret: Bool) -> [String] {
        switch type {
        case .text, .json: return []
        case .postgresURL: return postgresParts(value)
        case .sentryDSN, .url, .httpOrigin, .httpOriginList, .hostList, .emailList:
            if isPlaceholder(value, isSecret: isSecret) || hasBracketedName(value) { return ["value"] }
            guard type == .sentryDSN, let key = URLSyntax(value).userInfo else { return [] }
            let isExample = key.lowercased.text.hasPrefix("examplepublickey") || isPlaceholder(key, isSecret: true)
            return isExample ? ["value"] : []
        case .integer, .number, .boolean, .port, .duration:
            // `0000` and `xxx` are wrong in their own way; only what is plainly a template's counts here.
            let text = unquoted(value.trimmed)
            return isBracketed(text) || hasExpansion(text) || hasTellingWord(text.lowercased, isSecret: false)
                ? ["value"] : []
        case .enumeration(let words):
            if words.contains(where: value.equals) { return [] }
            return isPlaceholder(value, isSecret: false) ? ["value"] : []
        case .awsAccessKeyID, .awsSecretKey:
            // The keys of Amazon's own documentation end so.
            let isSample = value.suffix(7).equals("EXAMPLE") || value.suffix(10).equals("EXAMPLEKEY")
            return isSample || isPlaceholder(value, isSecret: true) ? ["value"] : []
        case .string, .path, .base64, .hex, .awsRegion, .s3Bucket, .secret:
            return isPlaceholder(value, isSecret: isSecret || type == .secret) ? ["value"] : []
        }
    }

    private static func postgresParts(_ value: Bytes) -> [String] {
        if isBracketed(unquoted(value.trimmed))
            || addressesReader(value.lowercased) && !value.contains(UInt8(ascii: ":"))
        {
            return ["value"]
        }
        let url = PostgresURL.read(value.trimmed).url
        var parts: [String] = []
        func check(_ name: String, _ text: String?, isSecret: Bool = false) {
            guard let text else { return }
            if isPlaceholder(Array(text.utf8)[...], isSecret: isSecret) { parts.append(name) }
        }
        check("user", url.user)
        if !DefaultCredentials.areDefault(user: url.user, password: url.password) {
            check("password", url.password?.reveal(), isSecret: true)
        }
        for host in url.hosts where !parts.contains("host") { check("host", host.name) }
        check("database", url.database)
        if portWord.isFound(in: value.lowercased) { parts.append("port") }
        if parts.isEmpty, hasExpansion(value) || hasBracketedName(value) { parts.append("value") }
        return parts
    }
}

// MARK: - Marks

extension Placeholder {
    /// The text without the quotes or backquotes that a bad copy left around it.
    private static func unquoted(_ text: Bytes) -> Bytes {
        guard text.count >= 2, let first = text.first, first == text.last, "\"'`".utf8.contains(first) else {
            return text
        }
        return text.dropFirst().dropLast()
    }

    private static let brackets: [(open: [UInt8], close: [UInt8])] = [
        ("<", ">"), ("[", "]"), ("{", "}"), ("%", "%"), ("__", "__"), ("@@", "@@"), ("#{", "}"), ("((", "))"),
        ("--", "--"), ("**", "**"),
    ].map { (Array($0.utf8), Array($1.utf8)) }

    /// `<NAME>`, `[NAME]`, `{NAME}`, `%NAME%`, `__NAME__`, `@@NAME@@`, `#{NAME}#` around the whole text.
    private static func isBracketed(_ text: Bytes) -> Bool {
        guard let first = text.first, !first.isAlphanumeric else { return false }
        return brackets.contains { open, close in
            guard text.count > open.count + close.count, text.starts(with: open),
                text.suffix(close.count).elementsEqual(close)
            else { return false }
            let inner = text.dropFirst(open.count).dropLast(close.count)
            // A name, perhaps with an explanation; brackets, quotes and colons inside make it a document.
            return inner.contains(where: \.isLetter)
                && inner.allSatisfy { $0.isAlphanumeric || $0 >= 0x80 || " _-.,+/'()%".utf8.contains($0) }
        }
    }

    /// `<NAME>` anywhere.
    private static func hasBracketedName(_ text: Bytes) -> Bool {
        guard let open = text.firstIndex(of: UInt8(ascii: "<")) else { return false }
        let name = text[(open + 1)...].prefix { $0.isAlphanumeric || " _-".utf8.contains($0) }
        return name.count >= 2 && text[name.endIndex...].first == UInt8(ascii: ">")
    }

    /// `${NAME}` anywhere, `${name}`, `$NAME`, `$(command)` or `{{ name }}` as a whole: nothing expanded it.
    private static func hasExpansion(_ text: Bytes) -> Bool {
        let dollar = UInt8(ascii: "$")
        if text.starts(with: "{{".utf8), text.suffix(2).equals("}}") { return true }
        if text.first == dollar {
            let rest = text.dropFirst()
            let isName = rest.count >= 3 && rest.allSatisfy { $0.isUpper || $0.isDigit || $0 == UInt8(ascii: "_") }
            if isName && rest.contains(where: \.isUpper) { return true }
            let isWhole =
                rest.first == UInt8(ascii: "(") && rest.last == UInt8(ascii: ")")
                || rest.first == UInt8(ascii: "{") && rest.last == UInt8(ascii: "}")
            if isWhole { return true }
        }
        return text.indices.dropLast(3).contains { index in
            guard text[index] == dollar, text[index + 1] == UInt8(ascii: "{") else { return false }
            let name = text[(index + 2)...].prefix { $0.isUpper || $0.isDigit || $0 == UInt8(ascii: "_") }
            guard name.count >= 2, let next = text[name.endIndex...].first else { return false }
            return ":-?+}".utf8.contains(next)
        }
    }

    /// `xxxx`, `****`, `0000`, `sk_live_xxxxxxxx`: the same character again and again.
    private static func isFiller(_ lower: [UInt8], isSecret: Bool) -> Bool {
        let body = lower.filter { !"-_./ ".utf8.contains($0) }
        guard let first = body.first ?? lower.first else { return false }
        let filled: [UInt8] = Array("x*?#".utf8)
        if (filled.contains(first) || isSecret) && lower.count >= 3 && body.allSatisfy({ $0 == first }) { return true }
        // A prefix that tells the kind, then the filling.
        let tail = lower.reversed().prefix { filled.contains($0) && $0 == lower.last }
        guard tail.count >= 4, tail.count < lower.count else { return false }
        return "-_.:=/".utf8.contains(lower[lower.count - tail.count - 1])
    }

    /// `a1b2c3...`: a beginning, shortened. Behind a long beginning three dots may be a password's own.
    private static func isEllipsis(_ text: Bytes) -> Bool {
        if text.suffix(3).equals("…") || text.prefix(3).equals("…") { return true }
        guard text.suffix(3).equals("...") || text.prefix(3).equals("...") else { return false }
        let rest = text.filter { $0 != UInt8(ascii: ".") }
        return rest.count <= 12 || Strength.estimate(rest[...]).bits < 50
    }
}

// MARK: - Words

extension Placeholder {
    /// Words that no real value contains, long enough that chance does not make them.
    private static let telling = WordFinder([
        "changeme", "change-me", "change_me", "change me", "changethis", "change-this", "change_this", "changeit",
        "change-it", "replaceme", "replace-me", "replace_me", "replacethis", "replace-this", "replace_this",
        "replace-with", "replace_with", "replace with", "placeholder", "fill-me", "fill_me", "fillme", "fill-in",
        "fill_in", "fill in", "to-be-", "to_be_", "to be ", "set-me", "set_me", "setme!", "put-your", "put_your",
        "putyour", "insert-", "insert_", "insert your", "enter-your", "enter_your", "enter your", "generate-with",
        "generate_with", "generate with", "generate-a-", "generate_a_", "generate-me", "generateme", "generate_me",
        "notasecret", "not-a-secret", "not_a_secret", "do-not-use", "do_not_use", "donotuse", "not-a-real",
        "not_a_real",
    ])
    /// More of them, of which a URL, a name or a sentence might have one.
    private static let tellingInSecrets = WordFinder([
        "insecure", "openssl", "example", "supersecret", "super-secret", "super_secret", "dummy-", "dummy_",
        "default-", "default_", "sample-", "sample_", "keep-it-secret", "keepitsecret", "my-secret", "my_secret",
        "mysecret", "your-", "your_", "some-secret", "some_secret",
    ])
    /// Whole values.
    private static let wholes = [
        "todo", "tbd", "fixme", "tba", "none", "null", "nil", "undefined", "n/a", "na", "missing", "redacted", "hidden",
        "removed", "empty", "here", "value", "foo", "bar", "baz", "foobar", "foobarbaz", "asdf", "asdfasdf", "qux",
        "lorem ipsum", "s3cr3t", "s3cret", "secr3t", "p4ssw0rd", "p@ssw0rd", "passw0rd", "pa55word", "pa$$word",
        "12345", "abc", "abcdef", "***", "-", "--", "?", "???",
    ]
    private static let portWord = WordFinder([":port/"])
    private static let wholesAnywhere = ["todo", "tbd", "fixme", "tba", "undefined", "redacted", "[redacted]", "???"]

    private static func hasTellingWord(_ lower: [UInt8], isSecret: Bool) -> Bool {
        if (isSecret ? wholes : wholesAnywhere).contains(where: lower.equals) { return true }
        for word in ["todo", "fixme"] where lower.starts(with: word.utf8) {
            if let next = lower.dropFirst(word.utf8.count).first, ": -_(".utf8.contains(next) { return true }
        }
        return telling.isFound(in: lower) || isSecret && tellingInSecrets.isFound(in: lower)
    }

    /// `your_backup_key_here`, `your-domain.com`, `yourcompany.com`, `put_it_here`.
    private static func addressesReader(_ lower: [UInt8]) -> Bool {
        guard lower.first?.isLetter == true else { return false }
        // Sentences address readers too.
        guard !lower.contains(UInt8(ascii: " ")) || lower.suffix(5).equals(" here") else { return false }
        let words = lower.split { !$0.isLetter && $0 != UInt8(ascii: "'") }
        guard let first = words.first else { return false }
        let isYours = first.equals("your") || first.equals("my") && words.last?.equals("here") == true
        if isYours && words.count >= 2 { return true }
        if words.count >= 2, words.last?.equals("here") == true, isVocabulary(first) { return true }
        return [
            "yourdomain", "yourcompany", "yourapp", "yourhost", "yourserver", "yoursite", "yourname", "yourproject",
        ]
        .contains { first.starts(with: $0.utf8) }
    }

    /// Whether the text consists of nothing but a template's words, with separators and short numbers.
    private static func isWordsOnly(_ text: Bytes) -> Bool {
        guard text.count <= 80, hasWholeWords(text) else { return false }
        var words = 0
        for run in text.split(whereSeparator: { !$0.isAlphanumeric }) {
            for piece in pieces(of: run) {
                if piece.first?.isDigit == true {
                    guard piece.count <= 4 else { return false }
                } else {
                    guard isVocabulary(piece) else { return false }
                    // Something like `a1` is no word.
                    if piece.count >= 3 { words += 1 }
                }
            }
        }
        return words > 0
    }

    /// Whether the letters of a text come in runs as words do. Those of random text come one or two at a time, and the
    /// vocabulary need not be looked into, nor made: every start looks at every secret.
    private static func hasWholeWords(_ text: Bytes) -> Bool {
        var letters = 0
        var runs = 0
        var isInside = false
        for byte in text {
            if byte.isLetter {
                letters += 1
                if !isInside { runs += 1 }
            }
            isInside = byte.isLetter
        }
        return letters >= 2 * runs
    }

    /// Splits letters from digits, and lower case from a capital behind it.
    private static func pieces(of run: Bytes) -> [Bytes] {
        var pieces: [Bytes] = []
        var start = run.startIndex
        for index in run.indices.dropFirst() {
            let (before, here) = (run[index - 1], run[index])
            if before.isDigit != here.isDigit || before.isLower && here.isUpper {
                pieces.append(run[start..<index])
                start = index
            }
        }
        return pieces + [run[start...]]
    }

    private static let vocabulary: Set<[UInt8]> = Set(
        """
        your my the a an and or of for in on to from with this that is be it me here must should not use real only some
        any new old same different please secret secrets key keys password passwords passwd pass pwd pw passphrase token
        tokens credential credentials private public api access id auth jwt oauth bearer session signing encryption
        encrypt encrypted kms aes hmac salt pepper hash cookie csrf app application service client server backend frontend
        db database user username name host port url uri email mail smtp aws sentry dsn s backup storage master root admin
        change changed replace replaced insert enter set put fill generate generated example examples sample test testing
        tests dummy fake mock demo placeholder default value values string text random secure strong long very super top
        extra min max minimum maximum least at chars char characters character bytes byte bits bit hex base64 uuid openssl
        rand dev development develop local stage staging prod production live environment env manager vault store before
        deploy deployment deploying first later soon now todo tbd fixme xxx foo bar baz abc xyz temp temporary tmp
        insecure unsafe weak unknown none null optional required something anything whatever goes
        """.utf8.split { $0 == 0x20 || $0 == 0x0A }.map { Array($0) }
    )

    /// Whether letters are a word of the vocabulary, or a few of them written together (`supersecretkey`).
    private static func isVocabulary(_ letters: Bytes) -> Bool {
        let word = letters.lowercased
        if vocabulary.contains(word) { return true }
        guard word.count <= 40 else { return false }
        var ends = [true] + Array(repeating: false, count: word.count)
        for start in word.indices where ends[start] {
            for length in 2...12 where start + length <= word.count {
                if vocabulary.contains(Array(word[start..<(start + length)])) { ends[start + length] = true }
            }
        }
        return ends[word.count]
    }
}
