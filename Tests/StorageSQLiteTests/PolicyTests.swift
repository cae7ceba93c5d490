import AccessPolicy
import SecretStore
import Secrets
import Testing
import Vaulting

@Suite struct PolicyTests {
    @Test func `whoever may not read cannot find out by changes whether a guess is right`() throws {
        let owner = try TemporaryStore().create()
        let path = try SecretPath("a/b")
        try owner.write(path, fields(["A": "1"]))
        func version(_ capabilities: String, setting value: String) throws -> Int? {
            let policy = try PolicyDocument(parsing: "path \"secret/data/a/b\" { capabilities = [\(capabilities)] }")
            let access = AccessControl([(name: "some", document: policy)], identity: TemplateValues())
            let vault = owner.acting(as: Identity(principal: Principal("some"), access: access))
            return try vault.update(path) { $0["A"] = Secret(value) }?.number
        }
        #expect(try version(#""update", "read""#, setting: "1") == nil)
        #expect(try version(#""update""#, setting: "1") == 2)
        #expect(try version(#""update""#, setting: "2") == 3)
        #expect(try version(#""update", "patch""#, setting: "2") == 4)
    }

    @Test(
        arguments: [
            (
                #"["read", "update", "create"] min_wrapping_ttl = 60 max_wrapping_ttl = "1h""#, nil,
                "is allowed only in an answer that is wrapped for at least 60 s and at most 3600 s"
            ), (#"["read", "update", "create"] max_wrapping_ttl = 90"#, 91, "wrapped for at most 90 s"),
            (#"["read", "update", "create"] min_wrapping_ttl = 60"#, 59, "wrapped for at least 60 s"),
            (
                #"["read", "update", "create"] required_parameters = ["canary"]"#, nil,
                "is not allowed with these parameters"
            ),
            // What is asked beside it says nothing to whom the right is missing.
            (#"["patch"] min_wrapping_ttl = 60"#, nil, "it takes"),
            (#"["deny", "read"] min_wrapping_ttl = 60"#, nil, "it takes"),
            (#"["patch"] required_parameters = ["canary"]"#, nil, "it takes"),
        ] as [(String, Int?, String)]
    )
    func `a refusal names no right that the caller has`(rule: String, seconds: Int?, told: String) throws {
        let owner = try TemporaryStore().create()
        try owner.write(try SecretPath("a/b"), fields(["A": "1"]))
        let policy = try PolicyDocument(parsing: "path \"secret/data/*\" { capabilities = \(rule) }")
        let access = AccessControl([(name: "some", document: policy)], identity: TemplateValues())
        var caller = owner.acting(as: Identity(principal: Principal("some"), access: access))
        if let seconds { caller = caller.wrapping(for: seconds) }
        for path in [try SecretPath("a/b"), try SecretPath("a/none")] {
            for (action, attempt) in [
                ("read", { _ = try caller.read(path) }), ("write", { try caller.write(path, fields(["A": "2"])) }),
            ] as [(String, () throws -> Void)] {
                let error = #expect(throws: StoreError.self) { try attempt() }
                let message = error?.message ?? ""
                #expect(error?.code == "KF-STORE-010" && message.contains(told), "\(message)")
                #expect(message.contains("no policy allows") == (told == "it takes"), "\(message)")
                #expect(message.contains("\(action) on \(path)") && !message.contains("canary"), "\(message)")
            }
        }
    }

    @Test func `what a rule asks beside the right to make a secret does not tell which secrets are there`() throws {
        let owner = try TemporaryStore().create()
        try owner.write(try SecretPath("a/known"), fields(["A": "1"]))
        let text = #"path "secret/data/*" { capabilities = ["create"] min_wrapping_ttl = 60 }"#
        let policy = try PolicyDocument(parsing: text)
        let access = AccessControl([(name: "some", document: policy)], identity: TemplateValues())
        let caller = owner.acting(as: Identity(principal: Principal("some"), access: access))
        let messages = try ["known", "guess"].map { name in
            let path = try SecretPath("a/\(name)")
            let error = #expect(throws: StoreError.self) { try caller.write(path, fields([:])) }
            return error?.message.replacing(name, with: "NAME")
        }
        #expect(messages[0] == messages[1] && messages[0]?.contains("it takes create") == true, "\(messages)")
    }

    @Test func `every operation asks the policy, and every refusal is on record`() throws {
        let store = try TemporaryStore()
        let owner = try store.create()
        let path = try SecretPath("a/b")
        try owner.write(path, fields(["A": "1"]))
        let nobody = owner.acting(
            as: Identity(principal: Principal("nobody"), access: AccessControl([], identity: TemplateValues()))
        )
        let environment = try EnvironmentName("production")
        let operations: [(AuditAction, () throws -> Void)] = [
            (.read, { _ = try nobody.read(path) }), (.read, { _ = try nobody.read(paths: [path])[0].get() }),
            (.write, { try nobody.write(path, fields([:])) }), (.write, { try nobody.writeAll([(path, fields([:]))]) }),
            (.update, { try nobody.update(path) { $0 = [:] } }),
            (.rollback, { try nobody.rollback(path, to: .number(1)) }),
            (.label, { try nobody.setLabel(try Label("l"), on: path, to: .current) }),
            (.unlabel, { try nobody.removeLabel(try Label("l"), from: path) }), (.delete, { try nobody.delete(path) }),
            (.undelete, { try nobody.undelete(path) }), (.destroy, { try nobody.destroy(path, version: .current) }),
            (.remove, { try nobody.remove(path) }), (.list, { _ = try nobody.list() }),
            (.list, { try nobody.forEachSecret { _ in } }), (.versions, { _ = try nobody.versions(of: path) }),
            (.fields, { _ = try nobody.fields(of: path) }), (.history, { _ = try nobody.history(path) }),
            (.listSlots, { _ = try nobody.slots() }),
            (.addSlot, { try nobody.addSlot(.keyFile(store.folder + "/keys/k2")) }),
            (.addSlot, { try nobody.addShares(try SharedKey(shares: 3, threshold: 2)) }),
            (.rekeySlot, { try nobody.replaceSlot(1, with: .keyFile(store.folder + "/keys/k3")) }),
            (.removeSlot, { try nobody.removeSlot(1) }), (.rotateRing, { try nobody.rotateRing(of: environment) }),
            (.rewrapRing, { try nobody.rewrapRing(of: environment) }),
            (.readAudit, { try nobody.forEachAuditRecord { _ in } }),
            (.readAudit, { _ = try nobody.auditRecords(last: 1) }),
            (.verifyAudit, { _ = try nobody.verifyAudit() }), (.exportAudit, { try nobody.exportAudit { _ in } }),
        ]
        for (action, operation) in operations {
            expectError("KF-STORE-010", operation)
            let record = try #require(try owner.auditRecords(last: 1).last)
            // The owner's own look at the log comes after each.
            #expect(record.action == action)
            #expect(record.outcome == .denied)
            #expect(record.principal.name == "nobody")
        }
        #expect(try owner.read(path).clear == ["A": "1"])
        #expect(try owner.slots().count == 1)
    }

    // The shape of GHSA-xp3c-3jw3-4vcr: a listing must not show below a denied prefix.
    @Test func `a listing shows what each path's own rules allow`() throws {
        let store = try TemporaryStore()
        let owner = try store.create()
        for name in ["foo/open", "foo/private/secret", "bar/other"] {
            try owner.write(try SecretPath(name), fields([:]))
        }
        let some = try PolicyDocument(
            parsing: """
                path "secret/metadata/foo/*" { capabilities = ["list"] }
                path "secret/metadata/foo/private/*" { capabilities = ["deny"] }
                """
        )
        let access = AccessControl([(name: "some", document: some)], identity: TemplateValues())
        let vault = owner.acting(as: Identity(principal: Principal("some"), access: access))
        #expect(try vault.list().map(\.path.text) == ["foo/open"])
        #expect(try vault.list(under: try SecretPath("foo")).map(\.path.text) == ["foo/open"])
        expectError("KF-STORE-010") { _ = try vault.list(under: try SecretPath("foo/private")) }
        expectError("KF-STORE-010") { _ = try vault.list(under: try SecretPath("bar")) }
    }

    private static let wrapped = #"min_wrapping_ttl = 60 max_wrapping_ttl = 90"#

    @Test(
        arguments: [
            ([#""secret/metadata/*" { capabilities = ["list"] \#(wrapped) }"#], nil, "at least 60 s and at most 90 s"),
            ([#""secret/metadata/shop/*" { capabilities = ["list"] \#(wrapped) }"#], nil, "it takes list"),
            // One of them may be seen in the clear.
            (
                [
                    #""secret/metadata/*" { capabilities = ["list"] \#(wrapped) }"#,
                    #""secret/metadata/shop/a" { capabilities = ["read", "list"] }"#,
                ], ["shop/a"], ""
            ),
            // Listing is allowed in the clear, seeing what is there is not.
            (
                [
                    #""secret/metadata/" { capabilities = ["list"] }"#,
                    #""secret/data/*" { capabilities = ["read"] \#(wrapped) }"#,
                ], [], ""
            ),
        ] as [([String], [String]?, String)]
    )
    func `a listing shows in the clear what no rule wants wrapped`(
        rules: [String],
        clear: [String]?,
        told: String
    ) throws {
        let owner = try TemporaryStore().create()
        for name in ["shop/a", "shop/b"] { try owner.write(try SecretPath(name), fields(["A": "1"])) }
        let policy = try PolicyDocument(parsing: rules.map { "path " + $0 }.joined(separator: "\n"))
        let access = AccessControl([(name: "some", document: policy)], identity: TemplateValues())
        func names(_ vault: Vault, _ seconds: Int?) -> Result<[String], any Error> {
            let caller = vault.acting(as: Identity(principal: Principal("some"), access: access))
            return Result { try caller.wrapping(for: seconds).list().map(\.path.text) }
        }
        try owner.gatherPaths()
        for seconds in [nil, 59, 60, 90, 91] {
            var grouped: Result<[String], any Error>?
            _ = try owner.group { grouped = names($0, seconds) }
            for outcome in [names(owner, seconds), try #require(grouped)] {
                if let seconds, (60...90).contains(seconds) {
                    #expect(try outcome.get() == ["shop/a", "shop/b"])
                } else if let clear {
                    #expect(try outcome.get() == clear, "\(seconds ?? 0)")
                } else {
                    let error = #expect(throws: StoreError.self) { try outcome.get() }
                    #expect(error?.code == "KF-STORE-010")
                    #expect(error?.message.contains(told) == true, "\(error?.message ?? "")")
                }
            }
        }
        var seen: [String] = []
        let caller = owner.acting(as: Identity(principal: Principal("some"), access: access))
        if let clear {
            try caller.forEachSecret { seen.append($0.path.text) }
            #expect(seen == clear)
        }
    }
}
