// What the errors say that are about a secret's versions, labels and deletion, and about what is kept beside secrets.

extension StoreError {
    package static func noSuchVersionID(_ path: SecretPath) -> Self {
        .init(
            .noSuchVersionID,
            "\(path) has no version of this id: it was never written, or it was pruned",
            fix: "keyfolio history shows the versions that are kept"
        )
    }

    package static func versionDisabled(_ path: SecretPath, _ number: Int) -> Self {
        .init(
            .versionDisabled,
            "version \(number) of \(path) is disabled",
            fix: "enable it, or read another version"
        )
    }

    package static func secretDeleted(_ path: SecretPath) -> Self {
        .init(
            .secretDeleted,
            "\(path) is marked for deletion",
            fix: "restore it, or wait until it is gone, or remove it for good"
        )
    }

    package static func notDeleted(_ path: SecretPath) -> Self {
        .init(.notDeleted, "\(path) is not marked for deletion", fix: "there is nothing to restore")
    }

    package static func noSuchEntry(_ what: String) -> Self {
        let lists: Set = ["principal", "role", "policy", "token", "client", "block"]
        let fix =
            lists.contains(what)
            ? "keyfolio \(what) list shows those there are"
            : what == "access-key"
                ? "keyfolio key list shows those there are" : "look for what there is, and name one of those"
        return .init(.noSuchEntry, "there is no such \(what): it was never made, or it was taken away", fix: fix)
    }

    package static func versionIDTaken(_ path: SecretPath) -> Self {
        .init(.versionIDTaken, "another version of \(path) has this id", fix: "give another id, or none")
    }

    package static func labelElsewhere(_ path: SecretPath, _ label: Label) -> Self {
        .init(
            .labelElsewhere,
            "the label \(label) of \(path) does not stand on the version that was said",
            fix: "look where it stands, and say that version"
        )
    }

    package static func labelNeeded(_ label: Label) -> Self {
        .init(.labelNeeded, "the label \(label) cannot be taken away", fix: "put it on another version")
    }

    package static func checkAndSetRequired(_ path: SecretPath) -> Self {
        .init(
            .checkAndSetRequired,
            "each write of \(path) must name the version that it replaces",
            fix: "give the number of the current version, or 0 when there is none"
        )
    }

    package static func invalidAttribute(_ why: String) -> Self {
        .init(
            .invalidAttribute,
            "what was asked for is not valid: \(why)",
            fix: "mend that and ask again; nothing was changed"
        )
    }

    package static func builtInPolicy(_ name: String) -> Self {
        .init(
            .invalidAttribute,
            "what was asked for is not valid: the policy \(name) is built in and stays as it is",
            fix:
                "write one of your own, keyfolio policy set NAME FILE, and give it: keyfolio principal set WHO --policy NAME, "
                + "or keyfolio role set ROLE --policy NAME"
        )
    }

    package static func builtInRole(_ name: String) -> Self {
        .init(
            .invalidAttribute,
            "what was asked for is not valid: the role \(name) is built in and stays as it is",
            fix:
                "make one of your own, keyfolio role set ROLE --policy NAME, and give it: keyfolio principal set WHO --role ROLE"
        )
    }

    package static func notSynced() -> Self {
        .init(
            .notSynced,
            "the disk did not confirm a write, or the store's files were removed, so nobody knows what is on it",
            fix: "look at the disk and at the store's folder, then start the server again: it takes up what is there"
        )
    }

    /// - Parameter holder: Who serves it, as the lock's file says.
    package static func served(by holder: (process: Int, address: String)?) -> Self {
        let who = holder.map { "process \($0.process) serves this store at \($0.address)" }
        return .init(
            .served,
            (who ?? "another process serves this store") + ", and only one may",
            fix: "use that server (keyfolio login), or end it first; the lock ends with its process"
        )
    }

    package static func deniedByResource(_ action: String, _ path: SecretPath) -> Self {
        .init(
            .deniedByResource,
            "the policy of \(path) itself refuses \(action)",
            fix: "ask who manages the secret's resource policy; the refusal is in the audit log"
        )
    }

    /// A rule gives it, in a wrapped answer only.
    ///
    /// - Parameters:
    ///   - least: For how many seconds the answer must be wrapped; 0 is no bound.
    ///   - most: For how many it may be; 0 is no bound.
    package static func deniedUnwrapped(_ action: String, _ path: SecretPath?, least: Int, most: Int) -> Self {
        let bounds = [least > 0 ? "at least \(least) s" : nil, most > 0 ? "at most \(most) s" : nil].compactMap { $0 }
        return .init(
            .denied,
            "\(action)" + (path.map { " on \($0)" } ?? "")
                + " is allowed only in an answer that is wrapped for \(bounds.joined(separator: " and "))",
            fix: "ask as a client of HashiCorp Vault with -wrap-ttl=\(least > 0 ? least : most)s; no other "
                + "protocol wraps answers"
        )
    }

    /// A rule gives it, but not with the parameters of the request: neither their names nor their values are said.
    package static func deniedByParameters(_ action: String, _ path: SecretPath?) -> Self {
        .init(
            .denied,
            "\(action)" + (path.map { " on \($0)" } ?? "")
                + " is not allowed with these parameters: the rule that gives the right asks for others",
            fix: "ask an administrator which parameters the rule takes; it is named in the record of the refusal"
        )
    }

    /// - Parameter name: The principal's, in the one spelling.
    package static func principalDisabled(_ name: String) -> Self {
        .init(
            .principalDisabled,
            "\(name) is disabled: a credential for it would open nothing; none was issued",
            fix: "keyfolio principal set \(name) --enable, where that is meant"
        )
    }

    package static func lastAdministrator() -> Self {
        .init(
            .lastAdministrator,
            "after this no principal could manage principals any more, and let anybody in again; nothing was changed",
            fix: "make another administrator first, or add --force (force=true over HTTP) where it is meant"
        )
    }
}
