/// Guesses what must hold for variables, from their names and types: what the team would write down if it were asked.
struct RuleGuess {
    /// The environments where everything is strict.
    let strict: [Environment]
    /// The environments whose secrets belong in a store.
    let production: [Environment]

    /// Learns the environments.
    init(_ environments: [Environment]) {
        strict = environments.filter { $0.strictness == .strict }
        production = environments.filter { $0.name.hasPrefix("prod") || $0.name == "live" }
    }

    /// Gives a variable its rules, generator and rotation.
    ///
    /// - Parameters:
    ///   - variable: The variable, with name, type and sensitivity.
    ///   - words: Its name.
    func complete(_ variable: inout Variable, _ words: NameWords) {
        switch variable.type {
        case .secret: completeSecret(&variable, words)
        case .postgresURL where variable.isSecret:
            variable.rules.required = .always
            variable.rules.minimumPasswordLength = 20
            variable.rules.unique = true
            for environment in strict { variable.environments[environment.name, default: .init()].rules.tls = true }
        case .boolean where words.name == "DEBUG":
            for environment in strict {
                variable.environments[environment.name, default: .init()].rules.mustBe = "false"
            }
        case .hostList, .httpOriginList:
            for environment in strict {
                variable.environments[environment.name, default: .init()].rules.wildcard = false
            }
        default: break
        }
        if variable.isSecret {
            for environment in production {
                variable.environments[environment.name, default: .init()].rules.source = .store
            }
        }
        variable.rotationDays = words.isEncryptionKey && variable.isSecret ? 365 : variable.usualRotationDays
        if variable.type == .secret, !words.isOwnSecret, !words.isDatabasePassword { variable.rotationDays = 180 }
    }

    private func completeSecret(_ variable: inout Variable, _ words: NameWords) {
        variable.rules.unique = true
        if words.isOwnSecret {
            variable.generator = words.isEncryptionKey ? .base64(bytes: 32) : .hex(bytes: 32)
            variable.rules.minimumLength = 32
            variable.rules.strengthBits = 128
            if !words.isEncryptionKey { variable.rules.required = .always }
        } else if words.isDatabasePassword {
            variable.generator = .password(length: 32)
            variable.rules.minimumLength = 20
            variable.rules.strengthBits = 80
        }
    }

    /// Groups of variables of which each needs the others, by the endings of their names.
    private static let companions: [[[String]]] = [
        [["AWS_ACCESS_KEY_ID"], ["AWS_SECRET_ACCESS_KEY"]],
        [["SMTP_HOST"], ["SMTP_USERNAME", "SMTP_USER"], ["SMTP_PASSWORD", "SMTP_PASS"]],
        [["MAIL_HOST"], ["MAIL_USERNAME", "MAIL_USER"], ["MAIL_PASSWORD"]],
        [["EMAIL_HOST"], ["EMAIL_HOST_USER"], ["EMAIL_HOST_PASSWORD"]],
    ]

    /// Makes variables that are used together need each other, in a ring.
    static func bind(_ variables: inout [Variable]) {
        for group in companions {
            let members = group.compactMap { names in variables.firstIndex { names.contains($0.name) } }
            guard members.count == group.count else { continue }
            for (position, index) in members.enumerated() where variables[index].rules.required == nil {
                let previous = members[(position + members.count - 1) % members.count]
                variables[index].rules.required = .whenSet(variable: variables[previous].name)
            }
        }
    }
}
