import AccessPolicy
import Findings
import SecretStore
import Testing
import Vaulting

@testable import Server

struct VaultWrappingFlowTests {
    private static let wrong = "wrapping token is not valid or does not exist"

    private func body(_ token: String) -> String { "{\"token\":\"\(token)\"}" }

    @Test func anAnswerIsWrappedLookedUpRewrappedAndUnwrapped() async throws {
        let client = try VaultClient(clock: TestClock().now)
        _ = await client.call("POST", "secret/data/a", #"{"data":{"k":"canary"}}"#)
        let wrapped = await client.call("GET", "secret/data/a", wrap: "60s")
        #expect(wrapped.status == 200)
        #expect(wrapped.body["data"] == .null)
        #expect(wrapped.body["auth"] == .null)
        #expect(!wrapped.text.contains("canary"))
        let info = wrapped.body["wrap_info"]
        #expect(info?["ttl"] == 60)
        #expect(info?["creation_path"] == "secret/data/a")
        #expect(info?["creation_time"]?.asString?.hasSuffix("Z") == true)
        #expect(info?["accessor"]?.asString?.isEmpty == false)
        #expect(info?["wrapped_accessor"] == nil)
        let token = wrapped.wrappingToken
        #expect(CredentialText.isValid(token, .wrappingToken))
        // A look-up takes nothing, and needs no token but that one.
        for (asking, sent) in [("", body(token)), (token, ""), ("kft_unknown", body(token))] {
            let found = await client.call("POST", "sys/wrapping/lookup", sent, token: asking)
            #expect(found["creation_path"] == "secret/data/a")
            #expect(found["creation_ttl"] == 60)
            #expect(found["creation_time"] == info?["creation_time"])
        }
        let again = await client.call("POST", "sys/wrapping/rewrap", body(token))
        #expect(again.body["wrap_info"]?["creation_path"] == "secret/data/a")
        #expect(again.body["wrap_info"]?["ttl"] == 60)
        #expect(again.wrappingToken != token)
        #expect(await client.call("POST", "sys/wrapping/unwrap", body(token)).errors == Self.wrong)
        let answer = await client.call("POST", "sys/wrapping/unwrap", body(again.wrappingToken))
        #expect(answer.status == 200)
        #expect(answer["data"]?["k"] == "canary")
        #expect(answer.body["wrap_info"] == .null)
        for call in ["unwrap", "rewrap", "lookup"] {
            let late = await client.call("POST", "sys/wrapping/\(call)", body(again.wrappingToken))
            #expect(late.status == 400)
            #expect(late.errors == Self.wrong)
        }
    }

    @Test func theTokenOfAnAnswerMayBeTheOneThatAsks() async throws {
        let client = try VaultClient(clock: TestClock().now)
        let token = await client.call("POST", "sys/wrapping/wrap", #"{"mine":"x","data":{"a":1}}"#, wrap: "1h")
            .wrappingToken
        let looked = await client.call("POST", "sys/wrapping/lookup", token: token)
        #expect(looked["creation_path"] == "sys/wrapping/wrap")
        #expect(looked["creation_ttl"] == 3600)
        let again = await client.call("POST", "sys/wrapping/rewrap", token: token).wrappingToken
        // The command line sends it as both when it has no other.
        let answer = await client.call("PUT", "sys/wrapping/unwrap", body(again), token: again)
        #expect(answer.status == 200)
        #expect(answer.body["data"] == ["mine": "x", "data": ["a": 1]])
        // What was sent stands in data, and nowhere else.
        #expect(answer.body["mine"] == nil)
        for used in [token, again, "kfw_unknown", client.root] {
            let late = await client.call("POST", "sys/wrapping/unwrap", token: used)
            #expect(late.status == 400)
            #expect(late.errors == Self.wrong)
        }
        #expect(await client.call("POST", "sys/wrapping/unwrap", token: "").status == 400)
        #expect(await client.call("GET", "auth/token/lookup-self").status == 200)
    }

    @Test func aTokenOfAnAnswerIsGoodForNothingElse() async throws {
        let client = try VaultClient(clock: TestClock().now)
        let made = await client.call("POST", "auth/token/create", #"{"policies":["root"]}"#, wrap: "60")
        let token = made.wrappingToken
        let refused: [(String, String, String)] = [
            ("GET", "secret/data/a", ""), ("GET", "auth/token/lookup-self", ""),
            ("POST", "auth/token/renew-self", "{}"),
            ("POST", "auth/token/create", "{}"), ("POST", "auth/token/revoke-self", "{}"),
            ("GET", "cubbyhole/response", ""), ("GET", "cubbyhole/%2Fanswer", ""), ("GET", "sys/mounts", ""),
            ("GET", "sys/internal/ui/mounts", ""), ("GET", "sys/internal/ui/resultant-acl", ""),
            ("POST", "sys/capabilities-self", #"{"paths":["a"]}"#), ("POST", "sys/wrapping/wrap", "{}"),
        ]
        for (method, path, sent) in refused {
            let answer = await client.call(method, path, sent, token: token, wrap: path.hasSuffix("wrap") ? "60" : nil)
            #expect([400, 403].contains(answer.status), "\(method) \(path) \(answer.text)")
            #expect(!answer.text.contains("canary"))
        }
        // Another's wrapped answer in the body is no way for one either.
        let other = await client.call("POST", "sys/wrapping/wrap", #"{"a":"b"}"#, wrap: "60").wrappingToken
        #expect(await client.call("POST", "sys/wrapping/unwrap", body(other), token: token).status == 403)
        let accessor = made.body["wrap_info"]?["accessor"]?.asString ?? ""
        let renewed = await client.call("POST", "auth/token/renew-accessor", "{\"accessor\":\"\(accessor)\"}")
        #expect(renewed.errors == "lease is not renewable")
        let shown = await client.call("POST", "auth/token/lookup-accessor", "{\"accessor\":\"\(accessor)\"}")
        #expect(shown["policies"] == ["response-wrapping"])
        #expect(shown["num_uses"] == 1)
        // An administrator can end it, unread.
        #expect(await client.call("POST", "auth/token/revoke-accessor", "{\"accessor\":\"\(accessor)\"}").status == 204)
        #expect(await client.call("POST", "sys/wrapping/unwrap", token: token).errors == Self.wrong)
    }

    @Test func ofManyWhoComeAtTheSameTimeOneGetsTheAnswer() async throws {
        let client = try VaultClient(clock: TestClock().now)
        for round in 0..<8 {
            let token = await client.call("POST", "sys/wrapping/wrap", #"{"k":"v"}"#, wrap: "60").wrappingToken
            let variants = [token, " \(token)", "\(token) ", "\t\(token)\n", token]
            let statuses = await withTaskGroup(of: Int.self) { group in
                for (number, variant) in (variants + variants).enumerated() {
                    let sent = JSONValue.object(JSONObject(members: ["token": .string(variant)])).text()
                    let call = (number + round) % 3 == 0 ? "rewrap" : "unwrap"
                    group.addTask { await client.call("POST", "sys/wrapping/\(call)", sent).status }
                }
                return await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 200 } == 1)
            #expect(statuses.count { $0 == 400 } == statuses.count - 1)
        }
        let token = await client.call("POST", "sys/wrapping/wrap", #"{"k":"v"}"#, wrap: "60").wrappingToken
        #expect(await client.call("POST", "sys/wrapping/unwrap", body(token.uppercased())).errors == Self.wrong)
        #expect(await client.call("POST", "sys/wrapping/unwrap", body(token.lowercased())).errors == Self.wrong)
        #expect(await client.call("POST", "sys/wrapping/unwrap", body(token)).status == 200)
    }

    @Test func loginsTokensAndSecretIDsAreWrapped() async throws {
        let client = try VaultClient(clock: TestClock().now)
        _ = await client.call("POST", "sys/auth/approle", #"{"type":"approle"}"#)
        _ = await client.call("POST", "sys/auth/userpass", #"{"type":"userpass"}"#)
        _ = await client.call("POST", "auth/approle/role/x", #"{"token_ttl":"1h"}"#)
        _ = await client.call("POST", "auth/userpass/users/ada", #"{"password":"canary-password"}"#)
        let secret = await client.call("PUT", "auth/approle/role/x/secret-id", "{}", wrap: "60s")
        #expect(secret.body["wrap_info"]?["creation_path"] == "auth/approle/role/x/secret-id")
        #expect(!secret.text.contains("secret_id"))
        let id =
            await client.call("POST", "sys/wrapping/unwrap", token: secret.wrappingToken)["secret_id"]?.asString ?? ""
        let role = await client.call("GET", "auth/approle/role/x/role-id")["role_id"]?.asString ?? ""
        let logins = [
            await client.call(
                "POST",
                "auth/approle/login",
                "{\"role_id\":\"\(role)\",\"secret_id\":\"\(id)\"}",
                token: "",
                wrap: "60"
            ),
            await client.call(
                "POST",
                "auth/userpass/login/ada",
                #"{"password":"canary-password"}"#,
                token: "",
                wrap: "60"
            ),
            await client.call("POST", "auth/token/create", "{}", wrap: "60"),
        ]
        for login in logins {
            #expect(login.status == 200)
            #expect(login.body["auth"] == .null)
            let accessor = login.body["wrap_info"]?["wrapped_accessor"]
            let answer = await client.call("POST", "sys/wrapping/unwrap", token: login.wrappingToken)
            #expect(answer.body["auth"]?["accessor"] == accessor)
            #expect(await client.call("GET", "auth/token/lookup-self", token: answer.token).status == 200)
        }
        let bad = await client.call("POST", "auth/userpass/login/ada", #"{"password":"x"}"#, token: "", wrap: "60")
        #expect(bad.status == 400)
    }

    @Test func onlyWhatSucceedsAndSaysSomethingIsWrapped() async throws {
        let client = try VaultClient(clock: TestClock().now)
        #expect(await client.call("POST", "secret/data/a", #"{"data":{"k":"v"}}"#, wrap: "60").wrappingToken != "")
        #expect(await client.call("DELETE", "secret/data/a", wrap: "60").status == 204)
        // What a 404 tells of a deleted version is an answer.
        #expect(await client.call("GET", "secret/data/a", wrap: "60").wrappingToken != "")
        #expect(await client.call("GET", "secret/data/none", wrap: "60").body["wrap_info"] == nil)
        #expect(await client.call("GET", "secret/data/none", token: "kft_x", wrap: "60").status == 403)
        #expect(await client.call("GET", "sys/mounts", wrap: "0").body["wrap_info"] == .null)
        #expect(
            await client.call("POST", "sys/wrapping/wrap", #"{"a":"b"}"#).errors
                == "endpoint requires response wrapping to be used"
        )
        for (time, status) in [("-1", 400), ("x", 400), ("1h30m", 200), ("9999h", 200), ("60", 200)] {
            #expect(await client.call("GET", "sys/mounts", wrap: time).status == status, "\(time)")
        }
        #expect(await client.call("GET", "sys/mounts", wrap: "9999h").body["wrap_info"]?["ttl"] == 2_764_800)
        for sent in [#"{"token":5}"#, #"{"token":{}}"#, #"{"token":["a"]}"#] {
            for call in ["unwrap", "rewrap", "lookup"] {
                #expect(await client.call("POST", "sys/wrapping/\(call)", sent).status == 400, "\(call) \(sent)")
            }
        }
        let long = String(repeating: "x", count: 1 << 20)
        #expect(await client.call("POST", "sys/wrapping/wrap", "{\"a\":\"\(long)\"}", wrap: "60").status == 400)
    }

    @Test func strangersFillNothingByAskingForAWrapping() async throws {
        let client = try VaultClient(clock: TestClock().now)
        let before = try client.tokens()
        let shown = await client.call("GET", "sys/internal/ui/mounts", token: "", wrap: "768h")
        #expect(shown.body["wrap_info"] == .null)
        #expect(await client.call("GET", "sys/health", token: "", wrap: "768h").status == 200)
        #expect(try client.tokens() == before)
        let token = await client.call("POST", "sys/wrapping/wrap", #"{"a":"b"}"#, wrap: "60").wrappingToken
        let kept = try client.tokens()
        for _ in 0..<3 {
            let looked = await client.call("POST", "sys/wrapping/lookup", token: token, wrap: "768h")
            #expect(looked["creation_path"] == "sys/wrapping/wrap")
        }
        #expect(try client.tokens() == kept)
        // Rewrapping is one for one.
        let again = await client.call("POST", "sys/wrapping/rewrap", token: token, wrap: "768h").wrappingToken
        #expect(try client.tokens().count == kept.count)
        #expect(await client.call("GET", "sys/wrapping/lookup", token: again)["creation_ttl"] == 60)
        // A token in a URL is none.
        #expect(await client.call("GET", "sys/wrapping/lookup?token=\(again)", token: "").status == 400)
        #expect(await client.call("POST", "sys/wrapping/unwrap?token=\(again)", token: "").status == 400)
        #expect(await client.call("POST", "sys/wrapping/unwrap", token: again)["a"] == "b")
    }

    @Test func aWrappedAnswerEndsWithItsTimeAndWithItsOwner() async throws {
        let time = TestClock()
        let client = try VaultClient(clock: time.now)
        let token = await client.call("POST", "sys/wrapping/wrap", #"{"a":"b"}"#, wrap: "60").wrappingToken
        time.pass(seconds: 59)
        #expect(await client.call("POST", "sys/wrapping/lookup", token: token).status == 200)
        time.pass(seconds: 1)
        #expect(await client.call("POST", "sys/wrapping/unwrap", token: token).errors == Self.wrong)
        #expect(await client.call("POST", "sys/wrapping/unwrap", body(token)).errors == Self.wrong)
    }

    @Test func aPolicyCanAskForAWrapping() async throws {
        let client = try VaultClient(clock: TestClock().now)
        _ = await client.call("POST", "secret/data/a", #"{"data":{"k":"v"}}"#)
        let policy =
            #"{"policy":"path \"secret/data/a\" { capabilities = [\"read\"] min_wrapping_ttl = \"1m\" max_wrapping_ttl = \"1h\" }"}"#
        #expect(await client.call("PUT", "sys/policies/acl/wrapped", policy).status == 204)
        let token = await client.call("POST", "auth/token/create", #"{"policies":["wrapped"]}"#).token
        for (wrap, status) in [(nil, 403), ("59s", 403), ("60", 200), ("1h", 200), ("3601", 403), ("0", 403)]
            as [(String?, Int)]
        {
            let answer = await client.call("GET", "secret/data/a", token: token, wrap: wrap)
            #expect(answer.status == status, "\(wrap ?? "none")")
            #expect((answer.wrappingToken != "") == (status == 200))
        }
        // No other protocol is a way around it.
        let document = try PolicyDocument(
            parsing: #"path "secret/data/a" { capabilities = ["read"] min_wrapping_ttl = "1m" }"#
        )
        let access = AccessControl([("wrapped", document)], identity: TemplateValues())
        let visitor = client.vault.acting(as: Identity(principal: Principal("ada"), access: access))
        let denial = #expect(throws: StoreError.self) { try visitor.read(SecretPath("a")) }
        #expect(denial?.category == .denied)
        #expect(throws: Never.self) { try visitor.wrapping(for: 60).read(SecretPath("a")) }
        let denied = await client.call("POST", "auth/token/create", #"{"policies":["x"],"no_default_policy":true}"#)
            .token
        let wrapped = await client.call("GET", "secret/data/a", wrap: "60").wrappingToken
        #expect(await client.call("POST", "sys/wrapping/unwrap", body(wrapped), token: denied).status == 403)
        #expect(await client.call("POST", "sys/wrapping/unwrap", body(wrapped), token: token).status == 200)
    }

    @Test func anAnswerThatTellsSomethingIsWrappedWhateverItsStatus() async throws {
        let client = try VaultClient(clock: TestClock().now)
        _ = await client.call("POST", "sys/mounts/transit", #"{"type":"transit"}"#)
        let sealed = await client.call("POST", "transit/encrypt/k", #"{"plaintext":"Y2FuYXJ5"}"#)
        let ciphertext = try #require(sealed["ciphertext"]?.asString)
        let batch = #"{"batch_input":[{"ciphertext":"\#(ciphertext)"},{"ciphertext":"vault:v1:AAAA"}]}"#
        #expect(await client.call("POST", "transit/decrypt/k", batch).text.contains("Y2FuYXJ5"))
        let wrapped = await client.call("POST", "transit/decrypt/k", batch, wrap: "60")
        #expect(!wrapped.text.contains("Y2FuYXJ5"))
        let opened = await client.call("POST", "sys/wrapping/unwrap", token: wrapped.wrappingToken)
        #expect(opened.text.contains("Y2FuYXJ5"))
        // What says only that it was wrong is said in the clear.
        #expect(await client.call("GET", "secret/data/none", wrap: "60").status == 404)
    }

    @Test func aWrappedAnswerEndsWithWhoeverAskedForIt() async throws {
        let client = try VaultClient(clock: TestClock().now)
        _ = await client.call("POST", "sys/auth/userpass", #"{"type":"userpass"}"#)
        _ = await client.call("POST", "auth/userpass/users/ada", #"{"password":"a long password"}"#)
        let ada = await client.call("POST", "auth/userpass/login/ada", #"{"password":"a long password"}"#, token: "")
        let entity = try #require(ada.body["auth"]?["entity_id"]?.asString)
        func wrapped() async -> String {
            let first = await client.call("POST", "sys/wrapping/wrap", #"{"a":"b"}"#, token: ada.token, wrap: "60")
            return await client.call("POST", "sys/wrapping/rewrap", token: first.wrappingToken).wrappingToken
        }
        let (before, after) = (await wrapped(), await wrapped())
        #expect(await client.call("POST", "sys/wrapping/unwrap", body(before))["a"] == "b")
        #expect(await client.call("POST", "identity/entity/id/\(entity)", #"{"disabled":true}"#).status < 300)
        #expect(await client.call("POST", "sys/wrapping/unwrap", body(after)).errors == Self.wrong)
        #expect(await client.call("POST", "sys/wrapping/unwrap", token: after).status >= 400)
    }
}
