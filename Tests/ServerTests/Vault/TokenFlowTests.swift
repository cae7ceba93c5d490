import Findings
import Testing

@testable import Server

struct VaultTokenFlowTests {
    @Test func aTokenIsMadeLookedUpRenewedAndRevoked() async throws {
        let client = try VaultClient()
        let made = await client.call(
            "POST",
            "auth/token/create",
            #"{"policies":["a"],"ttl":"1h","meta":{"k":"v"},"display_name":"d e","num_uses":0,"renewable":true}"#
        )
        #expect(made.status == 200)
        #expect(made.body["auth"]?["policies"] == ["a", "default"])
        #expect(made.body["auth"]?["lease_duration"] == 3600)
        #expect(made.body["auth"]?["renewable"] == true)
        #expect(made.body["auth"]?["token_type"] == "service")
        #expect(made.body["auth"]?["orphan"] == false)
        #expect(made.text.contains("Policy \\\"a\\\" does not exist"))
        #expect(made.body["data"] == .null)
        let own = await client.call("GET", "auth/token/lookup-self", token: made.token)
        #expect(own["id"]?.asString == made.token)
        #expect(own["display_name"] == "token-d-e")
        #expect(own["meta"] == ["k": "v"])
        #expect(own["path"] == "auth/token/create")
        #expect(own["explicit_max_ttl"] == 0)
        let looked = await client.call("POST", "auth/token/lookup", "{\"token\":\"\(made.token)\"}")
        #expect(looked["accessor"] == own["accessor"])
        let accessor = own["accessor"]?.asString ?? ""
        let byAccessor = await client.call("POST", "auth/token/lookup-accessor", "{\"accessor\":\"\(accessor)\"}")
        #expect(byAccessor["id"] == "")
        #expect(byAccessor["display_name"] == "token-d-e")
        let renewed = await client.call("POST", "auth/token/renew-self", #"{"increment":"2h"}"#, token: made.token)
        #expect(renewed.body["auth"]?["lease_duration"] == 7200)
        #expect(renewed.token == made.token)
        #expect(await client.call("POST", "auth/token/renew", "{\"token\":\"\(made.token)\"}").status == 200)
        let third = await client.call(
            "POST",
            "auth/token/renew-accessor",
            "{\"accessor\":\"\(accessor)\",\"increment\":60}"
        )
        #expect(third.token == "")
        #expect(third.body["auth"]?["lease_duration"] == 60)
        #expect(await client.call("LIST", "auth/token/accessors").keys.contains(accessor))
        #expect(await client.call("POST", "auth/token/revoke-self", token: made.token).status == 204)
        #expect(await client.call("GET", "auth/token/lookup-self", token: made.token).status == 403)
        #expect(await client.call("POST", "auth/token/lookup", "{\"token\":\"\(made.token)\"}").errors == "bad token")
        #expect(await client.call("POST", "auth/token/tidy").status == 202)
    }

    @Test func childrenEndWithTheirParentAndOrphansDoNot() async throws {
        let client = try VaultClient()
        _ = await client.call(
            "PUT",
            "sys/policies/acl/maker",
            #"{"policy":"path \"auth/token/create*\" { capabilities = [\"update\",\"sudo\"] }"}"#
        )
        let parent = await client.call("POST", "auth/token/create", #"{"policies":["maker","default"]}"#).token
        let child = await client.call("POST", "auth/token/create", "{}", token: parent).token
        let grandchild = await client.call("POST", "auth/token/create", "{}", token: child).token
        let orphan = await client.call("POST", "auth/token/create-orphan", "{}", token: child)
        #expect(orphan.body["auth"]?["orphan"] == true)
        let spared = await client.call("POST", "auth/token/create", "{}", token: grandchild).token
        #expect(await client.call("POST", "auth/token/revoke-orphan", "{\"token\":\"\(grandchild)\"}").status == 204)
        #expect(await client.call("GET", "auth/token/lookup-self", token: grandchild).status == 403)
        #expect(await client.call("GET", "auth/token/lookup-self", token: spared)["orphan"] == true)
        #expect(await client.call("POST", "auth/token/revoke", "{\"token\":\"\(parent)\"}").status == 204)
        #expect(await client.call("GET", "auth/token/lookup-self", token: child).status == 403)
        #expect(await client.call("GET", "auth/token/lookup-self", token: orphan.token).status == 200)
        let accessor = await client.call("GET", "auth/token/lookup-self", token: spared)["accessor"]?.asString ?? ""
        #expect(await client.call("POST", "auth/token/revoke-accessor", "{\"accessor\":\"\(accessor)\"}").status == 204)
        let again = await client.call("POST", "auth/token/revoke-accessor", "{\"accessor\":\"\(accessor)\"}")
        #expect(again.text.contains("No token found with this accessor"))
    }

    @Test func aTokenOfFewUsesIsCountedAlsoSideBySide() async throws {
        let client = try VaultClient()
        let token = await client.call("POST", "auth/token/create", #"{"num_uses":3}"#).token
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { await client.call("GET", "auth/token/lookup-self", token: token).status }
            }
            return await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.count { $0 == 200 } == 3)
        let counted = await client.call("POST", "auth/token/create", #"{"num_uses":2,"policies":["root"]}"#).token
        #expect(
            await client.call("POST", "auth/token/create", "{}", token: counted).errors
                == "restricted use token cannot generate child tokens"
        )
    }

    @Test func nobodyGivesMoreThanTheyHave() async throws {
        let client = try VaultClient()
        _ = await client.call(
            "PUT",
            "sys/policies/acl/maker",
            #"{"policy":"path \"auth/token/create*\" { capabilities = [\"update\"] }"}"#
        )
        _ = await client.call(
            "PUT",
            "sys/policies/acl/super",
            #"{"policy":"path \"auth/token/*\" { capabilities = [\"update\",\"create\",\"sudo\"] }"}"#
        )
        let maker = await client.call("POST", "auth/token/create", #"{"policies":["maker"]}"#).token
        let strong = await client.call("POST", "auth/token/create", #"{"policies":["super"]}"#).token
        let refused: [(String, String, String)] = [
            (maker, #"{"policies":["other"]}"#, "child policies must be subset of parent"),
            (maker, #"{"policies":["root"]}"#, "root"), (maker, #"{"policies":["ROOT"]}"#, "root"),
            (maker, #"{"policies":[" Root "]}"#, "root"),
            (maker, #"{"no_parent":true}"#, "root or sudo privileges required to create orphan token"),
            (maker, #"{"period":"1h"}"#, "root or sudo privileges required to create periodic token"),
            (maker, #"{"id":"custom-token"}"#, "root or sudo privileges required to specify token id"),
            (strong, #"{"policies":["root"]}"#, "root"), (strong, #"{"policies":["rооt"]}"#, ""),
            (strong, #"{"type":"wrapping"}"#, "invalid 'type' value"),
            (strong, #"{"type":"x"}"#, "invalid 'type' value"),
            (strong, #"{"num_uses":-1}"#, "number of uses cannot be negative"),
            (strong, #"{"ttl":"-1s"}"#, "ttl must be positive"),
            (strong, #"{"ttl":"CANARY"}"#, "ttl"), (strong, #"{"entity_alias":"x"}"#, "entity_alias"),
        ]
        for (token, body, text) in refused {
            let answer = await client.call("POST", "auth/token/create", body, token: token)
            #expect(answer.status == 400, "\(body)")
            #expect(answer.errors.contains(text), "\(body) \(answer.errors)")
            #expect(!answer.text.contains("CANARY"))
        }
        #expect(await client.call("POST", "auth/token/create-orphan", "{}", token: maker).status == 403)
        let child = await client.call("POST", "auth/token/create", "{}", token: maker)
        #expect(child.body["auth"]?["token_policies"] == ["default", "maker"])
        let bare = await client.call("POST", "auth/token/create", #"{"no_default_policy":true}"#, token: maker)
        #expect(bare.body["auth"]?["token_policies"] == ["maker"])
        let custom = await client.call("POST", "auth/token/create", #"{"id":"custom-token","policies":["maker"]}"#)
        #expect(custom.token == "custom-token")
        #expect(await client.call("POST", "auth/token/create", #"{"id":"custom-token"}"#).status == 400)
        let expiring = await client.call("POST", "auth/token/create", #"{"policies":["root"],"ttl":"1h"}"#).token
        #expect(
            await client.call("POST", "auth/token/create", #"{"policies":["root"]}"#, token: expiring).errors
                == "expiring root tokens cannot create non-expiring root tokens"
        )
    }

    @Test func timesHaveTheirBounds() async throws {
        let client = try VaultClient()
        let bounded = await client.call(
            "POST",
            "auth/token/create",
            #"{"explicit_max_ttl":"1h","ttl":"30m","policies":["a"]}"#
        )
        #expect(bounded.body["auth"]?["lease_duration"] == 1800)
        let renewed = await client.call("POST", "auth/token/renew-self", #"{"increment":"10h"}"#, token: bounded.token)
        #expect((renewed.body["auth"]?["lease_duration"]?.asInteger ?? 0) <= 3600)
        let periodic = await client.call("POST", "auth/token/create", #"{"period":"10m","policies":["a"]}"#)
        #expect(periodic.body["auth"]?["lease_duration"] == 600)
        let again = await client.call("POST", "auth/token/renew-self", #"{"increment":"10h"}"#, token: periodic.token)
        #expect(again.body["auth"]?["lease_duration"] == 600)
        let long = await client.call("POST", "auth/token/create", #"{"ttl":"9000h","policies":["a"]}"#)
        #expect(long.body["auth"]?["lease_duration"] == 2_764_800)
        #expect(long.text.contains("capped"))
        let fixed = await client.call("POST", "auth/token/create", #"{"renewable":false,"policies":["a"]}"#)
        #expect(
            await client.call("POST", "auth/token/renew-self", "{}", token: fixed.token).errors
                == "lease is not renewable"
        )
        #expect(await client.call("POST", "auth/token/renew-self", "{}").errors == "lease is not renewable")
    }

    @Test func aRoleOfTokensLimitsThem() async throws {
        let client = try VaultClient()
        let body =
            #"{"allowed_policies":"a,b","disallowed_policies":"c","orphan":true,"token_period":"1h","path_suffix":"v1","token_num_uses":4}"#
        #expect(await client.call("POST", "auth/token/roles/r", body).status == 204)
        let role = await client.call("GET", "auth/token/roles/r")
        #expect(role["allowed_policies"] == ["a", "b"])
        #expect(role["token_period"] == 3600)
        #expect(role["token_type"] == "default-service")
        #expect(await client.call("LIST", "auth/token/roles").keys == ["r"])
        let made = await client.call("POST", "auth/token/create/r", "{}")
        #expect(made.body["auth"]?["token_policies"] == ["a", "b", "default"])
        #expect(made.body["auth"]?["orphan"] == true)
        #expect(made.body["auth"]?["num_uses"] == 4)
        #expect(made.body["auth"]?["lease_duration"] == 3600)
        let own = await client.call("GET", "auth/token/lookup-self", token: made.token)
        #expect(own["path"] == "auth/token/create/r/v1")
        #expect(own["role"] == "r")
        #expect(await client.call("POST", "auth/token/create/r", #"{"policies":["x"]}"#).status == 400)
        #expect(await client.call("POST", "auth/token/create/none", "{}").errors == "unknown role none")
        _ = await client.call(
            "POST",
            "auth/token/roles/g",
            #"{"allowed_policies_glob":"dev-*","disallowed_policies_glob":["*-admin"]}"#
        )
        #expect(await client.call("POST", "auth/token/create/g", #"{"policies":["dev-web"]}"#).status == 200)
        let barred = await client.call("POST", "auth/token/create/g", #"{"policies":["dev-admin"]}"#)
        #expect(barred.errors.contains("is disallowed by this role"))
        for wrong in [
            #"{"token_type":"x"}"#, #"{"token_type":"batch"}"#, #"{"token_type":"batch","orphan":true}"#,
            #"{"path_suffix":"../x"}"#,
            #"{"allowed_policies":"root"}"#,
        ] {
            #expect(await client.call("POST", "auth/token/roles/w", wrong).status == 400, "\(wrong)")
        }
        #expect(await client.call("GET", "auth/token/roles/w").status == 404)
        #expect(await client.call("DELETE", "auth/token/roles/r").status == 204)
        #expect(await client.call("GET", "auth/token/roles/r").status == 404)
    }

    @Test func aTokenWorksFromItsNetworksOnly() async throws {
        let client = try VaultClient()
        _ = await client.call(
            "POST",
            "auth/token/roles/r",
            #"{"token_bound_cidrs":["10.0.0.0/8"],"allowed_policies":["a"]}"#
        )
        let token = await client.call("POST", "auth/token/create/r", "{}").token
        #expect(await client.call("GET", "auth/token/lookup-self", token: token, from: "10.1.2.3").status == 200)
        #expect(await client.call("GET", "auth/token/lookup-self", token: token).status == 403)
        #expect(
            await client.call("POST", "auth/token/roles/x", #"{"token_bound_cidrs":["10.0.0.0/99"]}"#).status == 400
        )
    }
}
