import Findings
import Testing

@testable import Server

struct VaultLeaseFlowTests {
    private func made() async throws -> (VaultClient, TestClock) {
        let time = TestClock()
        let client = try VaultClient(clock: time.now)
        for mount in ["userpass", "userpass2"] {
            _ = await client.call("POST", "sys/auth/\(mount)", #"{"type":"userpass"}"#)
            for user in ["ada", "bob"] {
                _ = await client.call("POST", "auth/\(mount)/users/\(user)", #"{"password":"canary-password"}"#)
            }
        }
        return (client, time)
    }

    private func login(_ client: VaultClient, _ path: String) async -> VaultClient.Answer {
        await client.call("POST", path, #"{"password":"canary-password"}"#, token: "")
    }

    private func isIn(_ client: VaultClient, _ token: String) async -> Bool {
        await client.call("GET", "auth/token/lookup-self", token: token).status == 200
    }

    private func sent(_ id: String) -> String { "{\"lease_id\":\"\(id)\"}" }

    @Test func aLoginHasALeaseThatIsListedLookedUpAndRevoked() async throws {
        let (client, time) = try await made()
        let ada = await login(client, "auth/userpass/login/ada")
        let bob = await login(client, "auth/userpass/login/bob")
        #expect(await client.call("LIST", "sys/leases/lookup/auth/userpass/login").keys == ["ada/", "bob/"])
        #expect(await client.call("LIST", "sys/leases/lookup/").keys == ["auth/"])
        let names = await client.call("LIST", "sys/leases/lookup/auth/userpass/login/ada").keys
        #expect(names.count == 1)
        let id = "auth/userpass/login/ada/\(names.first ?? "")"
        #expect(!ada.token.contains(names.first ?? "-") && !id.contains(ada.token))
        let found = await client.call("PUT", "sys/leases/lookup", sent(id))
        #expect(found["id"]?.asString == id)
        #expect(found["ttl"] == 2_764_800)
        #expect(found["renewable"] == true)
        #expect(found["last_renewal"] == .null)
        #expect(found["issue_time"]?.asString == "2027-01-15T08:00:00Z")
        #expect(found["expire_time"]?.asString?.hasSuffix("Z") == true)
        time.pass(seconds: 10)
        _ = await client.call("POST", "auth/token/renew-self", #"{"increment":"1h"}"#, token: ada.token)
        #expect(await client.call("PUT", "sys/leases/lookup", sent(id))["last_renewal"] == "2027-01-15T08:00:10Z")
        for path in ["sys/leases/renew", "sys/renew", "sys/leases/renew/\(id)", "sys/renew/\(id)"] {
            let answer = await client.call("PUT", path, path.hasSuffix(id) ? #"{"increment":60}"# : sent(id))
            #expect(answer.status == 400)
            #expect(answer.errors == "tokens cannot be renewed through this endpoint", "\(path)")
        }
        #expect(await client.call("PUT", "sys/leases/revoke", sent(id)).status == 204)
        #expect(await !isIn(client, ada.token))
        #expect(await isIn(client, bob.token))
        #expect(await client.call("PUT", "sys/leases/lookup", sent(id)).errors == "invalid lease")
        #expect(await client.call("PUT", "sys/leases/renew", sent(id)).errors == "lease not found")
        #expect(await client.call("PUT", "sys/leases/revoke", sent(id)).status == 204)
        #expect(await client.call("LIST", "sys/leases/lookup/auth/userpass/login/ada").status == 404)
        for path in ["sys/leases/lookup", "sys/leases/renew", "sys/leases/revoke"] {
            #expect(await client.call("PUT", path, "{}").status == 400)
            #expect(await client.call("PUT", path, #"{"lease_id":{}}"#).status == 400)
        }
        for path in ["sys/revoke", "sys/leases/revoke/ID", "sys/revoke/ID"] {
            let again = await login(client, "auth/userpass/login/ada").token
            let name = await client.call("LIST", "sys/leases/lookup/auth/userpass/login/ada").keys.first ?? ""
            let id = "auth/userpass/login/ada/\(name)"
            let target = path.hasSuffix("/ID") ? String(path.dropLast(2)) + id : path
            #expect(await client.call("PUT", target, path.hasSuffix("/ID") ? "{}" : sent(id)).status == 204)
            #expect(await !isIn(client, again), "\(path)")
        }
    }

    @Test func aPrefixEndsWhatCameThroughItAndItsChildren() async throws {
        let (client, _) = try await made()
        for path in ["sys/leases/revoke-prefix", "sys/revoke-prefix", "sys/leases/revoke-force", "sys/revoke-force"] {
            let ada = await login(client, "auth/userpass/login/ada").token
            let other = await login(client, "auth/userpass2/login/ada").token
            _ = await client.call(
                "PUT",
                "sys/policies/acl/default",
                #"{"policy":"path \"auth/token/*\" { capabilities = [\"read\",\"update\"] }"}"#
            )
            let child = await client.call("POST", "auth/token/create", "{}", token: ada).token
            #expect(await isIn(client, child))
            #expect(await client.call("PUT", "\(path)/auth/userpass/").status == 204)
            #expect(await !isIn(client, ada))
            #expect(await !isIn(client, child))
            // Its name begins with the prefix's, and it is another mount.
            #expect(await isIn(client, other))
        }
        let ada = await login(client, "auth/userpass/login/ada").token
        let bob = await login(client, "auth/userpass/login/bob").token
        #expect(await client.call("PUT", "sys/leases/revoke-prefix/auth/userpass/login/ada").status == 204)
        #expect(await !isIn(client, ada))
        #expect(await isIn(client, bob))
        #expect(await client.call("PUT", "sys/leases/revoke-prefix/").status == 400)
        #expect(await isIn(client, bob))
        // A token without an end has no lease.
        #expect(await client.call("PUT", "sys/leases/revoke-prefix/auth").status == 204)
        #expect(await client.call("GET", "auth/token/lookup-self").status == 200)
    }

    @Test func aHandleOfOneMountOpensNothingOfAnother() async throws {
        let (client, _) = try await made()
        let ada = await login(client, "auth/userpass/login/ada").token
        let name = await client.call("LIST", "sys/leases/lookup/auth/userpass/login/ada").keys.first ?? ""
        for path in ["auth/userpass2/login/ada", "auth/userpass/login/bob", "auth/userpass/login", "", "auth"] {
            let id = path.isEmpty ? name : "\(path)/\(name)"
            #expect(await client.call("PUT", "sys/leases/lookup", sent(id)).errors == "invalid lease", "\(id)")
            #expect(await client.call("PUT", "sys/leases/revoke", sent(id)).status == 204)
            #expect(await isIn(client, ada), "\(id)")
        }
        // Who may look up may not list, nor revoke.
        for (method, path) in [
            ("LIST", "sys/leases/lookup/auth"), ("PUT", "sys/leases/revoke"), ("PUT", "sys/leases/revoke-prefix/auth"),
            ("PUT", "sys/revoke-force/auth"), ("POST", "sys/leases/tidy"), ("GET", "sys/leases/count"),
        ] {
            #expect(await client.call(method, path, sent("auth/x"), token: ada).status == 403, "\(path)")
        }
        #expect(
            await client.call("PUT", "sys/leases/lookup", sent("auth/userpass/login/ada/\(name)"), token: ada).status
                == 200
        )
    }

    @Test func leasesAreTidiedAndCounted() async throws {
        let (client, time) = try await made()
        _ = await client.call("POST", "auth/token/create", #"{"policies":["a"],"ttl":"10m"}"#)
        #expect(await client.call("LIST", "sys/leases/lookup/auth/token").keys == ["create/"])
        time.pass(seconds: 601)
        #expect(await client.call("LIST", "sys/leases/lookup/auth/token").status == 404)
        #expect(try client.tokens().count == 2)
        #expect(await client.call("POST", "sys/leases/tidy").status == 202)
        #expect(try client.tokens().count == 1)
        let count = await client.call("GET", "sys/leases/count?type=irrevocable")
        #expect(count["lease_count"] == 0)
        #expect(await client.call("GET", "sys/leases?type=irrevocable")["leases"] == [])
        #expect(await client.call("GET", "sys/leases/count").status == 204)
    }
}
