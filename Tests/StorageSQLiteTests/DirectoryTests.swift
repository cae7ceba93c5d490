import AccessPolicy
import Findings
import Foundation
import SecretStore
import Secrets
import StorageSQLite
import Testing
import Vaulting

@Suite struct DirectoryTests {
    /// What somebody with a credential finds.
    private func enter(_ vault: Vault, _ credential: Credential, from address: String = "127.0.0.1") throws
        -> Result<Session, AuthenticationError>
    {
        var result: Result<Session, AuthenticationError> = .failure(.missing)
        _ = try vault.group { group in
            do { result = try group.authenticate(credential, from: address) } catch { result = .failure(.invalid) }
        }
        return result
    }

    private func isIn(_ vault: Vault, _ token: Secret<String>, from address: String = "127.0.0.1") throws -> Bool {
        if case .success = try enter(vault, .token(token), from: address) { true } else { false }
    }

    @discardableResult
    private func change<Result>(
        _ vault: Vault,
        _ act: (inout Directory) throws(StoreError) -> Result
    ) throws -> Result {
        try vault.perform("test.change", .update, on: "sys/test", changing: true, act)
    }

    private func issue(
        _ vault: Vault,
        _ shape: (inout TokenRecord) -> Void = { _ in }
    ) throws -> (Secret<String>, TokenRecord) {
        try change(vault) { (directory) throws(StoreError) in
            var record = TokenRecord(principal: nil, policies: ["root"], created: directory.time)
            shape(&record)
            return (try directory.issue(record), record)
        }
    }

    @Test func `a principal of a name that another had gets none of the other's tokens`() throws {
        let vault = try TemporaryStore().create()
        func make() throws {
            try change(vault) { (directory) throws(StoreError) in
                try directory.put(try PrincipalRecord(name: "ada", kind: .person, created: directory.time))
            }
        }
        try make()
        let (own, _) = try issue(vault) { $0.principal = "ada" }
        let (child, _) = try issue(vault) { $0.owner = "ada" }
        let (batch, _) = try issue(vault) {
            $0.owner = "ada"
            $0.live(seconds: 3600, from: $0.created)
            ($0.kind, $0.isRenewable, $0.accessor) = (.batch, false, "")
        }
        for token in [own, child, batch] { #expect(try isIn(vault, token)) }
        try change(vault) { (directory) throws(StoreError) in _ = try directory.removePrincipal("ada") }
        for token in [own, child, batch] { #expect(try !isIn(vault, token)) }
        try make()
        for token in [own, child, batch] { #expect(try !isIn(vault, token)) }
        #expect(try isIn(vault, try issue(vault) { $0.principal = "ada" }.0))
    }

    @Test(arguments: ["cubbyhole", "sys", "auth", "identity", "secret"])
    func `what is called like a place of Vault's API is a secret, and no rule about that place means it`(name: String)
        throws
    {
        for path in ["@\(name)/x", "@@\(name)/x"] {
            #expect(Resource.text(.data, try SecretPath(path)) == "secret/data/\(path)")
            #expect(Resource.listing(try SecretPath(path)) == "secret/metadata/\(path)/")
        }
        #expect(Resource.text(.data, try SecretPath("@kv/x")) == "kv/data/x")
    }

    @Test func `a principal whose role was taken away can be disabled, and gets none that is not there`() throws {
        let vault = try TemporaryStore().create()
        let act = AuditAction(rawValue: "test")
        try vault.perform(act, .update, on: "sys/x", changing: true) { (directory) throws(StoreError) in
            try directory.setRole("gone", policies: [], summary: "")
            var ada = try PrincipalRecord(name: "ada", kind: .person, created: directory.time)
            ada.roles = ["gone"]
            try directory.put(ada)
            _ = try directory.removeRole("gone")
            ada.isDisabled = true
            try directory.put(ada)
        }
        expectError("KF-STORE-015") {
            try vault.perform(act, .update, on: "sys/x", changing: true) { (directory) throws(StoreError) in
                guard var ada = try directory.principal("ada"), ada.isDisabled else { return }
                ada.roles = ["gone", "other"]
                try directory.put(ada)
            }
        }
    }

    @Test func `only the hash of a token is in the store, in its backup and in its log`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let (token, _) = try issue(vault)
        var everything: [UInt8] = []
        try vault.exportSnapshot { everything += $0 }
        try vault.exportAudit { everything += $0 }
        for name in names(in: store.folder) {
            everything += FileManager.default.contents(atPath: "\(store.folder)/\(name)").map(Array.init) ?? []
        }
        let text = String(decoding: everything, as: UTF8.self)
        #expect(!text.contains(token.reveal()))
        #expect(try isIn(vault, token))
    }

    @Test func `a token has a check that tells it from what only looks like one`() {
        for sort in CredentialText.Sort.allCases {
            for _ in 0..<200 {
                let text = CredentialText.make(sort).reveal()
                #expect(CredentialText.isValid(text, sort))
                var wrong = Array(text.utf8)
                let place = Int.random(in: 4..<wrong.count)
                wrong[place] = wrong[place] == UInt8(ascii: "a") ? UInt8(ascii: "b") : UInt8(ascii: "a")
                #expect(!CredentialText.isValid(String(decoding: wrong, as: UTF8.self), sort))
            }
        }
        #expect(!CredentialText.isValid("kft_", .token) && !CredentialText.isValid("", .token))
    }

    @Test func `a token ends with its time, with its uses, with its parent, and when it is revoked`() throws {
        let clock = TestClock(Timestamp.now.microseconds)
        let store = try TemporaryStore()
        let vault = try store.create(options: VaultOptions(clock: clock.read))
        let (timed, _) = try issue(vault) { $0.live(seconds: 60, from: clock.read()) }
        let (counted, _) = try issue(vault) { $0.uses = 2 }
        let (parent, record) = try issue(vault)
        let (child, childRecord) = try issue(vault) { $0.parent = record.accessor }
        let (grandchild, _) = try issue(vault) { $0.parent = childRecord.accessor }
        #expect(try isIn(vault, timed) && isIn(vault, parent) && isIn(vault, child) && isIn(vault, grandchild))
        #expect(try isIn(vault, counted) && isIn(vault, counted) && !isIn(vault, counted))
        clock.forward(seconds: 61)
        #expect(try !isIn(vault, timed))
        #expect(
            try change(vault) { (directory) throws(StoreError) in try directory.revoke(accessor: record.accessor) } == 3
        )
        #expect(try !isIn(vault, parent) && !isIn(vault, child) && !isIn(vault, grandchild))
        // The one whose time is over, and the one whose last use nobody was there to end.
        #expect(try change(vault) { (directory) throws(StoreError) in try directory.tidyTokens() } == 2)
        #expect(try vault.verifyAudit().isIntact)
    }

    @Test func `children are spared when only the parent is to end`() throws {
        let vault = try TemporaryStore().create()
        let (_, record) = try issue(vault)
        let (child, _) = try issue(vault) { $0.parent = record.accessor }
        try change(vault) { (directory) throws(StoreError) in
            _ = try directory.revoke(accessor: record.accessor, sparingChildren: true)
        }
        #expect(try isIn(vault, child))
    }

    @Test func `a principal that is disabled, gone, elsewhere, or whose sessions were ended is not let in`() throws {
        let clock = TestClock(Timestamp.now.microseconds)
        let vault = try TemporaryStore().create(options: VaultOptions(clock: clock.read))
        func put(_ shape: (inout PrincipalRecord) -> Void) throws {
            try change(vault) { (directory) throws(StoreError) in
                var principal = try PrincipalRecord(
                    name: "Ada",
                    kind: .person,
                    roles: ["developer"],
                    created: directory.time
                )
                if let found = try directory.principal("ada") { principal = found }
                shape(&principal)
                try directory.put(principal)
            }
        }
        try put { _ in }
        func token() throws -> Secret<String> {
            clock.forward(seconds: 1)
            return try issue(vault) { ($0.principal, $0.policies) = ("ada", []) }.0
        }
        let first = try token()
        guard case .success(let session) = try enter(vault, .token(first)) else { return #expect(Bool(false)) }
        #expect(session.policies == ["developer"] && session.principalPolicies == ["developer"] && !session.isRoot)
        try put { $0.isDisabled = true }
        #expect(try !isIn(vault, first))
        try put { $0.isDisabled = false }
        try put { $0.addresses = [AddressRange("10.0.0.0/8")].compactMap { $0 } }
        #expect(try !isIn(vault, first) && isIn(vault, first, from: "10.1.2.3"))
        try put { $0.addresses = [] }
        for scope in [SessionScope.principal("ada"), .role("developer"), .everyone] {
            let token = try token()
            #expect(try isIn(vault, token))
            clock.forward(seconds: 1)
            try change(vault) { (directory) throws(StoreError) in try directory.endSessions(scope) }
            #expect(try !isIn(vault, token))
        }
        let last = try token()
        #expect(try isIn(vault, last))
        try change(vault) { (directory) throws(StoreError) in _ = try directory.removePrincipal("ADA ") }
        #expect(try !isIn(vault, last))
    }

    @Test func `a blocked network is let in with nothing, until the block ends`() throws {
        let clock = TestClock(Timestamp.now.microseconds)
        let vault = try TemporaryStore().create(options: VaultOptions(clock: clock.read))
        let (token, _) = try issue(vault)
        let range = try #require(AddressRange("192.0.2.0/24"))
        try change(vault) { (directory) throws(StoreError) in
            try directory.put(Block(range, until: directory.time.adding(seconds: 60)))
        }
        #expect(try !isIn(vault, token, from: "192.0.2.7") && isIn(vault, token, from: "192.0.3.7"))
        #expect(try !isIn(vault, token, from: "::ffff:192.0.2.7"))
        clock.forward(seconds: 61)
        #expect(try isIn(vault, token, from: "192.0.2.7"))
    }

    @Test func `an access key opens by a signature with its secret half, and not when it is gone`() throws {
        let vault = try TemporaryStore().create()
        let key = AccessKeyRecord(principal: nil, policies: ["root"], created: .now)
        try change(vault) { (directory) throws(StoreError) in try directory.put(key) }
        let right = Credential.accessKey(id: key.id) { secret, _ in secret == key.secret }
        let wrong = Credential.accessKey(id: key.id) { _, _ in false }
        #expect((try? enter(vault, right).get()) != nil)
        guard case .failure(.badSignature) = try enter(vault, wrong) else { return #expect(Bool(false)) }
        try change(vault) { (directory) throws(StoreError) in _ = try directory.removeAccessKey(key.id) }
        guard case .failure(.invalid) = try enter(vault, right) else { return #expect(Bool(false)) }
    }

    @Test func `a password is right or wrong, and a name that nobody has costs as much`() throws {
        let hash = try PasswordHash.make(Secret("correct horse"))
        #expect(try PasswordHash.isRight(Secret("correct horse"), hash))
        #expect(try !PasswordHash.isRight(Secret("correct horsf"), hash))
        #expect(try !PasswordHash.isRight(Secret("correct horse"), nil))
        #expect(try !PasswordHash.isRight(Secret("correct horse"), "$scrypt$ln=30,r=8,p=1$00$00"))
        #expect(hash.hasPrefix("$scrypt$ln=15,r=8,p=1$") && !hash.contains("horse"))
        func time(_ known: String?) throws -> Duration {
            try ContinuousClock().measure { _ = try PasswordHash.isRight(Secret("x"), known) }
        }
        let (known, unknown) = (try time(hash), try time(nil))
        #expect(unknown > known / 5 && known > unknown / 5)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.0.0.1", "10.0.0.1", true),
        ("0.0.0.0/0", "1.2.3.4", true), ("2001:db8::/32", "2001:db8:1::5", true),
        ("2001:db8::/32", "2001:db9::", false),
        ("::1", "::1", true), ("::1", "0:0:0:0:0:0:0:1", true), ("192.0.2.0/24", "::ffff:192.0.2.9", true),
        ("::ffff:192.0.2.0/120", "192.0.2.9", true), ("10.0.0.0/8", "not an address", false),
        ("10.0.0.0/8", "::a00:1", false),
    ])
    func `an address is in a network or not, in whatever form it is written`(range: String, address: String, isIn: Bool)
        throws
    {
        #expect(try #require(AddressRange(range)).contains(address) == isIn)
    }

    @Test(arguments: [
        "", "10.0.0.0/33", "10.0.0", "010.0.0.1", "10.0.0.0/-1", "10.0.0.0/+8", "1.2.3.4/8/8", ":::", "1::2::3", "g::",
        "12345::", "1:2:3:4:5:6:7:8:9", "2001:db8::/129", "1.2.3.4.5", "::1/x",
    ])
    func `what is no network is none`(text: String) { #expect(AddressRange(text) == nil) }

    @Test(arguments: ["root", "ROOT", " Root\t", "developer"])
    func `the policies that every store has cannot be written or taken away`(name: String) throws {
        let vault = try TemporaryStore().create()
        expectError("KF-STORE-082") {
            try change(vault) { (directory) throws(StoreError) in try directory.setPolicy(name, "") }
        }
        expectError("KF-STORE-082") {
            _ = try change(vault) { (directory) throws(StoreError) in try directory.removePolicy(name) }
        }
    }

    @Test func `a snapshot has everything: principals, tokens, attributes, labels, deletions`() throws {
        let (first, second) = (try TemporaryStore(), try TemporaryStore())
        let vault = try first.create()
        let path = try SecretPath("shop/production")
        var options = WriteOptions()
        options.attributes.contentType = "text/plain"
        options.attributes.tags = ["a": "b"]
        try vault.write(path, fields(["A": "1"]), options: options)
        try vault.write(path, fields(["A": "2"]))
        options = WriteOptions(labels: [try Label("AWSPENDING")])
        options.makesCurrent = false
        try vault.write(path, fields(["A": "3"]), options: options)
        try vault.setAttributes(path) {
            $0.description = "for the shop"
            $0.tags = ["team": "shop"]
            $0.isCheckAndSetRequired = true
        }
        try vault.setVersionAttributes(path, .number(1)) { $0.isEnabled = false }
        let marked = try SecretPath("shop/old")
        try vault.write(marked, fields([:]))
        try vault.markForDeletion(marked, purging: Timestamp.now.adding(seconds: 86_400))
        let (token, _) = try issue(vault)
        var lines: [[UInt8]] = []
        try vault.exportSnapshot { lines.append($0) }
        let copy = try second.create()
        var rest = lines[...]
        let counts = try copy.importSnapshot { rest.popFirst() }
        #expect(counts.entries == 2 && counts.secrets == 2)
        #expect(try copy.describe(path).versions.map(\.id) == vault.describe(path).versions.map(\.id))
        #expect(try copy.describe(path) == vault.describe(path))
        #expect(try copy.describe(marked).deletion == vault.describe(marked).deletion)
        #expect(try copy.read(path).clear == ["A": "2"])
        #expect(try isIn(copy, token))
        #expect(try copy.verifyAudit().isIntact)
    }

    @Test func `a backup of one secret opens in its own store only, and puts back all of it`() throws {
        let (first, second) = (try TemporaryStore(), try TemporaryStore())
        let vault = try first.create()
        let path = try SecretPath("shop/production")
        try vault.write(path, fields(["A": "1"]))
        try vault.write(path, fields(["A": "2"]))
        let before = try vault.describe(path)
        let bytes = try vault.backUp(path)
        #expect(!String(decoding: bytes, as: UTF8.self).contains("shop"))
        expectError("KF-STORE-061") { _ = try vault.putBack(bytes) }
        try vault.remove(path)
        #expect(try vault.putBack(bytes) == path)
        #expect(try vault.describe(path).versions == before.versions)
        #expect(try vault.read(path, version: .number(1)).clear == ["A": "1"])
        let other = try second.create()
        expectError("KF-STORE-076") { _ = try other.putBack(bytes) }
        for place in [0, bytes.count / 2, bytes.count - 1] {
            var broken = bytes
            broken[place] ^= 1
            try vault.remove(path)
            expectError("KF-STORE-076") { _ = try vault.putBack(broken) }
            _ = try vault.putBack(bytes)
        }
        #expect(try vault.verifyAudit().isIntact)
    }

    @Test func `an entry that is put back, moved or changed from outside is noticed`() throws {
        let store = try TemporaryStore()
        var vault: Vault? = try store.create()
        let (token, record) = try issue(try #require(vault))
        vault = nil
        try editSchema(store.path, "VACUUM INTO '\(store.folder)/old'")
        vault = try store.open()
        try change(try #require(vault)) { (directory) throws(StoreError) in
            _ = try directory.revoke(accessor: record.accessor)
        }
        #expect(try !isIn(try #require(vault), token))
        vault = nil
        try edit(
            store.path,
            "ATTACH '\(store.folder)/old' AS old; INSERT OR REPLACE INTO entry SELECT * FROM old.entry"
        )
        expectError("KF-STORE-041") { _ = try store.open() }
    }
}

extension TestClock {
    /// Lets time pass.
    fileprivate func forward(seconds: Int) { set(read().adding(seconds: seconds).microseconds) }
}
