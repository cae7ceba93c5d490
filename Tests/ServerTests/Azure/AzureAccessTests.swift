import Findings
import HTTPModel
import SecretStore
import Secrets
import Testing
import Vaulting

@testable import Server

struct AzureAccessTests {
    let server: AzureServer

    init() throws { server = try AzureServer() }

    static let requests: [(String, String, String)] = [
        ("PUT", "/secrets/n", #"{"value":"v"}"#), ("GET", "/secrets/n", ""), ("PATCH", "/secrets/n/", "{}"),
        ("DELETE", "/secrets/n", ""), ("GET", "/secrets/n/versions", ""), ("POST", "/secrets/n/backup", ""),
        ("GET", "/deletedsecrets/n", ""), ("POST", "/deletedsecrets/n/recover", ""),
        ("DELETE", "/deletedsecrets/n", ""),
    ]

    @Test(arguments: requests)
    func whoMayNotIsForbiddenWhetherOrNotItIsThere(_ method: String, _ target: String, _ body: String) throws {
        let token = try server.token(policy: #"path "secret/data/other" { capabilities = ["read"] }"#)
        let missing = server.send(method, target, body, token: token)
        try server.set("n", "v")
        let there = server.send(method, target, body, token: token)
        #expect(missing.status == 403)
        #expect(missing.code == "Forbidden")
        #expect(missing.inner == "ForbiddenByPolicy")
        #expect(missing.message.contains("permission on key vault 'keyfolio;location=local'"))
        #expect(missing.text == there.text)
    }

    @Test(
        arguments: requests + [("GET", "/secrets", ""), ("POST", "/secrets/restore", ""), ("GET", "/secrets/a_b", "")]
    )
    func whoIsNobodyGetsTheChallengeFirst(_ method: String, _ target: String, _ body: String) {
        // The SDK's first request has no body, and asks nothing else of the answer.
        let reply = server.send(method, target, token: "")
        #expect(reply.status == 401)
        #expect(reply.message == "AKV10000: Request is missing a Bearer or PoP token.")
        #expect(
            reply.response.headers["WWW-Authenticate"]
                == #"Bearer authorization="https://keyfolio.vault.localhost:8200/keyfolio", resource="https://vault.localhost:8200""#
        )
        let wrong = server.send(method, target, body, token: "kft_none")
        #expect(wrong.status == 401)
        #expect(wrong.response.headers["WWW-Authenticate"]?.contains("claims=") == true)
    }

    @Test func aCallerWithATokenLearnsWhatIsMalformed() {
        #expect(server.send("GET", "/secrets/a_b").message == "The request URI contains an invalid name: a_b")
        #expect(server.send("GET", "/secrets/n?x=1").message == "api-version must be specified")
        #expect(server.send("GET", "/secrets/n?api-version=7.6&%zz").status == 400)
        #expect(server.send("PUT", "/secrets/n", "{").status == 400)
        #expect(server.send("POST", "/secrets/n").status == 400)
    }

    private func login(_ secret: String, client: String = "client-1", tenant: String = "keyfolio") -> AzureServer.Reply
    {
        let form =
            "client_id=\(client)&grant_type=client_credentials&client_secret=\(secret)"
            + "&scope=https%3A%2F%2Fvault.localhost%3A8200%2F.default"
        return server.send(
            "POST",
            "/\(tenant)/oauth2/v2.0/token",
            form,
            token: "",
            host: "login.vault.localhost:8200",
            headers: ["Content-Type": "application/x-www-form-urlencoded"]
        )
    }

    private func makeClient(disabled: Bool = false, address: String? = nil) throws {
        try server.change { (directory) throws(StoreError) in
            var principal = try PrincipalRecord(name: "app", kind: .machine)
            principal.isDisabled = disabled
            principal.addresses = address.flatMap(AddressRange.init).map { [$0] } ?? []
            try directory.put(principal)
            try directory.setPolicy("app", #"path "secret/data/n" { capabilities = ["read", "create", "update"] }"#)
            try directory.put(
                ClientRecord(
                    principal: "app",
                    policies: ["app"],
                    id: "client-1",
                    secrets: [Secret("old"), Secret("right")],
                    created: directory.time
                )
            )
        }
    }

    @Test func aClientChangesItsSecretForATokenThatOpensWhatItMay() throws {
        try makeClient()
        for secret in ["right", "old"] {
            let reply = login(secret)
            #expect(reply.status == 200)
            #expect(reply.json?["token_type"] == "Bearer")
            #expect(reply.json?["expires_in"] == .integer(3600))
            let token = try #require(reply.json?["access_token"]?.asString)
            #expect(server.send("PUT", "/secrets/n", #"{"value":"v"}"#, token: token).status == 200)
            #expect(server.send("GET", "/secrets/m", token: token).message.contains("'name=app'"))
        }
    }

    @Test func endedSessionsAreChallengedForANewToken() throws {
        try makeClient()
        let token = try #require(login("right").json?["access_token"]?.asString)
        #expect(server.send("GET", "/secrets/n", token: token).status == 404)
        try server.change { (directory) throws(StoreError) in try directory.endSessions(.principal("app")) }
        let refused = server.send("GET", "/secrets/n", token: token)
        #expect(refused.status == 401)
        #expect(refused.response.headers["WWW-Authenticate"]?.contains(#"error="insufficient_claims""#) == true)
        let again = try #require(login("right").json?["access_token"]?.asString)
        #expect(server.send("GET", "/secrets/n", token: again).status == 404)
    }

    @Test func anUnknownClientAndAWrongSecretAreOneAnswer() throws {
        try makeClient()
        let wrong = login("wrong")
        let unknown = login("wrong", client: "client-2")
        for reply in [wrong, unknown] {
            #expect(reply.status == 401)
            #expect(reply.json?["error"] == "invalid_client")
            #expect(reply.json?["error_codes"] == [7_000_215])
            #expect(!reply.text.contains("wrong"))
        }
        func description(_ reply: AzureServer.Reply) throws -> Substring {
            let text = try #require(reply.json?["error_description"]?.asString)
            return text[..<(try #require(text.firstRange(of: " Trace ID")).lowerBound)]
        }
        #expect(try description(wrong) == description(unknown))
    }

    @Test func aSecretSentInPlaceOfTheIDIsRepeatedNowhere() throws {
        try makeClient()
        let reply = login("client-1", client: "canary-5d1e")
        #expect(reply.status == 401)
        #expect(!reply.text.contains("canary"))
        let id = "9f0c1a52-7f7b-4f0e-9d0c-1f6f4f0e7a10"
        #expect(login("wrong", client: id).text.contains("'\(id)'"))
        var log: [UInt8] = []
        try server.vault.exportAudit { log += $0 }
        let text = String(decoding: log, as: UTF8.self)
        #expect(!text.contains("canary"))
        #expect(text.contains("client: unknown name "))
        #expect(text.contains("client \(id)"))
    }

    @Test(arguments: [(true, nil), (false, "10.0.0.0/8")] as [(Bool, String?)])
    func aClientWhosePrincipalMayNotComeIsNotLetIn(_ disabled: Bool, _ address: String?) throws {
        try makeClient(disabled: disabled, address: address)
        #expect(login("right").status == 401)
    }

    @Test func guessingIsLockedForKnownAndUnknownNamesAlike() throws {
        try makeClient()
        for client in ["client-1", "client-2"] {
            for _ in 0..<5 { #expect(login("wrong", client: client).status == 401) }
            let locked = login("right", client: client)
            #expect(locked.status == 400)
            #expect(locked.json?["error_codes"] == [50_053])
        }
    }

    @Test func theDiscoveryEndpointsSayWhereTokensAre() {
        let host = "login.vault.localhost:8200"
        func get(_ path: String) -> AzureServer.Reply { server.send("GET", path, token: "", host: host) }
        let configuration = get("/keyfolio/v2.0/.well-known/openid-configuration")
        #expect(
            configuration.json?["token_endpoint"] == "https://login.vault.localhost:8200/keyfolio/oauth2/v2.0/token"
        )
        #expect(configuration.json?["issuer"] == "https://login.vault.localhost:8200/keyfolio/v2.0")
        #expect(
            get("/keyfolio/.well-known/openid-configuration").json?["token_endpoint"]
                == "https://login.vault.localhost:8200/keyfolio/oauth2/token"
        )
        #expect(get("/common/discovery/instance").json?["metadata"] == [])
        #expect(get("/keyfolio/discovery/v2.0/keys").text == #"{"keys":[]}"#)
        #expect(get("/other/v2.0/.well-known/openid-configuration").json?["error_codes"] == [90_002])
        #expect(login("x", tenant: "other").json?["error_codes"] == [90_002])
        #expect(get("/keyfolio/oauth2/v2.0/token").status == 400)
    }
}
