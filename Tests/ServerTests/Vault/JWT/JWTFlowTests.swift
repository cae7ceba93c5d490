import Findings
import Foundation
import SecretStore
import Testing
import Vaulting

@testable import Server

struct JWTFlowTests {
    let maker: TokenMaker
    let client: VaultClient

    init() async throws {
        maker = try #require(TokenMaker.shared)
        let document = try maker.keySet()
        client = try VaultClient(fetchKeySet: { url, authority in
            url == "https://issuer.example/keys" && authority.isEmpty ? document : nil
        })
        for type in ["jwt", "kubernetes"] {
            #expect(await client.call("POST", "sys/auth/\(type)", "{\"type\":\"\(type)\"}").status == 204)
        }
    }

    private func text(_ value: JSONValue) -> String { value.text() }

    private func configure(_ more: JSONObject = JSONObject()) async {
        var body = JSONObject(members: [
            "jwt_validation_pubkeys": .array(maker.pems.map(JSONValue.string)),
            "bound_issuer": "https://issuer.example",
        ])
        for member in more { body[member.key] = member.value }
        #expect(await client.call("POST", "auth/jwt/config", text(.object(body))).status == 204)
    }

    private func claims(_ more: JSONObject = JSONObject()) -> String {
        var claims = JSONObject(members: [
            "iss": "https://issuer.example", "sub": "ada", "aud": "keyfolio",
            "exp": .integer(Int(Timestamp.now.seconds) + 60),
            "iat": .integer(Int(Timestamp.now.seconds)), "team": "a/b", "groups": ["x"],
        ])
        for member in more { claims[member.key] = member.value == .null ? nil : member.value }
        return text(.object(claims))
    }

    private func login(_ token: String, role: String = "web", mount: String = "jwt", from address: String = "127.0.0.1")
        async
        -> VaultClient.Answer
    {
        await client.call(
            "POST",
            "auth/\(mount)/login",
            text(["jwt": .string(token), "role": .string(role)]),
            token: "",
            from: address
        )
    }

    static let role =
        #"{"role_type":"jwt","user_claim":"sub","bound_audiences":["keyfolio","other"],"claim_mappings":{"team":"team"},"groups_claim":"groups","token_policies":["p"],"token_ttl":"10m"}"#

    @Test func `a token of the issuer logs in`() async throws {
        await configure()
        let shown = await client.call("GET", "auth/jwt/config")
        #expect(shown["bound_issuer"] == "https://issuer.example")
        #expect(shown["jwt_validation_pubkeys"]?.asArray?.count == 5)
        #expect(await client.call("PUT", "auth/jwt/role/Web", Self.role).status == 204)
        let role = await client.call("GET", "auth/jwt/role/web")
        #expect(role["role_type"] == "jwt")
        #expect(role["bound_audiences"] == ["keyfolio", "other"])
        #expect(role["token_ttl"] == 600)
        #expect(await client.call("LIST", "auth/jwt/role").keys == ["web"])
        for algorithm in JWTAlgorithm.allCases {
            let answer = await login(try maker.token(claims(), algorithm), role: "WEB")
            #expect(answer.status == 200, "\(algorithm) \(answer.text)")
            #expect(answer.body["auth"]?["policies"] == ["default", "p"])
            #expect(answer.body["auth"]?["metadata"] == ["role": "web", "team": "a/b"])
            #expect(answer.body["auth"]?["lease_duration"] == 600)
        }
        let token = await login(try maker.token(claims())).token
        let own = await client.call("GET", "auth/token/lookup-self", token: token)
        #expect(own["display_name"] == "jwt-ada")
        #expect(own["path"] == "auth/jwt/login")
        #expect(await client.call("POST", "auth/token/renew-self", token: token).status == 200)
        #expect(await client.call("DELETE", "auth/jwt/role/web").status == 204)
        let late = await client.call("POST", "auth/token/renew-self", token: token)
        #expect(late.errors == "role web does not exist during renewal")
        #expect(await client.call("GET", "auth/jwt/role/web").status == 404)
        #expect(await client.call("LIST", "auth/jwt/role").status == 404)
        #expect(await client.call("DELETE", "sys/auth/jwt").status == 204)
        #expect(await client.call("GET", "auth/token/lookup-self", token: token).status == 403)
        // Nothing of the mount comes back with a new one of the same name.
        #expect(await client.call("POST", "sys/auth/jwt", #"{"type":"jwt"}"#).status == 204)
        #expect(await client.call("GET", "auth/jwt/config").status == 404)
        #expect(await login(try maker.token(claims())).errors == "could not load configuration")
    }

    /// threats.md, 14.
    @Test func `what the role or the mount does not bind is refused, with Vault's text`() async throws {
        await configure(JSONObject(members: ["jwt_supported_algs": ["ES256", "RS256"], "default_role": "bare"]))
        _ = await client.call("PUT", "auth/jwt/role/web", Self.role)
        _ = await client.call(
            "PUT",
            "auth/jwt/role/bare",
            #"{"role_type":"jwt","user_claim":"/a/b","user_claim_json_pointer":true,"bound_subject":"ada","bound_claims":{"team":["a/*"]},"bound_claims_type":"glob"}"#
        )
        func refusal(_ token: String, role: String = "web") async -> String {
            let answer = await login(token, role: role, from: "192.0.2.\(Int.random(in: 1...250))")
            #expect(answer.status == 400)
            return answer.errors
        }
        let bare = JSONObject(members: ["aud": .null, "a": ["b": "eve"]])
        #expect(await login(try maker.token(claims(bare)), role: "").status == 200)
        let rows: [(JSONObject, JWTAlgorithm, String, String)] = [
            (
                JSONObject(members: ["a": ["b": "eve"]]), .es256, "bare",
                "audience claim found in JWT but no audiences bound to the role"
            ),
            (
                JSONObject(members: ["aud": ["x"], "a": ["b": "eve"]]), .es256, "bare",
                "audience claim found in JWT but no audiences bound to the role"
            ),
            (JSONObject(members: ["aud": .null]), .es256, "bare", "claim \"/a/b\" not found in token"),
            (
                JSONObject(members: ["aud": .null, "a": ["b": 7]]), .es256, "bare",
                "claim \"/a/b\" could not be converted to string"
            ),
            (
                JSONObject(members: ["aud": .null, "a": ["b": "eve"], "team": "b"]), .es256, "bare",
                "error validating claims: claim \"team\" does not match any associated bound claim values"
            ),
            (
                JSONObject(members: ["sub": "eve", "aud": .null]), .es256, "bare",
                "error validating token: invalid subject (sub) claim"
            ),
            (
                JSONObject(members: ["aud": "elsewhere"]), .es256, "web",
                "error validating token: invalid audience (aud) claim: audience claim does not match any expected audience"
            ),
            (
                JSONObject(members: ["iss": "https://issuer.example/"]), .es256, "web",
                "error validating token: invalid issuer (iss) claim"
            ),
            (
                JSONObject(members: ["exp": 1000, "iat": 900]), .es256, "web",
                "error validating token: invalid expiration time (exp) claim: token is expired"
            ),
            (JSONObject(members: ["sub": .null]), .es256, "web", "claim \"sub\" not found in token"),
            (JSONObject(members: ["team": 7]), .es256, "web", "error converting claim 'team' to string"),
            (
                JSONObject(members: ["groups": .null]), .es256, "web",
                "failed to fetch groups: \"groups\" claim not found in token"
            ),
            (
                JSONObject(members: ["groups": [1]]), .es256, "web",
                "\"groups\" claim could not be converted to string list"
            ),
            (
                JSONObject(), .es384, "web",
                "error validating token: invalid algorithm (alg) header parameter: token signed with unexpected algorithm"
            ),
            (JSONObject(), .es256, "none", "role \"none\" could not be found"),
        ]
        for (more, algorithm, role, error) in rows {
            #expect(await refusal(try maker.token(claims(more), algorithm), role: role) == error)
        }
    }

    /// threats.md, 6: without a token of the issuer, a role that is there looks like one that is not.
    @Test func `nobody finds out the roles without a token of the issuer`() async throws {
        await configure()
        _ = await client.call("PUT", "auth/jwt/role/web", Self.role)
        let other = try TokenMaker().token(claims())
        let texts = Set([
            await login(other, role: "web", from: "192.0.2.1").text.drop { $0 != "e" },
            await login(other, role: "none", from: "192.0.2.2").text.drop { $0 != "e" },
        ])
        #expect(texts.count == 1)
        #expect(
            await login(other, role: "web", from: "192.0.2.3").errors
                == "error validating token: error verifying token signature: no known key successfully validated the token signature"
        )
    }

    @Test func `wrong tokens are counted by token and address, and lock out nobody else`() async throws {
        await configure()
        _ = await client.call("PUT", "auth/jwt/role/web", Self.role)
        let wrong = try TokenMaker().token(claims())
        var statuses: [Int] = []
        for _ in 0..<8 { statuses.append(await login(wrong, from: "192.0.2.1").status) }
        #expect(statuses.prefix(5).allSatisfy { $0 == 400 })
        #expect(statuses.last != 400)
        #expect(await login(try maker.token(claims()), from: "192.0.2.1").status == 200)
        for _ in 0..<60 { _ = await login("a.b.\(Int.random(in: 0..<1 << 40))", from: "192.0.2.9") }
        #expect(await login(try maker.token(claims()), from: "192.0.2.9").status != 200)
        #expect(await login(try maker.token(claims()), from: "192.0.2.1").status == 200)
    }

    @Test func `keys are fetched from where a sudoer said`() async throws {
        let url = #"{"jwks_url":"https://issuer.example/keys"}"#
        _ = await client.call(
            "PUT",
            "sys/policies/acl/writer",
            text(["policy": #"path "auth/jwt/*" { capabilities = ["create","read","update","list"] }"#])
        )
        let writer = await client.call("POST", "auth/token/create", #"{"policies":["writer"]}"#).token
        // SSRF: only who has sudo says where the server itself goes.
        #expect(await client.call("POST", "auth/jwt/config", url, token: writer).status == 403)
        #expect(await client.call("GET", "auth/jwt/config").status == 404)
        #expect(await client.call("POST", "auth/jwt/config", url).status == 204)
        _ = await client.call("PUT", "auth/jwt/role/web", Self.role)
        #expect(await login(try maker.token(claims(), .es256, kid: "e")).status == 200)
        #expect(await login(try maker.token(claims(), .rs256, kid: "r")).status == 200)
        #expect(await login(try maker.token(claims(), .es256)).status == 200)
        let lost = await login(try maker.token(claims(), .es256, kid: "r"))
        #expect(lost.errors.hasPrefix("error validating token: error verifying token signature"))
        #expect(await client.call("POST", "auth/jwt/config", #"{"jwks_url":"https://other.example/"}"#).status == 204)
        let unreachable = await login(try maker.token(claims(), .es256, kid: "e"))
        #expect(
            unreachable.errors
                == "error validating token: error verifying token signature: the issuer's keys cannot be fetched"
        )
        let without = try VaultClient()
        _ = await without.call("POST", "sys/auth/jwt", #"{"type":"jwt"}"#)
        #expect(await without.call("POST", "auth/jwt/config", url).status == 400)
    }

    static let wrongSettings: [(String, String)] = [
        ("config", "{}"), ("config", #"{"jwks_url":"http://a/"}"#), ("config", #"{"jwks_url":"https://u@a/"}"#),
        ("config", #"{"jwks_url":"https://a/","jwt_validation_pubkeys":["x"]}"#),
        ("config", #"{"jwt_validation_pubkeys":["x"]}"#), ("config", #"{"jwt_validation_pubkeys":{"a":1}}"#),
        ("config", #"{"oidc_discovery_url":"https://a"}"#), ("config", #"{"jwks_url":"https://a","jwks_ca_pem":"x"}"#),
        ("config", #"{"jwks_url":"https://a","jwt_supported_algs":["HS256"]}"#),
        ("config", #"{"jwks_url":"https://a","jwt_supported_algs":["none"]}"#), ("config", #"{"jwks_url":[1]}"#),
        ("role/r", "{}"), ("role/r", #"{"role_type":"oidc","allowed_redirect_uris":["x"],"user_claim":"sub"}"#),
        ("role/r", #"{"role_type":"saml"}"#), ("role/r", #"{"role_type":"jwt"}"#),
        ("role/r", #"{"role_type":"jwt","user_claim":"sub"}"#),
        ("role/r", #"{"role_type":"jwt","user_claim":"sub","bound_subject":"a","bound_claims_type":"regex"}"#),
        ("role/r", #"{"role_type":"jwt","user_claim":"sub","bound_claims":{"a":[]}}"#),
        ("role/r", #"{"role_type":"jwt","user_claim":"sub","bound_claims":{"a":[[1]]}}"#),
        ("role/r", #"{"role_type":"jwt","user_claim":"sub","bound_claims":{"a":{"b":1}}}"#),
        ("role/r", #"{"role_type":"jwt","user_claim":"sub","bound_claims":{"a":1},"bound_claims_type":"glob"}"#),
        ("role/r", #"{"role_type":"jwt","user_claim":"sub","bound_claims":"x"}"#),
        ("role/r", #"{"role_type":"jwt","user_claim":"sub","bound_subject":"a","claim_mappings":{"a":"role"}}"#),
        ("role/r", #"{"role_type":"jwt","user_claim":"sub","bound_subject":"a","claim_mappings":{"a":"x","b":"x"}}"#),
        ("role/r", #"{"role_type":"jwt","user_claim":"sub","bound_subject":"a","token_policies":["root"]}"#),
        ("role/r", #"{"role_type":"jwt","user_claim":"u","bound_subject":"a","token_type":"batch","token_period":1}"#),
        ("role/r", #"{"role_type":"jwt","user_claim":"sub","bound_subject":"a","clock_skew_leeway":"x"}"#),
        ("role/r", #"{"role_type":"jwt","user_claim":"sub","bound_subject":["a"]}"#),
        ("login", "{}"), ("login", #"{"jwt":""}"#), ("login", #"{"jwt":["a"]}"#), ("login", #"{"jwt":{"a":1}}"#),
    ]

    @Test(arguments: wrongSettings)
    func `what is wrong is said and changes nothing`(path: String, body: String) async throws {
        let answer = await client.call("POST", "auth/jwt/\(path)", body)
        #expect(answer.status == 400, "\(path) \(body): \(answer.text)")
        #expect(!answer.errors.isEmpty)
        if path != "login" { #expect(await client.call("GET", "auth/jwt/\(path)").status == 404) }
    }

    @Test func `service accounts log in with the cluster's own keys`() async throws {
        let refused: [(String, String)] = [
            (#"{"pem_keys":["x"]}"#, "no host provided"),
            (
                #"{"kubernetes_host":"https://k"}"#,
                "'pem_keys' must be set: this server verifies service accounts' tokens with them, and asks no TokenReview of the cluster"
            ),
            (
                #"{"kubernetes_host":"https://k","token_reviewer_jwt":"a.b.c"}"#,
                "this server does not ask the cluster: it verifies service accounts' tokens with 'pem_keys' only"
            ),
        ]
        for (body, error) in refused {
            let answer = await client.call("POST", "auth/kubernetes/config", body)
            #expect(answer.status == 400)
            #expect(answer.errors == error)
        }
        let config: JSONValue = [
            "kubernetes_host": "https://k:6443",
            "pem_keys": .array([maker.pems[0], maker.pems[1]].map(JSONValue.string)), "issuer": "https://k",
            "disable_local_ca_jwt": true,
        ]
        #expect(await client.call("POST", "auth/kubernetes/config", text(config)).status == 204)
        #expect(await client.call("GET", "auth/kubernetes/config")["disable_iss_validation"] == false)
        let role =
            #"{"bound_service_account_names":"web-*","bound_service_account_namespaces":["shop"],"audience":"vault","alias_name_source":"serviceaccount_name","token_policies":["p"]}"#
        #expect(await client.call("POST", "auth/kubernetes/role/web", role).status == 204)
        let warned = await client.call(
            "POST",
            "auth/kubernetes/role/any",
            #"{"bound_service_account_names":"*","bound_service_account_namespaces":"*"}"#
        )
        #expect(warned.status == 200)
        #expect(warned.body["warnings"]?.asArray?.count == 1)
        func token(_ more: JSONObject = JSONObject(), _ algorithm: JWTAlgorithm = .rs256, name: String = "web-1") throws
            -> String
        {
            var all = JSONObject(members: [
                "iss": "https://k", "aud": ["vault"], "sub": .string("system:serviceaccount:shop:\(name)"),
                "kubernetes.io": ["namespace": "shop", "serviceaccount": ["name": .string(name), "uid": "u-1"]],
            ])
            for member in more { all[member.key] = member.value }
            return try maker.token(claims(all), algorithm)
        }
        let entered = await login(try token(), mount: "kubernetes")
        #expect(entered.status == 200, "\(entered.text)")
        #expect(entered.body["auth"]?["metadata"]?["service_account_namespace"] == "shop")
        #expect(entered.body["auth"]?["metadata"]?["role"] == "web")
        let old = JSONObject(members: [
            "kubernetes.io": .null, "kubernetes.io/serviceaccount/namespace": "shop",
            "kubernetes.io/serviceaccount/service-account.name": "web-2",
            "kubernetes.io/serviceaccount/service-account.uid": "u-2",
        ])
        #expect(await login(try token(old), mount: "kubernetes").status == 200)
        let rows: [(String, String, String)] = [
            (try token(name: "other"), "web", "service account name not authorized"),
            (
                try token(
                    JSONObject(members: [
                        "kubernetes.io": ["namespace": "x", "serviceaccount": ["name": "web-1", "uid": "u"]]
                    ])
                ),
                "web", "namespace not authorized"
            ),
            (
                try token(JSONObject(members: ["aud": "https://kubernetes.default.svc"])), "web",
                "invalid audience (aud) claim: audience claim does not match any expected audience"
            ),
            (try token(), "any", "audience claim found in JWT but no audiences bound to the role"),
            (try token(JSONObject(members: ["iss": "x"])), "web", "invalid issuer (iss) claim"),
            (try token(JSONObject(members: ["exp": .null])), "web", "no expiration time (exp) claim in token"),
            (
                try token(JSONObject(members: ["kubernetes.io": ["namespace": "shop"]])), "web",
                "could not parse UID from claims"
            ),
            (try token(JSONObject(), .edDSA), "web", "permission denied"),
            (try TokenMaker().token(claims()), "web", "permission denied"),
            (try TokenMaker().token(claims()), "none", "permission denied"),
            (try maker.token(claims(), .es384), "web", "permission denied"),
        ]
        for (token, role, error) in rows {
            let answer = await login(token, role: role, mount: "kubernetes", from: "192.0.2.\(Int.random(in: 1...250))")
            #expect(answer.status == 403)
            #expect(answer.errors == error)
        }
        #expect(await login(try token(), role: "none", mount: "kubernetes").errors == "invalid role name \"none\"")
        for body in [
            "{}", #"{"bound_service_account_names":["*","a"],"bound_service_account_namespaces":"a"}"#,
            #"{"bound_service_account_names":"a"}"#,
            #"{"bound_service_account_names":"a","bound_service_account_namespaces":"a","alias_name_source":"x"}"#,
            #"{"bound_service_account_names":"a","bound_service_account_namespaces":"a","bound_service_account_namespace_selector":"{}"}"#,
        ] {
            #expect(await client.call("POST", "auth/kubernetes/role/bad", body).status == 400)
        }
    }
}
