internal import Findings
internal import Secrets

extension ManifestDecoder {
    /// Checks a variable against itself and its readers.
    ///
    /// - Parameters:
    ///   - variable: What was read.
    ///   - pair: Where it was read from.
    mutating func checkMeaning(of variable: Variable, at pair: YAMLNode.Pair) {
        let node = pair.value
        checkReaders(of: variable, at: node["components"]?.mark ?? pair.keyMark)
        checkValues(of: variable, in: node)
        checkRules(variable.rules, of: variable, at: node["rules"], inherited: nil)
        checkGenerator(of: variable, rules: variable.rules, at: node["generate"])
        for override in node["environments"]?.pairs ?? [] {
            guard environments.contains(override.key) else { continue }
            list.environment = override.key
            checkValues(of: variable, in: override.value)
            if let own = variable.environments[override.key]?.rules, own != Rules() {
                let effective = variable.rules.overridden(by: own)
                checkRules(effective, of: variable, at: override.value["rules"], inherited: variable.rules)
                checkGenerator(of: variable, rules: effective, at: override.value["rules"])
            }
        }
        list.environment = nil
    }

    // MARK: - Who gets it

    private mutating func checkReaders(of variable: Variable, at mark: YAMLMark) {
        guard variable.isSecret else { return }
        for name in variable.components where components[name]?.audience == .browser {
            let message = "`\(variable.name)` is a secret, and the component `\(name)` is shipped to browsers"
            let fix = "Take `\(name)` off its components, or write `sensitivity: public` if it is no secret."
            list.add(.manifestSecretInBrowser, at: mark, message, fix: fix)
        }
        if let prefix = PublicNames.prefix(of: variable.name) {
            let message = "`\(variable.name)` is a secret, and build tools ship every `\(prefix)…` variable to browsers"
            let fix = "Give it another name, or write `sensitivity: public` if it is no secret."
            list.add(.manifestSecretInBrowser, at: mark, message, fix: fix)
        }
    }

    // MARK: - Defaults and examples

    private mutating func checkValues(of variable: Variable, in node: YAMLNode) {
        if let value = node["default"], let text = value.writtenText {
            if variable.isSecret {
                let message = "`\(variable.name)` is a secret and has a default value, which everyone can read"
                let fix =
                    "Remove `default`; `keyfolio generate \(variable.name)` or `keyfolio set \(variable.name)` "
                    + "gives a value."
                list.add(.manifestSecretDefault, at: value.mark, message, fix: fix)
            } else {
                checkType(of: text, variable, "the default of", at: value.mark)
                checkLooksReal(text, variable, at: value.mark)
            }
        }
        if let value = node["example"], let text = value.writtenText, !RealSecret.isPlaceholder(text) {
            // An example may leave places open for people to fill: those are not the type's to judge.
            if !text.contains("<") { checkType(of: text, variable, "the example of", at: value.mark) }
            checkLooksReal(text, variable, at: value.mark)
        }
    }

    private mutating func checkType(of text: String, _ variable: Variable, _ what: String, at mark: YAMLMark) {
        guard let fault = variable.type.faults(in: Secret(text)).first(where: { $0.code.severity == .error }) else {
            return
        }
        let message = "\(what) `\(variable.name)` \(fault.predicate)"
        list.add(.manifestImpossibleValue, at: mark, message, fix: "Correct it, or the type.")
    }

    private mutating func checkLooksReal(_ text: String, _ variable: Variable, at mark: YAMLMark) {
        guard RealSecret.isLikely(text, isSecret: variable.isSecret) else { return }
        let message = "the value given for `\(variable.name)` looks like a real secret, and the manifest is committed"
        let fix = "Write a placeholder such as `<\(variable.name)>`, and rotate the secret if it was real."
        list.add(.manifestRealSecret, at: mark, message, fix: fix)
    }

    // MARK: - Rules

    /// Checks rules that hold together in one environment.
    ///
    /// - Parameters:
    ///   - rules: All that hold there.
    ///   - variable: The variable.
    ///   - node: Where those of them are written that are not inherited.
    ///   - inherited: The general rules, which were checked already; what they alone say is not told again.
    private mutating func checkRules(_ rules: Rules, of variable: Variable, at node: YAMLNode?, inherited: Rules?) {
        guard let node else { return }
        checkFit(of: variable, at: node)
        for contradiction in rules.contradictions(for: variable) where !isOld(contradiction, inherited, variable) {
            let mark = contradiction.keys.lazy.compactMap { node[$0]?.mark }.first ?? node.mark
            list.add(contradiction.code, at: mark, contradiction.message, fix: "Change one of the two.")
        }
    }

    private func isOld(_ contradiction: Rules.Contradiction, _ inherited: Rules?, _ variable: Variable) -> Bool {
        inherited?.contradictions(for: variable).contains(contradiction) ?? false
    }

    private mutating func checkFit(of variable: Variable, at node: YAMLNode) {
        for pair in node.pairs ?? [] where !variable.type.takesRule(pair.key) {
            let message = "the rule `\(pair.key)` says nothing about the type `\(variable.type.name)`"
            list.add(.manifestRuleForOtherType, at: pair.keyMark, message, fix: "Remove the rule, or correct the type.")
        }
    }

    // MARK: - Generators

    private mutating func checkGenerator(of variable: Variable, rules: Rules, at node: YAMLNode?) {
        guard let node, let generator = variable.generator else { return }
        guard let message = generator.mismatch(with: rules, type: variable.type) else { return }
        let fix = "Change the generator's size, the rule or the type."
        list.add(.manifestGeneratorMismatch, at: node.mark, "`generate` \(message)", fix: fix)
    }
}
