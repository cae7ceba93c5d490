import AccessPolicy
import Findings
import FuzzDriver

@main
enum FuzzPolicy {
    static func main() { FuzzDriver.run { Trial(input: $0).run() } }
}

/// One input: its first byte chooses what the others are taken for.
private struct Trial {
    let input: [UInt8]
    private static let identity = TemplateValues(entityID: "e-1", entityName: "a", metadata: ["v": "*", "w": "b"])
    private static let paths = ["a", "a/b", "a/b/", "secret/data/app/abc", "x", "", "s/e-1", "a/x/b", "a//b"]

    func run() {
        let rest = Array(input.dropFirst())
        let text = String(decoding: rest, as: UTF8.self)
        switch (input.first ?? 0) & 7 {
        case 0, 1: read(text)
        case 2, 3: decide(rest)
        case 4: check(text)
        default: name(text)
        }
    }

    /// Any text as a policy: what is read and printed reads back as the same.
    private func read(_ text: String) {
        let document: PolicyDocument
        do {
            document = try PolicyDocument(parsing: text)
        } catch {
            FuzzDriver.require(error.code.hasPrefix("KF-POLICY-0"), "a fault without a code")
            FuzzDriver.require(
                text.utf8.count > PolicyLimits.textBytes || (error.line ?? 0) >= 1 && (error.column ?? 0) >= 1,
                "a fault without a place"
            )
            return
        }
        for layout in [JSONValue.Layout.compact, .pretty] {
            let again = try? PolicyDocument(parsing: document.json.text(layout))
            FuzzDriver.require(again == document, "what was printed reads differently")
        }
        let control = AccessControl([("p", document)], identity: Self.identity)
        let isPlain = !document.rules.contains { $0.pattern.utf8.contains(UInt8(ascii: "{")) }
        compare(control, document.rules, Self.paths + document.rules.prefix(20).map(\.pattern), exactly: isPlain)
    }

    /// Lines as rules and paths: the first letter says which capability, or that it is a path.
    private func decide(_ bytes: [UInt8]) {
        var rules: [PathRule] = []
        var paths = Self.paths
        for line in bytes.split(separator: UInt8(ascii: "\n")).prefix(64) {
            let text = String(decoding: line.dropFirst(), as: UTF8.self)
            if text.contains("+*") { continue }
            switch line.first {
            case UInt8(ascii: "r"): rules.append(PathRule(text, CapabilitySet(.read)))
            case UInt8(ascii: "l"): rules.append(PathRule(text, CapabilitySet([.list, .read])))
            case UInt8(ascii: "d"): rules.append(PathRule(text, .deny))
            case UInt8(ascii: "n"): rules.append(PathRule(text, []))
            default: paths.append(text)
            }
        }
        let isPlain = !rules.contains { $0.pattern.utf8.contains(UInt8(ascii: "{")) }
        let control = AccessControl([("p", PolicyDocument(rules: rules))], identity: Self.identity)
        compare(control, rules, paths, exactly: isPlain)
    }

    /// A decision is the reference's, is explained, and is never more than what may be held above it.
    private func compare(_ control: AccessControl, _ rules: [PathRule], _ paths: [String], exactly: Bool) {
        let reference = ReferenceEvaluator(rules: Array(rules.prefix(200)))
        for path in paths.prefix(24) {
            for capability in [Capability.read, .list] {
                // Parameters are not what is compared.
                let decision = control.decide(capability, on: path)
                let isGiven = decision.rule?.capabilities.contains(capability) ?? false
                if exactly && rules.count <= 200 {
                    FuzzDriver.require(
                        isGiven == reference.allows(capability, on: path),
                        "a decision is not that of the documented words"
                    )
                }
                if isGiven {
                    FuzzDriver.require(control.mayHold(capability, under: path), "given and not held")
                    FuzzDriver.require(control.mayHold(capability, under: ""), "given and held nowhere")
                    FuzzDriver.require(control.mayHoldAnything(under: path), "given and nothing held")
                }
                let explanation = control.explain(capability, on: path)
                FuzzDriver.require(explanation.decision == decision, "another decision is explained")
                FuzzDriver.require(
                    explanation.sentence.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F },
                    "a control character in an explanation"
                )
            }
            FuzzDriver.require(!control.capabilities(on: path).isEmpty, "no answer")
        }
    }

    /// Any text as the path of a request.
    private func check(_ text: String) {
        guard let path = try? ResourcePath.check(text) else { return }
        let segments = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        FuzzDriver.require(
            !segments.contains { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) },
            "a segment of dots"
        )
        FuzzDriver.require(!segments.dropLast().contains { $0.isEmpty }, "an empty segment")
        FuzzDriver.require(
            path.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "\\") },
            "a character that is refused"
        )
        if path.utf8.contains(UInt8(ascii: "%")) { return }
        FuzzDriver.require((try? ResourcePath.check(path)) == path, "the path changes when it is checked again")
    }

    /// Any text as a policy's name.
    private func name(_ text: String) {
        guard let name = try? PolicyName.normalized(text) else { return }
        FuzzDriver.require((try? PolicyName.normalized(name)) == name, "a name has two spellings")
        FuzzDriver.require(name.lowercased() == name, "a name in upper case")
        FuzzDriver.require((try? PolicyName.assignable(text)) != PolicyName.root, "root is given")
    }
}
