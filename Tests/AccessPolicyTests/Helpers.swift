import AccessPolicy

/// Rules in short: `PATTERN: capability capability`.
func policy(_ lines: String...) -> PolicyDocument {
    PolicyDocument(
        rules: lines.map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            let words = parts.dropFirst().joined().split(separator: " ").compactMap { Capability(rawValue: String($0)) }
            return PathRule(String(parts[0]), CapabilitySet(words))
        }
    )
}

/// One identity with one policy.
func access(_ document: PolicyDocument, _ identity: TemplateValues = .none) -> AccessControl {
    AccessControl([("p", document)], identity: identity)
}
