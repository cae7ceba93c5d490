public import AccessPolicy
internal import Findings
internal import SecretStore

extension Resource {
    /// What is done to a secret, in the words of people, with the capability that it takes and on which part of the secret.
    ///
    /// Listing stands apart: it is about what lies below a path.
    public static let actions: [(name: String, capability: Capability, aspect: Aspect)] = [
        ("read", .read, .data), ("write", .update, .data), ("create", .create, .data), ("delete", .delete, .data),
        ("describe", .read, .metadata), ("remove", .delete, .metadata), ("undelete", .update, .undelete),
        ("destroy", .update, .destroy),
    ]

    /// Whether a text names a resource, and no secret by its path.
    public static func isSpelledOut(_ text: String) -> Bool {
        ["sys/", "auth/", "\(mount)/"].contains { text.hasPrefix($0) }
    }
}

extension Vault.Request {
    /// That it is not allowed.
    struct Refusal {
        /// What refuses, as the record says it.
        let rule: String
        /// What the rule that decides asks beside the capability that it gives; nil when no rule gives that.
        var condition: Decision.Condition?
    }

    /// What is missing beside the capability. For a write it counts only when it is missing whether something is there or
    /// not: who may do one of the two is not told by it which it would have been.
    func unmetCondition(
        _ decision: Decision,
        by access: AccessControl,
        wrapped seconds: Int?,
        _ payload: JSONObject
    ) -> Decision.Condition? {
        guard case .write(let path) = need else { return decision.unmetCondition(wrapping: seconds) }
        let both = [Capability.create, .update].map { capability in
            access.decide(capability, on: Resource.text(.data, path), parameters: payload)
                .unmetCondition(wrapping: seconds)
        }
        return both[0] == both[1] ? both[0] : nil
    }

    /// What somebody is told who may not: what they asked for, which capability on which resource it takes, and how an
    /// administrator sees what decides. Nothing of what is there: a write is answered with the capabilities for both, a
    /// secret that is there and one that is not.
    ///
    /// - Parameter condition: What the rule asks that gives the capability: then it is told that, and no right is missing.
    func denial(_ condition: Decision.Condition?) -> StoreError {
        switch condition {
        case .wrapped(let bounds):
            return .deniedUnwrapped(action.rawValue, path, least: bounds.minimum, most: bounds.maximum)
        case .parameters: return .deniedByParameters(action.rawValue, path)
        case nil: return denialOfCapability
        }
    }

    private var denialOfCapability: StoreError {
        switch need {
        case .write(let path):
            return Self.denial(
                action,
                path,
                takes: "create (where there is nothing yet) and update",
                .data,
                word: "write"
            )
        case .listing(let resource):
            return .denied(
                action.rawValue,
                path,
                takes: "list on \(AuditRecord.shown(resource))",
                explained: Self.command("list", path?.text ?? resource)
            )
        case .capability(let capability, let resource, _):
            var explained = Self.command(capability.rawValue, resource)
            if let path {
                let meant = Resource.actions.first {
                    $0.capability == capability && Resource.text($0.aspect, path) == resource
                }
                if let meant { explained = Self.command(meant.name, path.text) }
            }
            return .denied(
                action.rawValue,
                path,
                takes: "\(capability.rawValue) on \(AuditRecord.shown(resource))",
                explained: explained
            )
        }
    }

    /// The refusal of something else that the same request needs: to make a secret at a path.
    static func denialOfCreation(_ action: AuditAction, _ path: SecretPath) -> StoreError {
        denial(action, path, takes: "create", .data, word: "create")
    }

    private static func denial(
        _ action: AuditAction,
        _ path: SecretPath,
        takes capabilities: String,
        _ aspect: Resource.Aspect,
        word: String
    ) -> StoreError {
        .denied(
            action.rawValue,
            path,
            takes: "\(capabilities) on \(AuditRecord.shown(Resource.text(aspect, path)))",
            explained: command(word, path.text)
        )
    }

    /// The command that shows which rule decides; nil for what it cannot be asked about, or what a shell would read otherwise.
    private static func command(_ word: String, _ text: String) -> String? {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "/@._-+:=".utf8.contains(byte)
            }
        }
        let isSecret = Resource.actions.contains { $0.name == word } || word == "list"
        guard isPlain, Resource.isSpelledOut(text) || isSecret else { return nil }
        return "keyfolio access explain WHO \(word) \(text)"
    }
}
