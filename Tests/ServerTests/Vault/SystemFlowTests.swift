import Findings
import Testing

@testable import Server

struct VaultSystemFlowTests {
    @Test func anybodyMayAskHowTheServerIs() async throws {
        let client = try VaultClient()
        let health = await client.call("GET", "sys/health", token: "")
        #expect(health.status == 200)
        #expect(health.body["initialized"] == true)
        #expect(health.body["sealed"] == false)
        #expect(health.body["request_id"] == nil)
        #expect(await client.call("HEAD", "sys/health?activecode=204&standbyok=true", token: "").status == 204)
        #expect(await client.call("GET", "sys/health?activecode=x", token: "").status == 400)
        #expect(await client.call("GET", "sys/seal-status", token: "").body["sealed"] == false)
        #expect(await client.call("GET", "sys/init", token: "").body["initialized"] == true)
        #expect(await client.call("PUT", "sys/init", "{}", token: "").errors == "Vault is already initialized")
        #expect(await client.call("GET", "sys/leader", token: "").body["is_self"] == true)
        let mounts = await client.call("GET", "sys/internal/ui/mounts", token: "")
        #expect(mounts["auth"] == .object(JSONObject()))
        #expect(mounts["secret"] == .object(JSONObject()))
    }

    @Test func nobodyWithoutATokenComesFurther() async throws {
        let client = try VaultClient()
        for path in ["secret/data/a", "sys/mounts", "sys/nothing", "nothing", "auth/token/lookup-self"] {
            let answer = await client.call("GET", path, token: "")
            #expect(answer.status == 403)
            #expect(answer.errors == "permission denied")
            let wrong = await client.call("GET", path, token: "hvs.CANARY")
            #expect(wrong.status == 403)
            #expect(wrong.errors.contains("invalid token"))
        }
    }

    @Test func aRuleAboutANameHoldsForEverySpellingOfIt() async throws {
        let client = try VaultClient()
        _ = await client.call("POST", "sys/auth/userpass", #"{"type":"userpass"}"#)
        _ = await client.call("POST", "auth/userpass/users/carol", #"{"password":"a long password"}"#)
        let policy = #"""
            {"policy":"path \"sys/policies/acl/*\" { capabilities = [\"create\", \"update\", \"read\"] } path \"sys/policies/acl/prod\" { capabilities = [\"deny\"] } path \"auth/userpass/users/*\" { capabilities = [\"create\", \"update\"] } path \"auth/userpass/users/carol\" { capabilities = [\"deny\"] }"}
            """#
        #expect(await client.call("PUT", "sys/policies/acl/most", policy).status == 204)
        let token = await client.call("POST", "auth/token/create", #"{"policies":["most"]}"#).token
        for name in ["prod", "PROD", "Prod"] {
            #expect(await client.call("GET", "sys/policies/acl/\(name)", token: token).status == 403)
            #expect(await client.call("PUT", "sys/policy/\(name)", policy, token: token).status == 403)
        }
        for name in ["carol", "CAROL", "Carol"] {
            let sent = #"{"password":"another password"}"#
            #expect(await client.call("POST", "auth/userpass/users/\(name)", sent, token: token).status == 403)
        }
        #expect(await client.call("PUT", "sys/policies/acl/Other", policy, token: token).status == 204)
        #expect(await client.call("GET", "sys/policies/acl/other", token: token).status == 200)
    }

    @Test func pathsOfLaterStagesAreUnknown() async throws {
        let client = try VaultClient()
        for path in ["sys/wrapping/pubkey", "sys/rekey/nothing", "sys/host-info"] {
            let answer = await client.call("PUT", path, "{}")
            #expect(answer.status == 404)
            #expect(answer.errors.contains("unsupported path"))
        }
        for path in ["transit/keys/a", "database/config/a", "auth/jwt/login"] {
            #expect(await client.call("POST", path, "{}").status == 404)
        }
    }

    @Test func mountsAreListedTunedAndTakenAway() async throws {
        let client = try VaultClient()
        let mounts = await client.call("GET", "sys/mounts")
        #expect(mounts["secret/"]?["options"]?["version"] == "2")
        #expect(mounts.body["secret/"]?["type"] == "kv")
        #expect(mounts["sys/"]?["type"] == "system")
        let uuid = mounts["secret/"]?["uuid"]
        #expect(await client.call("POST", "sys/mounts/kv", #"{"type":"kv","description":"d"}"#).status == 204)
        #expect(await client.call("GET", "sys/mounts")["secret/"]?["uuid"] == uuid)
        #expect(await client.call("GET", "sys/mounts/kv")["description"] == "d")
        #expect(
            await client.call(
                "POST",
                "sys/mounts/kv/tune",
                #"{"default_lease_ttl":"1h","listing_visibility":"unauth"}"#
            )
            .status == 204
        )
        #expect(await client.call("GET", "sys/mounts/kv/tune")["default_lease_ttl"] == 3600)
        let shown = await client.call("GET", "sys/internal/ui/mounts", token: "")
        #expect(shown["secret"]?["kv/"]?["type"] == "kv")
        let refused: [(String, String, String)] = [
            ("POST", "sys/mounts/kv", #"{"type":"kv"}"#), ("POST", "sys/mounts/KV", #"{"type":"kv"}"#),
            ("POST", "sys/mounts/sys", #"{"type":"kv"}"#), ("POST", "sys/mounts/a/b", #"{"type":"kv"}"#),
            ("POST", "sys/mounts/x", #"{"type":"database"}"#), ("POST", "sys/mounts/x", "{}"),
            ("POST", "sys/mounts/x", #"{"type":"kv","options":{"version":"3"}}"#), ("DELETE", "sys/mounts/secret", ""),
            ("DELETE", "sys/mounts/sys", ""), ("GET", "sys/mounts/none", ""), ("GET", "sys/mounts/none/tune", ""),
            ("POST", "sys/mounts/kv/tune", #"{"listing_visibility":"x"}"#),
            ("POST", "sys/mounts/kv/tune", #"{"default_lease_ttl":"2h","max_lease_ttl":"1h"}"#),
            ("POST", "sys/mounts/secret/tune", #"{"options":{"version":"1"}}"#),
        ]
        for (method, path, body) in refused {
            #expect(await client.call(method, path, body).status == 400, "\(method) \(path) \(body)")
        }
        #expect(await client.call("DELETE", "sys/mounts/kv/").status == 204)
        #expect(await client.call("DELETE", "sys/mounts/none").status == 204)
    }

    @Test func thePreflightOfTheCommandLineTellsTheVersion() async throws {
        let client = try VaultClient()
        let answer = await client.call("GET", "sys/internal/ui/mounts/secret/app/db")
        #expect(answer["path"] == "secret/")
        #expect(answer["options"]?["version"] == "2")
        let unknown = await client.call("GET", "sys/internal/ui/mounts/none/x")
        #expect(unknown.status == 403)
        #expect(unknown.errors.hasPrefix("preflight capability check returned 403"))
        _ = await client.call(
            "PUT",
            "sys/policies/acl/deep",
            #"{"policy":"path \"secret/data/+/db\" { capabilities = [\"read\"] }"}"#
        )
        let token = await client.call("POST", "auth/token/create", #"{"policies":["deep"]}"#).token
        #expect(await client.call("GET", "sys/internal/ui/mounts/secret", token: token).status == 200)
        let none = await client.call("POST", "auth/token/create", #"{"policies":["default"]}"#).token
        #expect(await client.call("GET", "sys/internal/ui/mounts/secret", token: none).status == 403)
    }

    @Test func policiesAreKeptAndObeyed() async throws {
        let client = try VaultClient()
        let text = #"path \"secret/data/a\" { capabilities = [\"read\", \"create\"] }"#
        #expect(await client.call("PUT", "sys/policies/acl/Reader", "{\"policy\":\"\(text)\"}").status == 204)
        #expect(await client.call("GET", "sys/policies/acl/reader")["name"] == "reader")
        #expect(await client.call("GET", "sys/policy/reader").body["rules"] != nil)
        #expect(await client.call("LIST", "sys/policies/acl").keys.contains("reader"))
        #expect(await client.call("GET", "sys/policy").body["policies"]?.asArray?.contains("reader") == true)
        #expect(await client.call("GET", "sys/policies/acl/none").status == 404)
        let token = await client.call("POST", "auth/token/create", #"{"policies":"reader"}"#).token
        #expect(await client.call("POST", "secret/data/a", #"{"data":{"k":"v"}}"#, token: token).status == 200)
        #expect(await client.call("POST", "secret/data/a", #"{"data":{"k":"v"}}"#, token: token).status == 403)
        #expect(await client.call("GET", "secret/data/a", token: token).status == 200)
        #expect(await client.call("GET", "secret/data/b", token: token).errors.contains("permission denied"))
        #expect(await client.call("DELETE", "secret/data/a", token: token).status == 403)
        #expect(await client.call("PATCH", "secret/data/a", #"{"data":{}}"#, token: token).status == 403)
        #expect(await client.call("GET", "secret/subkeys/a", token: token).status == 403)
        let own = await client.call("POST", "sys/capabilities-self", #"{"paths":["secret/data/a","x"]}"#, token: token)
        #expect(own["secret/data/a"] == ["create", "read"])
        #expect(own["x"] == ["deny"])
        #expect(own.body["capabilities"] == ["create", "read"])
        let other = await client.call(
            "POST",
            "sys/capabilities",
            "{\"paths\":\"secret/data/a\",\"token\":\"\(token)\"}"
        )
        #expect(other["capabilities"] == ["create", "read"])
        let accessor = await client.call("GET", "auth/token/lookup-self", token: token)["accessor"]?.asString ?? ""
        let third = await client.call(
            "POST",
            "sys/capabilities-accessor",
            "{\"paths\":[\"secret/data/a\"],\"accessor\":\"\(accessor)\"}"
        )
        #expect(third["capabilities"] == ["create", "read"])
        #expect(await client.call("GET", "sys/internal/ui/resultant-acl", token: token).status == 200)
        for (path, body) in [
            ("root", #"{"policy":"path \"a\" {}"}"#), ("ROOT", #"{"policy":"path \"a\" {}"}"#),
            ("bad", #"{"policy":"path CANARY"}"#),
            ("empty", #"{"policy":""}"#), ("none", "{}"),
        ] {
            let answer = await client.call("PUT", "sys/policies/acl/\(path)", body)
            #expect(answer.status == 400, "\(path)")
            #expect(!answer.text.contains("CANARY"))
        }
        #expect(await client.call("DELETE", "sys/policies/acl/root").status == 400)
        #expect(await client.call("DELETE", "sys/policies/acl/reader").status == 204)
        #expect(await client.call("GET", "secret/data/a", token: token).status == 403)
        #expect(await client.call("POST", "sys/capabilities-self", "{}").status == 400)
        #expect(await client.call("POST", "sys/capabilities", #"{"paths":["a"],"token":"none"}"#).status == 400)
    }

    @Test func aRuleHoldsForThePathAsItWasSentAndForWhatWasSentWithIt() async throws {
        let client = try VaultClient()
        let policy =
            #"path \"secret/*\" { capabilities = [\"read\",\"create\",\"update\",\"list\",\"delete\"] } "#
            + #"path \"secret/data/a b\" { capabilities = [\"deny\"] } "#
            + #"path \"secret/metadata/a b\" { capabilities = [\"deny\"] } "#
            + #"path \"secret/data/@x/*\" { capabilities = [\"deny\"] } "#
            + #"path \"secret/data/fixed\" { capabilities = [\"create\",\"update\"] denied_parameters = { \"options\" = [] } }"#
        #expect(await client.call("PUT", "sys/policies/acl/p", "{\"policy\":\"\(policy)\"}").status == 204)
        let token = await client.call("POST", "auth/token/create", #"{"policies":["p"]}"#).token
        for path in ["a%20b", "@x/y", "c%20d"] {
            #expect(await client.call("POST", "secret/data/\(path)", #"{"data":{}}"#).status == 200)
        }
        #expect(await client.call("GET", "secret/data/c%20d", token: token).status == 200)
        for path in ["secret/data/a%20b", "secret/data/@x/y", "secret/data/%40x/y"] {
            #expect(await client.call("GET", path, token: token).status == 403, "\(path)")
            #expect(await client.call("POST", path, #"{"data":{}}"#, token: token).status == 403, "\(path)")
            #expect(await client.call("DELETE", path, token: token).status == 403, "\(path)")
        }
        #expect(await client.call("LIST", "secret/metadata", token: token).keys.contains("a b") == false)
        let body = #"{"data":{},"options":{"cas":0}}"#
        #expect(await client.call("POST", "secret/data/fixed", body, token: token).status == 403)
        #expect(await client.call("POST", "secret/data/fixed", #"{"data":{}}"#, token: token).status == 200)
    }

    @Test func auditAndKeysAreRootsBusiness() async throws {
        let client = try VaultClient()
        #expect(await client.call("GET", "sys/audit")["keyfolio/"]?["type"] == "keyfolio")
        let hash = await client.call("POST", "sys/audit-hash/keyfolio", #"{"input":"CANARY"}"#)
        #expect(hash["hash"]?.asString?.hasPrefix("hmac-sha256:") == true)
        #expect(await client.call("POST", "sys/audit-hash/keyfolio", #"{"input":"CANARY"}"#)["hash"] == hash["hash"])
        #expect(await client.call("POST", "sys/audit-hash/none", #"{"input":"x"}"#).status == 400)
        #expect(await client.call("PUT", "sys/rotate").status == 204)
        _ = await client.call(
            "PUT",
            "sys/policies/acl/half",
            #"{"policy":"path \"sys/*\" { capabilities = [\"read\",\"update\",\"create\"] }"}"#
        )
        let token = await client.call("POST", "auth/token/create", #"{"policies":["half"]}"#).token
        #expect(await client.call("PUT", "sys/rotate", token: token).status == 403)
        #expect(await client.call("GET", "sys/audit", token: token).status == 403)
        #expect(await client.call("POST", "sys/auth/ap", #"{"type":"approle"}"#, token: token).status == 403)
        #expect(await client.call("GET", "sys/mounts", token: token).status == 200)
    }

    @Test func waysToLogInAreMounted() async throws {
        let client = try VaultClient()
        #expect(await client.call("GET", "sys/auth").body["token/"]?["type"] == "token")
        #expect(await client.call("POST", "sys/auth/ap", #"{"type":"approle","local":false}"#).status == 204)
        #expect(await client.call("GET", "sys/auth/ap")["type"] == "approle")
        #expect(await client.call("POST", "sys/auth/ap/tune", #"{"default_lease_ttl":"1h"}"#).status == 204)
        #expect(await client.call("GET", "sys/auth/ap/tune")["default_lease_ttl"] == 3600)
        #expect(await client.call("POST", "sys/auth/ap", #"{"type":"userpass"}"#).status == 400)
        #expect(await client.call("POST", "sys/auth/x", #"{"type":"ldap"}"#).status == 400)
        #expect(await client.call("POST", "sys/auth/x", #"{"type":"token"}"#).status == 400)
        #expect(await client.call("DELETE", "sys/auth/token").status == 400)
        #expect(await client.call("DELETE", "sys/auth/ap").status == 204)
        #expect(await client.call("DELETE", "sys/auth/ap").status == 204)
        #expect(await client.call("GET", "sys/auth").body["ap/"] == nil)
    }
}
