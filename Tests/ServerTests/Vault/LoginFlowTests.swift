import Findings
import HTTPModel
import Testing
import Vaulting

@testable import Server

struct VaultLoginFlowTests {
    func withAppRole() async throws -> VaultClient {
        let client = try VaultClient()
        #expect(await client.call("POST", "sys/auth/approle", #"{"type":"approle"}"#).status == 204)
        return client
    }

    func withUsers() async throws -> VaultClient {
        let client = try VaultClient()
        #expect(await client.call("POST", "sys/auth/userpass", #"{"type":"userpass"}"#).status == 204)
        return client
    }

    /// What hvac 2.4 sends for a role with everything said, recorded.
    static let role =
        #"{"secret_id_bound_cidrs": "127.0.0.0/8", "token_policies": "a,b", "token_bound_cidrs": "127.0.0.1/32", "bind_secret_id": true, "secret_id_num_uses": 2, "secret_id_ttl": "10m", "enable_local_secret_ids": false, "token_ttl": "1h", "token_max_ttl": "2h", "token_explicit_max_ttl": "5h", "token_no_default_policy": false, "token_num_uses": 3, "token_period": "0", "token_type": "service"}"#

    @Test func whoWasSentAwayWhileAPasswordWasHashedSetsNone() async throws {
        let client = try VaultClient()
        _ = await client.call("POST", "sys/auth/userpass", #"{"type":"userpass"}"#)
        for isRevoked in [false, true] {
            let token = await client.call("POST", "auth/token/create", #"{"policies":["root"]}"#).token
            let request = HTTPRequest(
                method: "POST",
                rawPath: "/v1/auth/userpass/users/ada\(isRevoked)",
                headers: ["X-Vault-Token": token],
                body: Array(#"{"password":"a long password"}"#.utf8)
            )
            guard case .work(let hash) = client.adapter.plan(request), case .visit(let write) = hash(client.vault)
            else {
                Issue.record("the password is not hashed apart")
                return
            }
            if isRevoked { _ = await client.call("POST", "auth/token/revoke-self", token: token) }
            var status = 0
            _ = try client.vault.group { status = write($0).status }
            #expect(status == (isRevoked ? 403 : 204))
            let read = await client.call("GET", "auth/userpass/users/ada\(isRevoked)")
            #expect(read.status == (isRevoked ? 404 : 200))
        }
    }

    @Test func aMachineLogsIn() async throws {
        let client = try await withAppRole()
        #expect(await client.call("POST", "auth/approle/role/Web", Self.role).status == 204)
        let role = await client.call("GET", "auth/approle/role/web")
        #expect(role["token_policies"] == ["a", "b"])
        #expect(role["secret_id_ttl"] == 600)
        #expect(role["local_secret_ids"] == false)
        #expect(await client.call("LIST", "auth/approle/role").keys == ["web"])
        let id = await client.call("GET", "auth/approle/role/web/role-id")["role_id"]?.asString ?? ""
        let issued = await client.call(
            "POST",
            "auth/approle/role/web/secret-id",
            #"{"metadata": "{\"host\": \"h\"}", "cidr_list": "127.0.0.1/32", "token_bound_cidrs": "127.0.0.1/32"}"#
        )
        let secret = issued["secret_id"]?.asString ?? ""
        #expect(issued["secret_id_num_uses"] == 2)
        #expect(issued["secret_id_ttl"] == 600)
        let login = "{\"role_id\":\"\(id)\",\"secret_id\":\"\(secret)\"}"
        let entered = await client.call("POST", "auth/approle/login", login, token: "")
        #expect(entered.status == 200)
        #expect(entered.body["auth"]?["policies"] == ["a", "b", "default"])
        #expect(entered.body["auth"]?["metadata"] == ["host": "h", "role_name": "web"])
        #expect(entered.body["auth"]?["lease_duration"] == 3600)
        #expect(entered.body["auth"]?["num_uses"] == 3)
        #expect(
            await client.call("GET", "auth/token/lookup-self", token: entered.token)["path"] == "auth/approle/login"
        )
        // The last use, in another spelling: threats.md, 15.
        #expect(
            await client.call(
                "POST",
                "auth/approle/login",
                "{\"role_id\":\" \(id) \",\"secret_id\":\" \(secret)\\n\"}",
                token: ""
            )
            .status == 200
        )
        for spelling in [secret, " \(secret)", "\(secret) "] {
            let again = await client.call(
                "POST",
                "auth/approle/login",
                "{\"role_id\":\"\(id)\",\"secret_id\":\"\(spelling)\"}",
                token: ""
            )
            #expect(again.status == 400)
            #expect(again.errors == "invalid role or secret ID")
        }
    }

    @Test func theLastUseOfASecretIDIsOneAlsoSideBySide() async throws {
        let client = try await withAppRole()
        _ = await client.call("POST", "auth/approle/role/r", #"{"secret_id_num_uses":1}"#)
        let id = await client.call("GET", "auth/approle/role/r/role-id")["role_id"]?.asString ?? ""
        let secret = await client.call("PUT", "auth/approle/role/r/secret-id", "{}")["secret_id"]?.asString ?? ""
        let login = "{\"role_id\":\"\(id)\",\"secret_id\":\"\(secret)\"}"
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask { await client.call("POST", "auth/approle/login", login, token: "").status }
            }
            return await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.count { $0 == 200 } == 1)
    }

    @Test func secretIDsAreKnownByTheirAccessorsWithinTheirRole() async throws {
        let client = try await withAppRole()
        for role in ["one", "two"] { _ = await client.call("POST", "auth/approle/role/\(role)", "{}") }
        let issued = await client.call("POST", "auth/approle/role/one/secret-id", "{}")
        let secret = issued["secret_id"]?.asString ?? ""
        let accessor = issued["secret_id_accessor"]?.asString ?? ""
        #expect(await client.call("LIST", "auth/approle/role/one/secret-id").keys == [accessor])
        let bySecret = "{\"secret_id\":\"\(secret)\"}"
        let byAccessor = "{\"secret_id_accessor\":\"\(accessor)\"}"
        #expect(
            await client.call("POST", "auth/approle/role/one/secret-id/lookup", bySecret)["secret_id_accessor"]?
                .asString
                == accessor
        )
        let found = await client.call("POST", "auth/approle/role/one/secret-id-accessor/lookup", byAccessor)
        #expect(found["expiration_time"] == "0001-01-01T00:00:00Z")
        #expect(!found.text.contains(secret))
        // A handle of one role opens nothing of another: threats.md, 13.
        #expect(await client.call("POST", "auth/approle/role/two/secret-id/lookup", bySecret).status == 204)
        #expect(await client.call("POST", "auth/approle/role/two/secret-id-accessor/lookup", byAccessor).status == 404)
        #expect(await client.call("POST", "auth/approle/role/two/secret-id-accessor/destroy", byAccessor).status == 404)
        #expect(await client.call("POST", "auth/approle/role/two/secret-id/destroy", bySecret).status == 204)
        #expect(await client.call("LIST", "auth/approle/role/one/secret-id").keys == [accessor])
        let other = await client.call("GET", "auth/approle/role/two/role-id")["role_id"]?.asString ?? ""
        let crossed = await client.call(
            "POST",
            "auth/approle/login",
            "{\"role_id\":\"\(other)\",\"secret_id\":\"\(secret)\"}",
            token: ""
        )
        #expect(crossed.errors == "invalid role or secret ID")
        #expect(await client.call("POST", "auth/approle/role/one/secret-id-accessor/destroy", byAccessor).status == 204)
        #expect(await client.call("LIST", "auth/approle/role/one/secret-id").status == 404)
        let custom = await client.call(
            "POST",
            "auth/approle/role/one/custom-secret-id",
            #"{"secret_id":"chosen","metadata":"{\"a\":\"b\"}","ttl":"1h","num_uses":5}"#
        )
        #expect(custom["secret_id"] == "chosen")
        #expect(custom["secret_id_num_uses"] == 5)
        #expect(
            await client.call("POST", "auth/approle/role/one/custom-secret-id", #"{"secret_id":" chosen "}"#).status
                == 400
        )
        #expect(
            await client.call("POST", "auth/approle/role/one/secret-id/destroy", #"{"secret_id":"chosen"}"#).status
                == 204
        )
        #expect(await client.call("POST", "auth/approle/tidy/secret-id").status == 202)
        #expect(await client.call("POST", "auth/approle/role/none/secret-id", "{}").status == 400)
    }

    @Test func eachFieldOfARoleHasAPath() async throws {
        let client = try await withAppRole()
        _ = await client.call("POST", "auth/approle/role/r", "{}")
        let rows: [(String, String, String, JSONValue)] = [
            ("policies", #"{"token_policies":"x,y"}"#, "token_policies", ["x", "y"]),
            ("token-ttl", #"{"token_ttl":"1h"}"#, "token_ttl", 3600),
            ("token-max-ttl", #"{"token_max_ttl":7200}"#, "token_max_ttl", 7200),
            ("token-num-uses", #"{"token_num_uses":3}"#, "token_num_uses", 3),
            ("period", #"{"token_period":"5m"}"#, "token_period", 300),
            ("secret-id-num-uses", #"{"secret_id_num_uses":4}"#, "secret_id_num_uses", 4),
            ("secret-id-ttl", #"{"secret_id_ttl":60}"#, "secret_id_ttl", 60),
            ("bound-cidr-list", #"{"bound_cidr_list":"10.0.0.0/8"}"#, "secret_id_bound_cidrs", ["10.0.0.0/8"]),
            ("token-bound-cidrs", #"{"token_bound_cidrs":["10.0.0.0/8"]}"#, "token_bound_cidrs", ["10.0.0.0/8"]),
            ("bind-secret-id", #"{"bind_secret_id":false}"#, "bind_secret_id", false),
        ]
        for (field, body, member, value) in rows {
            #expect(await client.call("POST", "auth/approle/role/r/\(field)", body).status == 204, "\(field)")
            #expect(await client.call("GET", "auth/approle/role/r/\(field)")[member] == value, "\(field)")
        }
        for (field, _, member, value) in rows.reversed() {
            #expect(await client.call("DELETE", "auth/approle/role/r/\(field)").status == 204, "\(field)")
            #expect(await client.call("GET", "auth/approle/role/r/\(field)")[member] != value, "\(field)")
        }
        #expect(await client.call("GET", "auth/approle/role/r/nothing").status == 404)
        #expect(await client.call("POST", "auth/approle/role/none/policies", #"{"token_policies":"x"}"#).status == 404)
        #expect(await client.call("POST", "auth/approle/role/r/role-id", #"{"role_id":"chosen"}"#).status == 204)
        #expect(await client.call("GET", "auth/approle/role/r/role-id")["role_id"] == "chosen")
        _ = await client.call("POST", "auth/approle/role/s", "{}")
        #expect(await client.call("POST", "auth/approle/role/s/role-id", #"{"role_id":"chosen"}"#).status == 400)
        #expect(await client.call("DELETE", "auth/approle/role/r").status == 204)
        #expect(await client.call("POST", "auth/approle/role/s/role-id", #"{"role_id":"chosen"}"#).status == 204)
    }

    @Test func aRoleThatCannotBeIsRefused() async throws {
        let client = try await withAppRole()
        for body in [
            #"{"bind_secret_id":false}"#, #"{"secret_id_num_uses":-1}"#, #"{"token_policies":"root"}"#,
            #"{"token_policies":" ROOT"}"#,
            #"{"token_type":"batch","token_num_uses":2}"#, #"{"token_type":"batch","token_period":"1h"}"#,
            #"{"token_type":"CANARY"}"#, #"{"secret_id_bound_cidrs":"CANARY"}"#,
            #"{"token_ttl":"2h","token_max_ttl":"1h"}"#, #"{"token_ttl":"CANARY"}"#, #"{"role_id":" "}"#,
        ] {
            let answer = await client.call("POST", "auth/approle/role/r", body)
            #expect(answer.status == 400, "\(body)")
            #expect(!answer.text.contains("CANARY"))
        }
        #expect(await client.call("GET", "auth/approle/role/r").status == 404)
        _ = await client.call(
            "POST",
            "auth/approle/role/r",
            #"{"secret_id_num_uses":2,"secret_id_ttl":"1h","secret_id_bound_cidrs":["10.0.0.0/8"]}"#
        )
        for body in [
            #"{"num_uses":3}"#, #"{"num_uses":0}"#, #"{"ttl":"2h"}"#, #"{"cidr_list":"192.168.0.0/16"}"#,
            #"{"cidr_list":"0.0.0.0/0"}"#,
            #"{"metadata":"CANARY"}"#,
        ] {
            let answer = await client.call("POST", "auth/approle/role/r/secret-id", body)
            #expect(answer.status == 400, "\(body)")
            #expect(!answer.text.contains("CANARY"))
        }
        #expect(
            await client.call("POST", "auth/approle/role/r/secret-id", #"{"cidr_list":"10.1.0.0/16"}"#).status == 200
        )
    }

    @Test func aLoginFromElsewhereIsRefused() async throws {
        let client = try await withAppRole()
        _ = await client.call(
            "POST",
            "auth/approle/role/r",
            #"{"secret_id_bound_cidrs":["10.0.0.0/8"],"bind_secret_id":false}"#
        )
        let id = await client.call("GET", "auth/approle/role/r/role-id")["role_id"]?.asString ?? ""
        let login = "{\"role_id\":\"\(id)\"}"
        #expect(await client.call("POST", "auth/approle/login", login, token: "").status == 400)
        #expect(await client.call("POST", "auth/approle/login", login, token: "", from: "10.0.0.1").status == 200)
        #expect(await client.call("POST", "auth/approle/login", "{}", token: "").errors == "missing role_id")
    }

    @Test func somebodyLogsInWithAPassword() async throws {
        let client = try await withUsers()
        let body = #"{"password":"correct horse","policies":"a,b","token_ttl":"30m"}"#
        #expect(await client.call("POST", "auth/userpass/users/Ada", body).status == 204)
        let user = await client.call("GET", "auth/userpass/users/ada")
        #expect(user["token_policies"] == ["a", "b"])
        #expect(!user.text.contains("scrypt"))
        #expect(await client.call("LIST", "auth/userpass/users").keys == ["ada"])
        let entered = await client.call("POST", "auth/userpass/login/ADA", #"{"password":"correct horse"}"#, token: "")
        #expect(entered.status == 200)
        #expect(entered.body["auth"]?["metadata"] == ["username": "ada"])
        #expect(entered.body["auth"]?["policies"] == ["a", "b", "default"])
        #expect(entered.body["auth"]?["lease_duration"] == 1800)
        #expect(
            await client.call("GET", "auth/token/lookup-self", token: entered.token)["display_name"] == "userpass-ada"
        )
        #expect(await client.call("POST", "auth/userpass/users/ada/password", #"{"password":"other"}"#).status == 204)
        #expect(await client.call("POST", "auth/userpass/users/ada/policies", #"{"policies":["c"]}"#).status == 204)
        let old = await client.call("POST", "auth/userpass/login/ada", #"{"password":"correct horse"}"#, token: "")
        #expect(old.errors == "invalid username or password")
        let new = await client.call("POST", "auth/userpass/login/ada", #"{"password":"other"}"#, token: "")
        #expect(new.body["auth"]?["token_policies"] == ["c", "default"])
        let unknown = await client.call("POST", "auth/userpass/login/nobody", #"{"password":"x"}"#, token: "")
        #expect(unknown.status == 400)
        #expect(unknown.text == old.text)
        #expect(await client.call("POST", "auth/userpass/login/ada", "{}", token: "").errors == "missing password")
        #expect(await client.call("POST", "auth/userpass/users/eve", #"{"policies":"a"}"#).errors == "missing password")
        #expect(await client.call("POST", "auth/userpass/users/none/password", #"{"password":"x"}"#).status == 400)
        #expect(await client.call("POST", "auth/userpass/users/eve", #"{"password":"x"}"#, token: "").status == 403)
        #expect(
            await client.call("POST", "auth/userpass/users/eve", #"{"password":"x"}"#, token: entered.token).status
                == 403
        )
        #expect(await client.call("DELETE", "auth/userpass/users/ada").status == 204)
        #expect(await client.call("POST", "auth/userpass/login/ada", #"{"password":"other"}"#, token: "").status == 400)
    }

    @Test func everySpellingOfANameHasOneCount() async throws {
        let client = try await withUsers()
        _ = await client.call("POST", "auth/userpass/users/ada", #"{"password":"right"}"#)
        for name in ["ada", "Ada", "aDa", "ADA", "adA"] {
            #expect(
                await client.call("POST", "auth/userpass/login/\(name)", #"{"password":"wrong"}"#, token: "").status
                    == 400
            )
        }
        let locked = await client.call("POST", "auth/userpass/login/AdA", #"{"password":"right"}"#, token: "")
        #expect(locked.status == 403)
        // An unknown name is counted as well: the count tells nothing.
        for _ in 0..<5 { _ = await client.call("POST", "auth/userpass/login/nobody", #"{"password":"x"}"#, token: "") }
        #expect(await client.call("POST", "auth/userpass/login/nobody", #"{"password":"x"}"#, token: "").status == 403)
    }

    @Test func whatWasGotThroughAMountEndsWithIt() async throws {
        let client = try await withUsers()
        _ = await client.call("POST", "auth/userpass/users/ada", #"{"password":"right"}"#)
        let token = await client.call("POST", "auth/userpass/login/ada", #"{"password":"right"}"#, token: "").token
        #expect(await client.call("GET", "auth/token/lookup-self", token: token).status == 200)
        #expect(await client.call("DELETE", "sys/auth/userpass").status == 204)
        #expect(await client.call("GET", "auth/token/lookup-self", token: token).status == 403)
        #expect(await client.call("POST", "sys/auth/userpass", #"{"type":"userpass"}"#).status == 204)
        #expect(await client.call("LIST", "auth/userpass/users").status == 404)
    }
}
