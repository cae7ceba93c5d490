import AccessPolicy
import SecretStore
import Secrets
import StorageSQLite
import Testing

@testable import Vaulting

/// The names one level below a path, by jumps over what is below them.
@Suite struct ChildrenTests {
    private static let texts: [String] = {
        var texts = ["a", "a-b", "a-b/c", "a.b/c", "a0", "b/x", "@kv/top/s", "A/b", "zz"]
        // Folders with more in them than is gone through, beside names that come before and after their slash.
        for number in 0..<60 {
            texts += [
                "a/\(number)", "big/deep/\(number)/x", "big/deep/\(number)", "@kv/many/\(number)", "hidden/\(number)",
            ]
        }
        texts += ["big-", "big.x", "big0", "bigger/one", "hidden/visible/one", "hidden0"]
        return texts
    }()

    private func store() throws -> (TemporaryStore, Vault) {
        let store = try TemporaryStore()
        let vault = try store.create()
        try vault.writeAll(try Self.texts.map { (path: try SecretPath($0), payload: fields(["A": "1"])) })
        return (store, vault)
    }

    /// The same in the plainest way: each path by itself.
    private func plain(_ prefix: String?, where isShown: (String) -> Bool) -> [String] {
        var names: Set<String> = []
        for text in Self.texts where isShown(text) {
            if prefix == nil, text.hasPrefix("@") { continue }
            guard let prefix else {
                names.insert(
                    text.split(separator: "/", maxSplits: 1).count > 1 ? "\(text.split(separator: "/")[0])/" : text
                )
                continue
            }
            guard text.hasPrefix(prefix + "/") else { continue }
            let rest = text.dropFirst(prefix.count + 1).split(separator: "/", maxSplits: 1)
            names.insert(rest.count > 1 ? "\(rest[0])/" : String(rest[0]))
        }
        return names.sorted()
    }

    @Test(arguments: [nil, "a", "a-b", "big", "big/deep", "big/deep/7", "@kv", "@kv/many", "hidden", "none"])
    func `they are what looking at each path gives`(prefix: String?) throws {
        let (store, vault) = try store()
        let path = try prefix.map { try SecretPath($0) }
        #expect(try vault.children(of: path) == plain(prefix) { _ in true })
        #expect(try vault.children(of: path, isFiltered: false) == plain(prefix) { _ in true })
        withExtendedLifetime(store) {}
    }

    @Test(arguments: [nil, "a", "big", "@kv/many", "hidden"], [1, 2, 7, 500])
    func `a page of them is a part of all, and goes through no more than it needs`(prefix: String?, limit: Int) throws {
        let (store, vault) = try store()
        let path = try prefix.map { try SecretPath($0) }
        let all = try vault.children(of: path)
        for after in [""] + all + ["a/b", "b/", "5", "zzz", "hidden/0/x"] {
            var looks = 0
            let page = try vault.children(of: path, isFiltered: true, page: (after, limit)) { _ in looks += 1 }
            let wanted = all.filter { after.utf8.lexicographicallyPrecedes($0.utf8) }.prefix(limit)
            #expect(page == Array(wanted), "\(after)")
            #expect(looks <= 4 + 12 * limit, "\(after): \(looks)")
        }
        // A path with an escape comes elsewhere in the order of its clients, so they get all.
        let escaped = try SecretPath("else/=20")
        try vault.write(escaped, fields([:]))
        #expect(try vault.children(of: path, page: ("a", 1)).count == all.count + (prefix == nil ? 1 : 0))
        try vault.remove(escaped)
        #expect(try vault.children(of: path, page: ("", 1)).count == 1)
        withExtendedLifetime(store) {}
    }

    @Test func `a folder is one name however much is in it: only a few of its paths are looked at`() throws {
        let (store, vault) = try store()
        let document = try PolicyDocument(
            parsing: """
                path "secret/metadata/*" { capabilities = ["list"] }
                path "secret/metadata/a/*" { capabilities = ["deny"] }
                """
        )
        let access = AccessControl([(name: "some", document: document)], identity: TemplateValues())
        let reader = vault.acting(as: Identity(principal: Principal("reader"), access: access))
        func looked(_ vault: Vault, at prefix: String?, _ isFiltered: Bool = true) throws -> [String] {
            var looked: [String] = []
            _ = try vault.children(of: prefix.map { try SecretPath($0) }, isFiltered: isFiltered) {
                looked.append($0.text)
            }
            return looked
        }
        func count(_ texts: [String], below folder: String) -> Int { texts.count { $0.hasPrefix(folder + "/") } }
        for (vault, isFiltered) in [(vault, true), (vault, false), (reader, true)] {
            let top = try looked(vault, at: nil, isFiltered)
            for folder in ["a", "big", "hidden"] {
                #expect((1...11).contains(count(top, below: folder)), "\(folder): \(count(top, below: folder))")
            }
            // Other mounts are behind one path.
            #expect(count(top, below: "@kv") == 1)
            let below = try looked(vault, at: "big", isFiltered)
            #expect((1...11).contains(count(below, below: "big/deep")) && below.count < 24, "\(below.count)")
        }
        // What is asked for is gone through, and nothing behind it.
        let many = try looked(vault, at: "@kv/many")
        #expect(count(many, below: "@kv/many") == 60 && many.count == 60)
        withExtendedLifetime(store) {}
    }

    @Test(arguments: [true, false])
    func `a secret whose time has run out since it was marked is in no listing`(isListedBefore: Bool) throws {
        let clock = TestClock(Timestamp.now.microseconds)
        let vault = try TemporaryStore().create(options: VaultOptions(clock: clock.read))
        let paths = try ["f/a", "f/b", "f/c"].map { try SecretPath($0) }
        for path in paths { try vault.write(path, fields(["A": "1"])) }
        let folder = try SecretPath("f")
        if isListedBefore { #expect(try vault.children(of: folder) == ["a", "b", "c"]) }
        try vault.markForDeletion(paths[1], purging: clock.read().adding(seconds: 60))
        #expect(try vault.children(of: folder) == ["a", "b", "c"])
        clock.set(clock.read().microseconds + 61_000_000)
        #expect(try vault.children(of: folder) == ["a", "c"])
        // One that is written again is there again.
        try vault.write(paths[1], fields(["A": "2"]))
        #expect(try vault.children(of: folder) == ["a", "b", "c"])
    }

    @Test func `a secret that was moved after it was marked ends all the same`() throws {
        let clock = TestClock(Timestamp.now.microseconds)
        let vault = try TemporaryStore().create(options: VaultOptions(clock: clock.read))
        let (old, new) = (try SecretPath("f/a"), try SecretPath("f/b"))
        try vault.write(old, fields(["A": "1"]))
        #expect(try vault.children(of: SecretPath("f")) == ["a"])
        try vault.markForDeletion(old, purging: clock.read().adding(seconds: 60))
        try vault.move([(old, new)], then: "test.move", on: "sys/test") { _ in }
        #expect(try vault.children(of: SecretPath("f")) == ["b"])
        clock.set(clock.read().microseconds + 61_000_000)
        #expect(try vault.children(of: SecretPath("f")) == [])
    }

    @Test func `what may not be seen is not, wherever it lies among much that may not`() throws {
        let (store, vault) = try store()
        let document = try PolicyDocument(
            parsing: """
                path "secret/metadata/*" { capabilities = ["list"] }
                path "secret/metadata/a/*" { capabilities = ["deny"] }
                path "secret/metadata/big/*" { capabilities = ["deny"] }
                path "secret/data/big/deep/59" { capabilities = ["read"] }
                path "secret/metadata/hidden/*" { capabilities = ["deny"] }
                path "secret/metadata/hidden/" { capabilities = ["list"] }
                path "secret/metadata/hidden/visible/*" { capabilities = ["list"] }
                """
        )
        let access = AccessControl([(name: "some", document: document)], identity: TemplateValues())
        let reader = vault.acting(as: Identity(principal: Principal("reader"), access: access))
        func isShown(_ text: String) -> Bool {
            // Listing at `a` is listing in the folder of that name.
            if text == "a" || text.hasPrefix("a/") { return false }
            if text.hasPrefix("big/") { return text == "big/deep/59" }
            return !text.hasPrefix("hidden/") || text.hasPrefix("hidden/visible/")
        }
        let found = try reader.children(of: nil)
        let expected = plain(nil, where: isShown)
        #expect(found == expected, "\(found) \(expected)")
        #expect(try reader.children(of: SecretPath("hidden")) == ["visible/"])
        withExtendedLifetime(store) {}
    }
}
