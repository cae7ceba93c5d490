import Findings
import HTTPModel
import SecretStore
import Testing
import Vaulting

@testable import Server

/// The log says what was decided, of every protocol: nothing is allowed before it was, who was turned away was denied, and
/// what was asked for has its name.
@Suite struct AuditTruthTests {
    /// One wrong login.
    struct WrongLogin: Sendable {
        let name: String
        let target: String
        let body: String
        var code = "KF-AUTH-002"
        /// What the record says of who was tried.
        let who: String
        var headers: HTTPHeaders = [:]
        var address = "127.0.0.1"
    }

    static let form: HTTPHeaders = ["Content-Type": "application/x-www-form-urlencoded"]
    static let client = "9f0c1a52-7f7b-4f0e-9d0c-1f6f4f0e7a10"
    static let token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.AAAA"

    static let wrongLogins = [
        WrongLogin(
            name: "native password",
            target: "/api/v1/login",
            body: #"{"name":"ada","password":"wrong-canary"}"#,
            who: "ada"
        ),
        WrongLogin(
            name: "native stranger",
            target: "/api/v1/login",
            body: #"{"name":"stranger-canary","password":"wrong-canary"}"#,
            who: "unknown name "
        ),
        WrongLogin(
            name: "native client",
            target: "/api/v1/login",
            body: #"{"client":"\#(client)","secret":"wrong-canary"}"#,
            who: "client \(client)"
        ),
        WrongLogin(
            name: "native secret as the client's id",
            target: "/api/v1/login",
            body: #"{"client":"wrong-canary","secret":"x"}"#,
            who: "client: unknown name "
        ),
        WrongLogin(
            name: "disabled principal",
            target: "/api/v1/login",
            body: #"{"name":"off","password":"a long password"}"#,
            code: "KF-AUTH-004",
            who: "off"
        ),
        WrongLogin(
            name: "principal from elsewhere",
            target: "/api/v1/login",
            body: #"{"name":"near","password":"a long password"}"#,
            code: "KF-AUTH-005",
            who: "near"
        ),
        WrongLogin(
            name: "userpass password",
            target: "/v1/auth/userpass/login/Ada",
            body: #"{"password":"wrong-canary"}"#,
            who: "user ada"
        ),
        WrongLogin(
            name: "userpass stranger",
            target: "/v1/auth/userpass/login/stranger-canary",
            body: #"{"password":"wrong-canary"}"#,
            who: "user: unknown name "
        ),
        WrongLogin(
            name: "userpass from elsewhere",
            target: "/v1/auth/userpass/login/ada",
            body: #"{"password":"a long password"}"#,
            code: "KF-AUTH-005",
            who: "user ada",
            address: "192.0.2.1"
        ),
        WrongLogin(
            name: "approle role id",
            target: "/v1/auth/approle/login",
            body: #"{"role_id":"wrong-canary","secret_id":"wrong-canary"}"#,
            who: "role: unknown name "
        ),
        WrongLogin(
            name: "approle secret id",
            target: "/v1/auth/approle/login",
            body: #"{"role_id":"web-id","secret_id":"wrong-canary"}"#,
            who: "role web"
        ),
        WrongLogin(
            name: "approle without secret id",
            target: "/v1/auth/approle/login",
            body: #"{"role_id":"web-id"}"#,
            code: "KF-AUTH-001",
            who: "role web"
        ),
        WrongLogin(
            name: "jwt",
            target: "/v1/auth/jwt/login",
            body: #"{"role":"build","jwt":"\#(token)"}"#,
            who: "role build"
        ),
        WrongLogin(
            name: "jwt of a role that is not there",
            target: "/v1/auth/jwt/login",
            body: #"{"role":"wrong-canary","jwt":"\#(token)"}"#,
            who: "role: unknown name "
        ),
        WrongLogin(
            name: "azure secret",
            target: "/keyfolio/oauth2/v2.0/token",
            body:
                "grant_type=client_credentials&client_id=\(client)&client_secret=wrong-canary&scope=https://vault.azure.net/.default",
            who: "client \(client)",
            headers: form
        ),
    ]

    private func prepared() async throws -> FourProtocols {
        let four = try FourProtocols()
        let keys = try JSONValue.array(TokenMaker().pems.map(JSONValue.string)).text()
        for (target, body) in [
            ("sys/auth/userpass", #"{"type":"userpass"}"#), ("sys/auth/approle", #"{"type":"approle"}"#),
            ("sys/auth/jwt", #"{"type":"jwt"}"#),
            ("auth/userpass/users/ada", #"{"password":"a long password","token_bound_cidrs":"127.0.0.0/8"}"#),
            ("auth/approle/role/web", "{}"), ("auth/approle/role/web/role-id", #"{"role_id":"web-id"}"#),
            ("auth/jwt/config", #"{"jwt_validation_pubkeys":\#(keys)}"#),
            ("auth/jwt/role/build", #"{"role_type":"jwt","user_claim":"sub","bound_subject":"a"}"#),
        ] {
            #expect(await four.call("POST", "/v1/" + target, body).status == 204, "\(target)")
        }
        for (name, body) in [
            ("ada", "{}"), ("off", #"{"disabled":true}"#), ("near", #"{"addresses":["10.0.0.0/8"]}"#),
        ] {
            let password = #"{"password":"a long password"}"#
            #expect(await four.call("PUT", "/api/v1/principals/\(name)", password).status == 200)
            #expect(await four.call("PUT", "/api/v1/principals/\(name)", body).status == 200)
        }
        return four
    }

    @Test func `a wrong login is denied with a reason, names who was tried, and is never allowed before`() async throws
    {
        let four = try await prepared()
        for login in Self.wrongLogins {
            var status = 0
            let records = try await four.records {
                status = await four.call(
                    "POST",
                    login.target,
                    login.body,
                    token: "",
                    headers: login.headers,
                    from: login.address
                ).status
            }
            #expect((400...403).contains(status), "\(login.name)")
            let shown = records.map { "\($0.action.rawValue) \($0.outcome) \($0.code ?? "-") \($0.detail ?? "-")" }
            let last = try #require(records.last, "\(login.name)")
            #expect(last.outcome == .denied && last.code == login.code, "\(login.name): \(shown)")
            #expect(last.detail?.hasPrefix(login.who) == true, "\(login.name): \(shown)")
            // The server's own look at its mounts apart.
            let others = records.dropLast().filter { $0.principal.name != "keyfolio-server" }
            #expect(others.allSatisfy { $0.outcome == .begins && $0.code == nil }, "\(login.name): \(shown)")
            #expect(others.count <= 1)
            #expect(last.resource?.hasSuffix("login") == true, "\(login.name): \(last.resource ?? "")")
            #expect(records.allSatisfy { !$0.canonicalJSON.contains("canary") }, "\(login.name): \(shown)")
        }
        // The same name is the same in each attempt, and no other's.
        let tried = try four.found { $0.outcomes = [.denied] }.compactMap(\.detail).filter { $0.hasPrefix("role: unk") }
        #expect(Set(tried).count == 1 && tried.count == 2)
        let report = try four.vault.accessReport(from: nil, until: nil)
        let logins = report.rows(by: .principal).filter { $0.action == "vault.userLogin" }
        #expect(logins.reduce(0) { $0 + $1.denied } == 3 && logins.allSatisfy { $0.allowed == 0 && $0.failed == 0 })
    }

    @Test func `a login from a blocked network is denied, however long its proof would take to look at`() async throws {
        let four = try await prepared()
        #expect(await four.call("POST", "/api/v1/blocks", #"{"range":"192.0.2.0/24"}"#).status == 204)
        for (target, body) in [
            ("/api/v1/login", #"{"name":"ada","password":"a long password"}"#),
            ("/v1/auth/userpass/login/ada", #"{"password":"a long password"}"#),
            ("/v1/auth/approle/login", #"{"role_id":"web-id","secret_id":"x"}"#),
            ("/v1/auth/jwt/login", #"{"jwt":"x"}"#),
        ] {
            let records = try await four.records {
                let status = await four.call("POST", target, body, token: "", from: "192.0.2.5").status
                #expect(status == 401 || status == 403, "\(target)")
            }
            #expect(records.map(\.outcome) == [.denied] && records.first?.code == "KF-AUTH-005", "\(target)")
            #expect(records.first?.source.address == "192.0.2.5")
        }
    }

    @Test func `a right login begins and is allowed, and is theirs whose acts follow`() async throws {
        let four = try await prepared()
        let secretID = await four.call("POST", "/v1/auth/approle/role/web/secret-id")
        let web = secretID.json["data"]?["secret_id"]?.asString ?? ""
        for (target, body, outcomes) in [
            ("/api/v1/login", #"{"name":"ada","password":"a long password"}"#, [AuditRecord.Outcome.begins, .allowed]),
            ("/v1/auth/userpass/login/ada", #"{"password":"a long password"}"#, [.begins, .allowed]),
            ("/v1/auth/approle/login", #"{"role_id":"web-id","secret_id":"\#(web)"}"#, [.allowed]),
        ] {
            var answer = JSONValue.null
            let records = try await four.records {
                let found = await four.call("POST", target, body, token: "")
                #expect(found.status == 200, "\(target)")
                answer = found.json
            }
            #expect(records.map(\.outcome) == outcomes, "\(target)")
            let token = try #require((answer["token"] ?? answer["auth"]?["client_token"])?.asString, "\(target)")
            let acts = try await four.records { _ = await four.call("GET", "/v1/secret/data/team/a", token: token) }
            let caller = try #require(acts.last?.principal, "\(target)")
            #expect(records.last?.principal == caller && caller.name != "anonymous", "\(target): \(records)")
        }
    }

    @Test func `a wrong signature of AWS is denied with the key's name`() async throws {
        let four = try FourProtocols()
        let records = try await four.records {
            _ = await four.aws("GetSecretValue", ["SecretId": "a"], as: "AKIAIOSFODNN7EXAMPLE")
        }
        #expect(records.map(\.outcome) == [.denied])
        #expect(records.first?.code == "KF-AUTH-002" && records.first?.detail == "key AKIAIOSFODNN7EXAMPLE")
    }

    @Test func `what a policy refuses is denied through each protocol, with the rule that decides`() async throws {
        let four = try await prepared()
        for path in ["team/x", "other/x"] {
            #expect(await four.call("POST", "/v1/secret/data/\(path)", #"{"data":{"a":"b"}}"#).status == 200)
        }
        #expect(await four.call("PUT", "/secrets/team--x?api-version=7.6", #"{"value":"v"}"#).status == 200)
        let issued = await four.call("POST", "/api/v1/tokens", #"{"principal":"ada"}"#)
        let token = try #require(issued.json["token"]?.asString)
        let denying = #""secret/data/team/x" (policy reader) denies"#
        let notGiven = #""secret/+/team/*" (policy reader) does not give "#
        let none = "no rule means it"
        let asked: [(String, String, String, String?, String)] = [
            ("GET", "/v1/secret/data/team/x", "", "team/x", denying),
            ("GET", "/v1/secret/data/other/x", "", "other/x", none),
            ("POST", "/v1/secret/data/team/new", #"{"data":{"a":"b"}}"#, "team/new", notGiven + "create"),
            ("GET", "/v1/secret/metadata/other/x", "", "other/x", none),
            ("DELETE", "/v1/secret/metadata/team/y", "", "team/y", notGiven + "delete"),
            ("GET", "/v1/sys/policies/acl/reader", "", nil, none), ("GET", "/v1/sys/mounts", "", nil, none),
            ("POST", "/v1/sys/auth/x", #"{"type":"approle"}"#, nil, none),
            ("GET", "/api/v1/secrets/team/x", "", "team/x", denying),
            ("PUT", "/api/v1/secrets/team/z", #"{"text":"v"}"#, "team/z", notGiven + "create"),
            ("GET", "/api/v1/policies/reader", "", nil, none), ("GET", "/api/v1/blocks", "", nil, none),
            ("DELETE", "/api/v1/principals/eve", "", nil, none),
        ]
        for (method, target, body, path, rule) in asked {
            var status = 0
            let records = try await four.records {
                status = await four.call(method, target, body, token: token).status
            }
            #expect(status == 403, "\(method) \(target)")
            #expect(records.map(\.outcome) == [.denied], "\(method) \(target)")
            let record = try #require(records.first)
            #expect(record.code == "KF-STORE-010" && record.rule == rule, "\(method) \(target): \(record.rule ?? "")")
            // A secret has its path, anything else its place in policies.
            #expect(record.path?.text == path || record.resource?.hasSuffix(path ?? "") == true, "\(method) \(target)")
            #expect((record.path == nil) == (record.resource != nil), "\(method) \(target)")
        }
        let aws = try await four.records { _ = await four.aws("GetSecretValue", ["SecretId": "team/x"], as: "AKIDADA") }
        #expect(aws.last?.outcome == .denied && aws.last?.rule == denying)
        let azure = try await four.records {
            _ = await four.call("GET", "/secrets/team--x?api-version=7.6", token: token)
        }
        #expect(azure.last?.outcome == .denied && azure.last?.rule?.contains("reader") == true)
    }

    @Test func `what a handler finds out to be refused is denied as well, with its rule`() async throws {
        let four = try await prepared()
        let text = #"path \"auth/userpass/users/*\" { capabilities = [\"create\"] }"#
        _ = await four.call("PUT", "/v1/sys/policies/acl/maker", #"{"policy":"\#(text)"}"#)
        let made = await four.call("POST", "/v1/auth/token/create", #"{"policies":["maker"]}"#)
        let token = try #require(made.json["auth"]?["client_token"]?.asString)
        for (user, outcome) in [("new", AuditRecord.Outcome.allowed), ("ada", .denied)] {
            let records = try await four.records {
                _ = await four.call(
                    "POST",
                    "/v1/auth/userpass/users/\(user)",
                    #"{"token_ttl":"1h","password":"a long password"}"#,
                    token: token
                )
            }
            #expect(records.last?.outcome == outcome, "\(user)")
            #expect(records.last?.resource == "auth/userpass/users/\(user)")
            guard outcome == .denied else { continue }
            #expect(records.last?.code == "KF-STORE-010")
            #expect(records.last?.rule == #""auth/userpass/users/*" (policy maker) does not give update"#)
        }
        // A mistake is no refusal.
        let records = try await four.records {
            let body = #"{"password":"a long password"}"#
            #expect(await four.call("POST", "/v1/auth/userpass/users/nobody/password", body).status == 400)
        }
        #expect(records.last?.outcome == .failed && records.last?.code == "KF-STORE-082" && records.last?.rule == nil)
    }

    @Test func `a secret's own policy is named where it refuses`() async throws {
        let four = try FourProtocols()
        #expect(await four.call("POST", "/v1/secret/data/team/y", #"{"data":{"a":"b"}}"#).status == 200)
        let policy =
            #"{"Version":"2012-10-17","Statement":[{"Sid":"NotAda","Effect":"Deny","Principal":{"AWS":"arn:aws:iam::000000000000:user/ada"},"Action":"secretsmanager:GetSecretValue","Resource":"*"}]}"#
        try four.vault.setAttributes(SecretPath("team/y")) { (attributes) throws(StoreError) in
            attributes.resourcePolicy = policy
        }
        let issued = await four.call("POST", "/api/v1/tokens", #"{"principal":"ada"}"#)
        let token = try #require(issued.json["token"]?.asString)
        let named = "statement NotAda of the secret's own policy (Deny)"
        for target in ["/api/v1/secrets/team/y", "/v1/secret/data/team/y"] {
            let records = try await four.records {
                #expect(await four.call("GET", target, token: token).status == 403)
            }
            #expect(records.last?.outcome == .denied && records.last?.code == "KF-STORE-016")
            #expect(records.last?.rule == named)
        }
        func explain(_ who: String, _ action: String, _ path: String) async -> JSONValue {
            await four.call(
                "POST",
                "/api/v1/access/explain",
                #"{"principal":"\#(who)","action":"\#(action)","path":"\#(path)"}"#
            ).json
        }
        for path in ["team/y", "secret/data/team/y"] {
            let explained = await explain("ada", "read", path)
            #expect(explained["allowed"] == false && explained["resourcePolicy"]?.asString == named)
            #expect(explained["sentence"]?.asString?.contains("is allowed by \"secret/+/team/*\"") == true)
            #expect(explained["sentence"]?.asString?.contains("refused all the same, through every protocol") == true)
        }
        for (action, path) in [("describe", "team/y"), ("read", "team/none"), ("list", "team/y")] {
            let explained = await explain("ada", action, path)
            #expect(explained["allowed"] == true && explained["resourcePolicy"] == nil, "\(action) \(path)")
        }
        #expect(await explain("eve", "read", "team/y")["allowed"] == false)
    }

    @Test func `an administrative call is found by what it was about`() async throws {
        let four = try await prepared()
        let calls: [(String, String, String, String)] = [
            (
                "PUT", "/api/v1/policies/ops", #"{"text":"path \"a\" { capabilities = [\"read\"] }"}"#,
                "sys/policies/ops"
            ),
            ("PUT", "/api/v1/roles/night", #"{"policies":["ops"]}"#, "sys/roles/night"),
            ("PUT", "/api/v1/principals/bob", #"{"kind":"machine"}"#, "sys/principals/bob"),
            ("POST", "/api/v1/access-keys", #"{"principal":"bob"}"#, "sys/access-keys"),
            ("POST", "/api/v1/clients", #"{"principal":"bob"}"#, "sys/clients"),
            ("POST", "/api/v1/tokens", #"{"principal":"bob"}"#, "sys/tokens"),
            ("POST", "/api/v1/blocks", #"{"range":"203.0.113.0/24"}"#, "sys/blocks"),
            ("POST", "/api/v1/sessions/end", #"{"principal":"bob"}"#, "sys/sessions"),
            (
                "POST", "/v1/sys/policies/acl/vault-ops", #"{"policy":"path \"a\" { capabilities = [\"read\"] }"}"#,
                "sys/policies/acl/vault-ops"
            ),
            ("POST", "/v1/sys/mounts/transit", #"{"type":"transit"}"#, "sys/mounts/transit"),
            ("POST", "/v1/transit/keys/agents", "{}", "transit/keys/agents"),
            ("POST", "/v1/transit/encrypt/agents", #"{"plaintext":"YQ=="}"#, "transit/encrypt/agents"),
            ("POST", "/v1/sys/auth/people", #"{"type":"userpass"}"#, "sys/auth/people"),
            ("POST", "/v1/auth/userpass/users/bob", #"{"password":"a long password"}"#, "auth/userpass/users/bob"),
            ("POST", "/v1/auth/token/create", "{}", "auth/token/create"),
            ("POST", "/v1/identity/entity/name/carol", "{}", "identity/entity/name/carol"),
            ("POST", "/v1/sys/quotas/rate-limit/q", #"{"rate":1000}"#, "sys/quotas/rate-limit/q"),
        ]
        for (method, target, body, resource) in calls {
            let status = await four.call(method, target, body).status
            #expect((200...204).contains(status), "\(method) \(target): \(status)")
            let found = try four.found { $0.paths = [resource] }
            #expect(found.contains { $0.outcome == .allowed && $0.resource == resource }, "\(resource)")
        }
        #expect(try four.found { $0.paths = ["sys/policies/*"] }.count >= 2)
        // The report has them as well.
        let report = try four.vault.accessReport(from: nil, until: nil)
        let rows = report.rows(by: .secret)
        #expect(rows.contains { $0.about == "sys/policies/ops" && $0.allowed == 1 })
        let again = try #require(AccessReport(json: report.json(by: .secret)))
        #expect(again.rows(by: .secret) == rows)
        #expect(again.rows(by: .secret).contains { $0.resource == "sys/mounts/transit" })
        func events(_ name: String) async -> FourProtocols.Answer {
            await four.aws(
                "LookupEvents",
                ["LookupAttributes": [["AttributeKey": "ResourceName", "AttributeValue": .string(name)]]],
                as: "AKIDEVE"
            )
        }
        #expect(await events("sys/policies/ops").status == 400)
        let own = try four.found { $0.actions = ["audit.read"] }
        #expect(own.first?.outcome == .denied)
        // Whoever may read the log finds it through CloudTrail as well, and by no other name.
        let text = #"path \"sys/audit/log\" { capabilities = [\"read\"] }"#
        _ = await four.call("PUT", "/api/v1/policies/auditor", #"{"text":"\#(text)"}"#)
        #expect(await four.call("PUT", "/api/v1/principals/eve", #"{"policies":["auditor"]}"#).status == 200)
        for name in ["sys/policies/ops", "sys/mounts/transit", "transit/keys/agents"] {
            let found = await events(name).json["Events"]?.asArray ?? []
            #expect(!found.isEmpty, "\(name)")
            #expect(found.allSatisfy { $0["Resources"] == [["ResourceName": .string(name)]] }, "\(name)")
            #expect(found.allSatisfy { $0["CloudTrailEvent"]?.asString?.contains(#""resource":"\#(name)""#) == true })
        }
        for name in ["sys/policies/op", "sys/policies/none", "sys/policies/*"] {
            #expect(await events(name).json["Events"] == [], "\(name)")
        }
    }

    @Test func `a password that is none is refused before anything begins`() async throws {
        let four = try FourProtocols()
        for body in [#"{"password":"short"}"#, #"{"password":7}"#, #"{"password":["a long password"]}"#] {
            let records = try await four.records {
                #expect(await four.call("PUT", "/api/v1/principals/ada", body).status == 400, "\(body)")
            }
            #expect(records.allSatisfy { $0.outcome != .begins }, "\(body)")
        }
        let records = try await four.records {
            let body = #"{"password":"a long password"}"#
            #expect(await four.call("PUT", "/api/v1/principals/ada", body).status == 200)
        }
        #expect(records.map(\.outcome) == [.begins, .allowed])
    }

    @Test func `a login whose proof could not be looked at begins and fails, and is no attempt`() async throws {
        let client = try VaultClient()
        _ = await client.call("POST", "sys/auth/userpass", #"{"type":"userpass"}"#)
        for error in [StoreError.outOfMemory() as any Error, LogicalFault(503, "not now")] {
            let before = try client.vault.auditLength()
            let request = try LogicalRequest(
                HTTPRequest(
                    method: "POST",
                    rawPath: "/v1/auth/userpass/login/ada",
                    headers: ["Content-Type": "application/json"],
                    body: Array(#"{"password":"x"}"#.utf8)
                )
            )
            let plan = client.adapter.loginApart(request, "vault/userpass/ada", as: .userLogin) { context -> Bool in
                try context.beginLogin { _ in }
                throw error
            } finish: { _, _ in
                .empty
            }
            guard case .work(let work) = plan, case .reply(let response) = work(client.vault) else {
                Issue.record("it is done apart and answered")
                continue
            }
            #expect(response.status >= 500)
            var records: [AuditRecord] = []
            try client.vault.forEachAuditRecord(from: before + 1) { records.append($0) }
            let own = records.filter { $0.action == "vault.userLogin" }
            #expect(own.map(\.outcome) == [.begins, .failed])
            #expect(own.last?.code == (error as? StoreError)?.code && own.last?.resource == "auth/userpass/login")
            #expect(client.adapter.attempts.wait(name: "vault/userpass/ada", address: "127.0.0.1") == nil)
        }
    }

    @Test func `the record of a deletion names the versions that there were, and nothing else that was sent`()
        async throws
    {
        let four = try FourProtocols()
        for _ in 0..<3 {
            #expect(await four.call("POST", "/v1/secret/data/d", #"{"data":{"a":"b"}}"#).status == 200)
        }
        for (versions, detail) in [
            ("[3,1,1,904170000]", "versions 1, 3"), ("[904170000]", "none of its versions"), ("[2]", "versions 2"),
        ] {
            let records = try await four.records {
                #expect(await four.call("POST", "/v1/secret/delete/d", #"{"versions":\#(versions)}"#).status == 204)
            }
            #expect(records.last?.action == .delete && records.last?.detail == detail)
        }
    }

    @Test func `a request's trace finds its records, through each protocol`() async throws {
        let four = try await prepared()
        func header(_ trace: String) -> HTTPHeaders { ["traceparent": "00-\(trace)-00f067aa0ba902b7-01"] }
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        _ = await four.call("PUT", "/api/v1/secrets/t/a", #"{"text":"v"}"#, headers: header(trace))
        _ = await four.call("GET", "/v1/secret/data/t/a", headers: header(trace))
        _ = await four.call("PUT", "/secrets/t--a?api-version=7.6", #"{"value":"v"}"#, headers: header(trace))
        _ = await four.aws("GetSecretValue", ["SecretId": "t/a"], as: "AKIDEVE", headers: header(trace))
        _ = await four.call(
            "POST",
            "/v1/auth/userpass/login/ada",
            #"{"password":"wrong"}"#,
            token: "",
            headers: header(trace)
        )
        _ = await four.call("GET", "/api/v1/self", token: "nobody's", headers: header(trace))
        let found = try four.found { $0.traces = [trace] }
        #expect(Set(found.map(\.source.wire)) == ["native", "vault", "aws", "azure"])
        #expect(found.contains { $0.action == "vault.userLogin" && $0.outcome == .denied })
        #expect(found.contains { $0.action == "auth.refuse" })
        #expect(found.allSatisfy { $0.canonicalJSON.contains(#""trace":"\#(trace)""#) })
        let json = await four.call("POST", "/api/v1/audit/query", #"{"traces":["\#(trace)"]}"#).json
        #expect(json["records"]?.asArray?.count == found.count)
        #expect(json["records"]?.asArray?.first?["source"]?["trace"]?.asString == trace)
        let event = try #require(
            found.first.flatMap {
                TrailEvent($0, region: .init(region: "us-east-1", defaultRegion: "us-east-1"), account: "000000000000")
            }
        )
        #expect(event.json.text().contains(trace))
        for wrong in ["x", trace.uppercased(), String(repeating: "0", count: 32), trace + "0"] {
            #expect(await four.call("POST", "/api/v1/audit/query", #"{"traces":["\#(wrong)"]}"#).status == 400)
        }
        // What is no trace of the specification is none here, and nothing of it comes into the log.
        for wrong in [
            "00-\(trace)-00f067aa0ba902b7", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", "ff-\(trace)-00f067aa0ba902b7-01",
            "00-\(trace.dropLast())\"-00f067aa0ba902b7-01", "",
        ] {
            let records = try await four.records {
                _ = await four.call("GET", "/api/v1/secrets/t/a", headers: ["traceparent": wrong])
            }
            #expect(records.allSatisfy { $0.source.trace == nil }, "\(wrong)")
        }
    }
}
