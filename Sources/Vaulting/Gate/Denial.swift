public import AccessPolicy
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
    /// What somebody is told whom no policy allows it: what they asked for, which capability on which resource it takes, and
    /// how an administrator sees what decides. Nothing of what is there: a write is answered with the capabilities for both,
    /// a secret that is there and one that is not.
    var denial: StoreError {
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
