import Findings
import HTTPModel
import Testing

@testable import Server

struct VaultRouteTests {
    static let rows: [(Route.Engine, String, String, VaultCall, [String: String])] = [
        (.keyValue2, "GET", "data/a/b", .readData, ["path": "a/b"]),
        (.keyValue2, "LIST", "metadata", .listSecrets, ["path": ""]),
        (.keyValue2, "LIST", "metadata/a", .listSecrets, ["path": "a"]),
        (.keyValue2, "GET", "config", .readKeyValueConfig, [:]),
        (.keyValue1, "LIST", "", .listFlat, ["path": ""]), (.keyValue1, "GET", "config", .readFlat, ["path": "config"]),
        (.system, "GET", "mounts", .listMounts, [:]),
        (.system, "GET", "mounts/a/b/tune", .readMountTuning, ["path": "a/b"]),
        (.system, "DELETE", "mounts/a/", .disableMount, ["path": "a"]), (.system, "HEAD", "health", .health, [:]),
        (.system, "GET", "internal/ui/mounts/secret/a", .preflight, ["path": "secret/a"]),
        (.token, "POST", "create/r", .createTokenByRole, ["role": "r"]),
        (.token, "LIST", "roles", .listTokenRoles, [:]),
        (.appRole, "POST", "role/r/secret-id", .issueSecretID, ["role": "r"]),
        (.appRole, "GET", "role/r/token-ttl", .readRoleField, ["role": "r", "field": "token-ttl"]),
        (.userPassword, "POST", "login/ada.l-1", .userLogin, ["user": "ada.l-1"]),
    ]

    @Test(arguments: rows)
    func aPathFindsItsRow(_ row: (Route.Engine, String, String, VaultCall, [String: String])) throws {
        let found = try find(row.0, row.1, row.2)
        #expect(found.call == row.3)
        #expect(found.names == row.4)
    }

    static let missing: [(Route.Engine, String, String, Int)] = [
        (.keyValue2, "GET", "a/b", 404), (.keyValue2, "GET", "data", 404), (.keyValue2, "POST", "subkeys/a", 405),
        (.system, "GET", "wrapping/wrap", 405), (.cubbyhole, "SCAN", "a", 405),
        (.system, "GET", "seal", 405), (.token, "POST", "create/.x", 404),
        (.userPassword, "GET", "login/ada", 405), (.userPassword, "POST", "login/a b", 404),
        (.appRole, "GET", "role/r/a/b/c", 404),
        (.system, "SCAN", "mounts", 405),
    ]

    @Test(arguments: missing)
    func whatIsNotThereIsAnsweredAsVaultDoes(_ row: (Route.Engine, String, String, Int)) {
        let fault = #expect(throws: LogicalFault.self) { try find(row.0, row.1, row.2) }
        #expect(fault?.status == row.3)
    }

    @Test func everyCallHasARowAndEveryRowAVerb() {
        let calls = Set(Route.all.flatMap(\.calls.values))
        #expect(calls == Set(VaultCall.allCases))
        #expect(Route.all.allSatisfy { !$0.calls.isEmpty })
        #expect(Set(Route.all.map { "\($0.engine) \($0.pattern)" }).count == Route.all.count)
    }

    @Test func onlyTheseRowsAskNobodyForAToken() {
        let open = Route.all.filter { $0.access == .anybody }.map { "\($0.engine.type)/\($0.pattern)" }
        #expect(
            Set(open) == [
                "system/health", "system/seal-status", "system/init", "system/leader", "system/internal/ui/mounts",
                "system/wrapping/lookup", "system/unseal",
                // These ask by themselves: VaultCeremonyTests.
                "system/rekey/init", "system/rekey/update", "system/rekey/verify", "system/generate-root/attempt",
                "system/generate-root/update",
                "approle/login", "userpass/login/:user", "jwt/login", "kubernetes/login",
                "cert/login",
            ]
        )
    }

    func find(_ engine: Route.Engine, _ method: String, _ path: String) throws -> RoutedCall {
        let prefix = "/v1/mount" + (path.isEmpty ? "" : "/")
        let request = try LogicalRequest(
            HTTPRequest(method: method, rawPath: prefix + (PercentEncoding.encode(path, keepingSlash: true)))
        )
        let segments = request.path.split(separator: "/").dropFirst()
        return try Route.find(engine, segments, request)
    }
}

struct VaultResponseTests {
    func request(_ path: String) throws -> LogicalRequest {
        try LogicalRequest(HTTPRequest(method: "GET", rawPath: "/v1/" + path))
    }

    func json(_ response: HTTPResponse) throws -> JSONObject {
        try #require(try JSONValue(parsing: response.body).asObject)
    }

    @Test func theEnvelopeIsVaults() throws {
        let request = try request("secret/data/a")
        let response = LogicalResponse.data(JSONObject(members: ["a": 1])).rendered(for: request, mountType: "kv")
        #expect(response.status == 200)
        // hvac compares for equality.
        #expect(response.headers["Content-Type"] == "application/json")
        let expected =
            #"{"request_id":"\#(request.id)","lease_id":"","renewable":false,"lease_duration":0,"data":{"a":1},"#
            + #""wrap_info":null,"warnings":null,"auth":null,"mount_type":"kv"}"#
        #expect(String(decoding: response.body.dropLast(), as: UTF8.self) == expected)
    }

    @Test func nothingIs204AndWarningsAre200() throws {
        let request = try request("secret/data/a")
        #expect(LogicalResponse.empty.rendered(for: request, mountType: "kv").status == 204)
        #expect(LogicalResponse.empty.rendered(for: request, mountType: "kv").body.isEmpty)
        let warned = LogicalResponse(warnings: ["x"]).rendered(for: request, mountType: "kv")
        #expect(warned.status == 200)
        #expect(try json(warned)["warnings"] == ["x"])
    }

    static let injected: [(String, Bool)] = [
        ("sys/mounts", true), ("sys/mounts/a/tune", true), ("sys/policy/p", true), ("sys/policies/acl", false),
        ("sys/capabilities-self", true), ("sys/key-status", true), ("sys/config/cors", true), ("sys/config/ui", false),
        ("secret/data/sys/mounts", false), ("auth/token/lookup-self", false),
    ]

    @Test(arguments: injected)
    func oldClientsFindDataAtTheTop(_ row: (String, Bool)) throws {
        let data = JSONObject(members: ["a/": 1, "data": "never"])
        let body = try json(LogicalResponse.data(data).rendered(for: try request(row.0), mountType: "system"))
        #expect((body["a/"] != nil) == row.1)
        #expect(body["data"] == .object(data))
    }

    @Test func anEmptyListIsNotFound() {
        let fault = #expect(throws: LogicalFault.self) { try LogicalResponse.keys([]) }
        #expect(fault?.response.status == 404)
        #expect(fault.map { String(decoding: $0.response.body, as: UTF8.self) } == "{\"errors\":[]}\n")
    }
}

struct VaultTableTests {
    /// Where each engine is, and what stands for the names of its patterns.
    static let mounts: [Route.Engine: String] = [
        .system: "sys", .token: "auth/token", .appRole: "auth/approle", .userPassword: "auth/userpass",
        .keyValue1: "flat", .cubbyhole: "cubbyhole",
        .keyValue2: "secret", .transit: "transit", .jwt: "auth/jwt", .kubernetes: "auth/kubernetes",
        .identity: "identity", .certificate: "auth/cert",
    ]
    /// What stands for a part of a pattern.
    static func segment(_ part: Substring) -> String {
        let words = [":field": "token-ttl", ":algorithm": "sha2-256", ":source": "platform"]
        return words[String(part)] ?? (part.first == ":" || part.first == "*" ? "x" : String(part))
    }
    static let methods: [LogicalRequest.Operation: String] = [
        .read: "GET", .list: "LIST", .scan: "SCAN", .write: "POST", .patch: "PATCH", .delete: "DELETE", .header: "HEAD",
    ]

    @Test func everyRowIsAnsweredByAHandlerOfItsOwn() async throws {
        let client = try VaultClient()
        _ = await client.call("POST", "sys/auth/approle", #"{"type":"approle"}"#)
        _ = await client.call("POST", "sys/auth/userpass", #"{"type":"userpass"}"#)
        _ = await client.call("POST", "sys/auth/jwt", #"{"type":"jwt"}"#)
        _ = await client.call("POST", "sys/auth/kubernetes", #"{"type":"kubernetes"}"#)
        _ = await client.call("POST", "sys/auth/cert", #"{"type":"cert"}"#)
        _ = await client.call("POST", "sys/mounts/flat", #"{"type":"kv"}"#)
        _ = await client.call("POST", "sys/mounts/transit", #"{"type":"transit"}"#)
        _ = await client.call("POST", "auth/approle/role/x", "{}")
        for route in Route.all {
            let mount = try #require(Self.mounts[route.engine])
            let path = route.pattern.split(separator: "/").map(Self.segment)
            for (operation, call) in route.calls {
                _ = await client.call("POST", "auth/approle/role/x", "{}")
                // What would end the test's own token or mounts is driven elsewhere.
                if [.revokeSelf, .disableAuthMount].contains(call) { continue }
                let method = try #require(Self.methods[operation])
                let answer = await client.call(method, mount + "/" + path.joined(separator: "/"), "{}")
                #expect(!answer.text.contains("unsupported"), "\(method) \(route.pattern)")
                #expect(!answer.text.contains("no handler"), "\(method) \(route.pattern)")
                #expect(answer.status < 500, "\(method) \(route.pattern)")
            }
        }
    }

    @Test func everyRowButTheOpenOnesRefusesAStranger() async throws {
        let client = try VaultClient()
        _ = await client.call("POST", "sys/auth/approle", #"{"type":"approle"}"#)
        _ = await client.call("POST", "sys/auth/userpass", #"{"type":"userpass"}"#)
        _ = await client.call("POST", "sys/auth/jwt", #"{"type":"jwt"}"#)
        _ = await client.call("POST", "sys/auth/kubernetes", #"{"type":"kubernetes"}"#)
        _ = await client.call("POST", "sys/auth/cert", #"{"type":"cert"}"#)
        _ = await client.call("POST", "sys/mounts/flat", #"{"type":"kv"}"#)
        _ = await client.call("POST", "sys/mounts/transit", #"{"type":"transit"}"#)
        _ = await client.call(
            "PUT",
            "sys/policies/acl/none",
            #"{"policy":"path \"nothing\" { capabilities = [\"read\"] }"}"#
        )
        let weak = await client.call("POST", "auth/token/create", #"{"policies":["none"],"no_default_policy":true}"#)
            .token
        for route in Route.all where route.access != .anybody {
            let mount = try #require(Self.mounts[route.engine])
            let path = route.pattern.split(separator: "/").map(Self.segment)
            for (operation, call) in route.calls {
                let method = try #require(Self.methods[operation])
                for token in ["", weak, "kft_unknown"] {
                    // Whoever has a token may ask what it can do: there is nothing of anybody else's in the answer.
                    if call == .resultantACL, token == weak { continue }
                    let body =
                        #"{"type":"kv","policy":"path \"a\" {}","data":{},"versions":[1],"paths":["a"],"token":"a","accessor":"a","input":"a","secret_id":"a","secret_id_accessor":"a","role_id":"a","password":"a","token_ttl":1,"policies":"a"}"#
                    let answer = await client.call(
                        method,
                        mount + "/" + path.joined(separator: "/"),
                        body,
                        token: token
                    )
                    #expect(answer.status == 403, "\(method) \(route.pattern) \(answer.text)")
                }
            }
        }
    }
}
