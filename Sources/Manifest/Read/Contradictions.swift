internal import Findings

extension Rules {
    /// Two rules that no value can meet together.
    struct Contradiction: Equatable {
        var code: FindingCode
        /// The rules' keys in the manifest, for the place.
        var keys: [String]
        var message: String
    }

    /// The rules among these that no value can meet together.
    ///
    /// - Parameter variable: Whose rules they are: values compare as its type compares.
    func contradictions(for variable: Variable) -> [Contradiction] {
        guard mayContradict else { return [] }
        var found: [Contradiction] = []
        if let least = minimumLength, let most = maximumLength, least > most {
            found.append(.init(keys: ["length"], "`length` asks for at least \(least) and at most \(most) characters"))
        }
        if let least = minimum, let most = maximum, least > most {
            found.append(.init(keys: ["minimum", "maximum"], "`minimum` is larger than `maximum`"))
        }
        if let only = mustBe {
            found += contradictions(of: only, for: variable)
        }
        if let oneOf, let not = mustNotBe, oneOf.allSatisfy({ one in not.contains { variable.type.areEqual($0, one) } })
        {
            found.append(.init(keys: ["must-not-be", "one-of"], "`must-not-be` refuses all that `one-of` allows"))
        }
        if `public` == true, variable.isSecret {
            found.append(.init(keys: ["public"], "a secret cannot be `public: true`"))
        }
        if `public` == false, variable.sensitivity == .public {
            found.append(.init(keys: ["public"], "`public: false` contradicts `sensitivity: public`"))
        }
        if unique == true, variable.defaultValue != nil, !variable.isSecret {
            found.append(.init(keys: ["unique"], "`unique` contradicts a default, which environments share"))
        }
        return found + impossibleWords(for: variable)
    }

    /// Whether there is a rule that another one or the variable could contradict. Most rules are not of that kind.
    private var mayContradict: Bool {
        minimumLength != nil && maximumLength != nil || minimum != nil && maximum != nil || mustBe != nil
            || mustNotBe != nil || oneOf != nil || `public` != nil || unique == true
    }

    private func contradictions(of only: String, for variable: Variable) -> [Contradiction] {
        var found: [Contradiction] = []
        if let not = mustNotBe, not.contains(where: { variable.type.areEqual($0, only) }) {
            found.append(.init(keys: ["must-be", "must-not-be"], "`must-not-be` refuses what `must-be` asks for"))
        }
        if let oneOf, !oneOf.contains(where: { variable.type.areEqual($0, only) }) {
            found.append(.init(keys: ["must-be", "one-of"], "`one-of` does not allow what `must-be` asks for"))
        }
        return found
    }

    /// Words that rules ask for and an enumeration does not have.
    private func impossibleWords(for variable: Variable) -> [Contradiction] {
        guard case .enumeration(let values) = variable.type, !values.isEmpty else { return [] }
        let asked = [("must-be", mustBe.map { [$0] } ?? []), ("one-of", oneOf ?? []), ("must-not-be", mustNotBe ?? [])]
        return asked.compactMap { key, words in
            guard !words.allSatisfy(values.contains) else { return nil }
            let message = "`\(key)` has a word that is not among the variable's `values`"
            return Contradiction(code: .manifestImpossibleValue, keys: [key], message: message)
        }
    }
}

extension Rules.Contradiction {
    init(keys: [String], _ message: String) { self.init(code: .manifestContradiction, keys: keys, message: message) }
}

extension ValueType {
    /// Whether a rule, by its key in the manifest, can be asked of values of this type.
    func takesRule(_ key: String) -> Bool {
        switch (key, self) {
        case ("minimum", .integer), ("minimum", .number), ("minimum", .port), ("minimum", .duration),
            ("maximum", .integer), ("maximum", .number), ("maximum", .port), ("maximum", .duration):
            true
        case ("minimum", _), ("maximum", _): false
        case ("password-length", let type): type == .postgresURL
        case ("tls", .url), ("tls", .httpOrigin), ("tls", .httpOriginList), ("tls", .postgresURL), ("tls", .sentryDSN):
            true
        case ("tls", _): false
        case ("wildcard", .hostList), ("wildcard", .httpOrigin), ("wildcard", .httpOriginList): true
        case ("wildcard", _): false
        case ("strength", .boolean), ("strength", .integer), ("strength", .port), ("strength", .enumeration),
            ("characters", .boolean), ("characters", .integer), ("characters", .port), ("characters", .enumeration):
            false
        default: true
        }
    }
}

extension Generator {
    /// Why its values are none that the rules allow, to be read behind `generate`; nil when they are.
    ///
    /// - Parameters:
    ///   - rules: What must hold.
    ///   - type: What the values must be.
    func mismatch(with rules: Rules, type: ValueType) -> String? {
        guard fits(type) else { return "makes no values of the type `\(type.name)`" }
        if let least = rules.minimumLength, length < least {
            return "makes \(length) characters, and `length` asks for at least \(least)"
        }
        if let most = rules.maximumLength, length > most {
            return "makes \(length) characters, and `length` asks for at most \(most)"
        }
        if let least = rules.strengthBits, bits < Double(least) {
            return "makes values of \(Int(bits)) bits, and `strength` asks for \(least)"
        }
        return nil
    }

    /// How many characters its values have.
    var length: Int {
        switch self {
        case .hex(let bytes): 2 * bytes
        case .base64(let bytes): (bytes + 2) / 3 * 4
        case .base64URL(let bytes): (bytes * 4 + 2) / 3
        case .password(let length): length
        case .uuid: 36
        }
    }

    /// How hard its values are to guess.
    private var bits: Double {
        switch self {
        case .hex(let bytes), .base64(let bytes), .base64URL(let bytes): Double(bytes * 8)
        // log2 of the 65 characters that passwords are made of.
        case .password(let length): Double(length) * 6.02
        case .uuid: 122
        }
    }

    private func fits(_ type: ValueType) -> Bool {
        switch (self, type) {
        case (_, .secret), (_, .string), (_, .text): true
        case (.hex, .hex), (.base64, .base64), (.base64URL, .base64): true
        default: false
        }
    }
}
