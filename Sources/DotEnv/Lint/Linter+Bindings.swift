// What is wrong with a key, its value, and the way they are written.

extension Linter {
    mutating func lintBinding(_ binding: Binding) {
        lintKey(binding)
        guard binding.hasValue else { return report(.missingValue, at: Int(binding.keyStart)) }
        let value = bytes[binding.valueRange]
        lintSeparator(binding)
        if value.isEmpty || binding.innerRange.isEmpty {
            if isNamedLikeSecret(binding) { report(.emptySecret, at: Int(binding.keyStart)) }
            return
        }
        switch binding.quoting {
        case .unquoted: lintUnquoted(binding)
        case .single: lintSingleQuoted(binding)
        case .double: lintDoubleQuoted(binding)
        case .backquote: report(.backquote, at: Int(binding.valueStart), edit: requoting(binding))
        case .mixed: report(.looseQuotes, at: Int(binding.valueStart), edit: requoting(binding))
        }
        if binding.quoting != .unquoted, Int(binding.valueEnd) < bytes.count, bytes[Int(binding.valueEnd)] == Byte.hash
        {
            let end = Int(binding.valueEnd)
            report(.commentAfterQuote, at: end, edit: DotEnvLint.Edit(range: end..<end, replacement: [Byte.space]))
        }
    }

    // MARK: - Keys

    private mutating func lintKey(_ binding: Binding) {
        let key = bytes[binding.keyRange]
        if !(key.first?.startsName ?? false) || !key.allSatisfy(\.continuesName) {
            report(.keySyntax, at: Int(binding.keyStart))
        }
        if binding.isExported {
            let range = Int(binding.start)..<Int(binding.keyStart)
            let edit = DotEnvLint.Edit(range: range, replacement: [])
            report(.export, at: Int(binding.start), edit: binding.hasValue ? edit : nil)
        }
    }

    /// Whether a key is named like a secret: a whole word of it, between underscores, is one that secrets have.
    private func isNamedLikeSecret(_ binding: Binding) -> Bool {
        let words = String(decoding: bytes[binding.keyRange], as: UTF8.self).uppercased()
            .split { !$0.isLetter && !$0.isNumber }
        let telling: Set<Substring> = [
            "SECRET", "SECRETS", "PASSWORD", "PASSWD", "PASS", "PWD", "PASSPHRASE", "TOKEN", "APIKEY", "CREDENTIAL",
            "CREDENTIALS", "SALT",
        ]
        if words.contains(where: telling.contains) { return true }
        // A key by itself may be a key of any kind; these are the kinds that one keeps secret.
        guard words.last == "KEY", words.count > 1 else { return false }
        return ["API", "PRIVATE", "ACCESS", "SIGNING", "ENCRYPTION", "MASTER"].contains(words[words.count - 2])
    }

    // MARK: - Between key and value

    private mutating func lintSeparator(_ binding: Binding) {
        let between = Int(binding.keyEnd)..<Int(binding.valueStart)
        guard let sign = bytes[between].firstIndex(where: { $0 == Byte.equals || $0 == Byte.colon }) else { return }
        if bytes[sign] == Byte.colon {
            let edit = DotEnvLint.Edit(range: between, replacement: [Byte.equals])
            report(.colon, at: sign, edit: edit)
        } else if between.count > 1 {
            // White space before a comment is no white space before a value.
            guard !binding.valueRange.isEmpty || sign > between.lowerBound else { return }
            let edit = DotEnvLint.Edit(range: between, replacement: [Byte.equals])
            report(.spaceAroundEquals, at: between.lowerBound, edit: edit)
        }
    }

    // MARK: - Values

    private mutating func lintUnquoted(_ binding: Binding) {
        let value = bytes[binding.valueRange]
        if let hash = value.firstIndex(of: Byte.hash) {
            report(.unquotedHash, at: hash, edit: requoting(binding))
        } else if Int(binding.valueEnd) < bytes.count, bytes[Int(binding.valueEnd)] == Byte.hash {
            // The dialect ends the value there, and others do not.
            report(.unquotedHash, at: Int(binding.valueEnd))
        }
        if let space = value.firstIndex(where: { $0 == Byte.space || $0 == Byte.tab }) {
            report(.unquotedSpace, at: space, edit: requoting(binding))
        }
        if let first = value.first, first == Byte.singleQuote || first == Byte.doubleQuote,
            !value.dropFirst().contains(first)
        {
            // A reader that passes over bad lines takes the rest of the line, with the quote, for the value.
            report(.unterminatedQuote, at: value.startIndex)
        } else if let quote = value.firstIndex(where: { $0 == Byte.singleQuote || $0 == Byte.doubleQuote }) {
            report(.looseQuotes, at: quote, edit: requoting(binding))
        }
        if let quote = value.firstIndex(of: Byte.backquote) { report(.backquote, at: quote, edit: requoting(binding)) }
        if let backslash = value.firstIndex(of: Byte.backslash) {
            report(.backslash, at: backslash, edit: requoting(binding))
        }
        lintDollar(binding)
    }

    private mutating func lintSingleQuoted(_ binding: Binding) {
        for index in binding.innerRange.dropLast() where bytes[index] == Byte.backslash {
            if bytes[index + 1] == Byte.singleQuote || bytes[index + 1] == Byte.backslash {
                return report(.singleQuoteEscape, at: index, edit: requoting(binding))
            }
        }
    }

    private mutating func lintDoubleQuoted(_ binding: Binding) {
        if let backslash = bytes[binding.innerRange].firstIndex(of: Byte.backslash) {
            report(.backslash, at: backslash, edit: requoting(binding))
        }
        if let quote = bytes[binding.innerRange].firstIndex(of: Byte.backquote) {
            report(.backquote, at: quote, edit: requoting(binding))
        }
        lintDollar(binding)
    }

    /// A `$` that somebody expands: before a name, a brace, a parenthesis or another sign.
    private mutating func lintDollar(_ binding: Binding) {
        for index in binding.innerRange where bytes[index] == Byte.dollar {
            let next = index + 1 < binding.innerRange.upperBound ? bytes[index + 1] : Byte.space
            if next == Byte.openParenthesis { return report(.command, at: index, edit: requoting(binding)) }
            let isSpecial = [
                Byte.openBrace, Byte.dollar, Byte.question, Byte.exclamation, Byte.hash, Byte.dash, Byte.openBracket,
                UInt8(ascii: "@"), UInt8(ascii: "*"),
            ].contains(next)
            if next.continuesName || isSpecial { return report(.dollar, at: index, edit: requoting(binding)) }
        }
    }

    // MARK: - Edits

    /// How many values get an edit, and up to which length: an edit is a service, not a duty, and trying forms takes
    /// longer than reading does.
    private static let edits = (count: 1000, bytes: 1 << 16)

    /// The value in a form that more readers agree about, if there is one and it is not the one that stands there.
    ///
    /// Nothing changes the value: it is what the dialect reads now, and an expansion stays one.
    private mutating func requoting(_ binding: Binding) -> DotEnvLint.Edit? {
        if let lastRequoting, lastRequoting.start == binding.valueStart { return lastRequoting.edit }
        guard requotings < Self.edits.count && binding.valueRange.count <= Self.edits.bytes else { return nil }
        requotings += 1
        let edit = newRequoting(binding)
        lastRequoting = (binding.valueStart, edit)
        return edit
    }

    private func newRequoting(_ binding: Binding) -> DotEnvLint.Edit? {
        var resolver = Resolver(
            bytes: bytes,
            bindings: [binding],
            options: dialect.options,
            interpolates: true,
            environment: { _ in nil }
        )
        guard case .success(let value?) = resolver.resolve(0), !resolver.hasLookedUp,
            let text = String(validating: value, as: UTF8.self)
        else { return nil }
        for readers in [Dialect.readers, [.keyfolio, .node, .python], []] {
            guard let form = try? DotEnvWriter.form(for: text, readableBy: [dialect] + readers) else { continue }
            let replacement = Array(form.utf8)
            guard replacement[...] != bytes[binding.valueRange] else { return nil }
            return DotEnvLint.Edit(range: binding.valueRange, replacement: replacement)
        }
        return nil
    }
}
