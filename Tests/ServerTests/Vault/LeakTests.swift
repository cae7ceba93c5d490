import Findings
import HTTPModel
import SecretStore
import Testing
import Vaulting

@testable import Server

/// No value that a client sends stands anywhere but in the answer to who may read it: threats.md, 8 and 9.
struct VaultLeakTests {
    @Test func noValueComesIntoTheAuditLogOrAnError() async throws {
        let client = try VaultClient()
        let canary = "CANARYcanary"
        _ = await client.call("POST", "sys/auth/approle", #"{"type":"approle"}"#)
        _ = await client.call("POST", "sys/auth/userpass", #"{"type":"userpass"}"#)
        _ = await client.call("POST", "sys/mounts/flat", #"{"type":"kv"}"#)
        _ = await client.call("POST", "auth/approle/role/r", "{}")
        _ = await client.call("POST", "secret/data/a", #"{"data":{}}"#)
        let values = [
            "\"\(canary)\"", "[\"\(canary)\"]", "{\"a\":\"\(canary)\"}", "{\"\(canary)\":[1]}",
            "\"\(canary),\(canary)=1\"",
        ]
        let names = [
            "data", "options", "custom_metadata", "versions", "password", "secret_id", "role_id", "token", "policy",
            "input",
            "metadata", "meta", "policies", "ttl", "num_uses", "type", "description", "config", "max_versions",
            "cidr_list",
            "token_ttl", "paths", "accessor", "secret_id_accessor", "increment", "id", "display_name",
        ]
        let calls: [(String, String)] = [
            ("POST", "secret/data/a"), ("PATCH", "secret/data/a"), ("POST", "secret/metadata/a"),
            ("PATCH", "secret/metadata/a"),
            ("POST", "secret/delete/a"), ("POST", "secret/config"), ("POST", "flat/a"), ("POST", "auth/token/create"),
            ("POST", "auth/token/lookup"), ("POST", "auth/token/renew"), ("POST", "auth/token/revoke"),
            ("POST", "auth/token/roles/r"), ("POST", "auth/token/lookup-accessor"), ("POST", "auth/approle/role/r"),
            ("POST", "auth/approle/role/r/secret-id"), ("POST", "auth/approle/role/r/custom-secret-id"),
            ("POST", "auth/approle/role/r/secret-id/lookup"), ("POST", "auth/approle/role/r/secret-id-accessor/lookup"),
            ("POST", "auth/approle/role/r/role-id"), ("PUT", "sys/policies/acl/p"), ("POST", "sys/mounts/x"),
            ("POST", "sys/mounts/flat/tune"), ("POST", "sys/auth/y"), ("POST", "sys/capabilities"),
            ("POST", "sys/audit-hash/keyfolio"),
        ]
        for (method, path) in calls {
            for value in values {
                let body = "{" + names.map { "\"\($0)\":\(value)" }.joined(separator: ",") + "}"
                let answer = await client.call(method, path, body)
                if answer.status >= 400 { #expect(!answer.text.contains(canary), "\(method) \(path) \(answer.text)") }
            }
        }
        for value in values {
            let login = await client.call(
                "POST",
                "auth/approle/login",
                "{\"role_id\":\(value),\"secret_id\":\(value)}",
                token: ""
            )
            #expect(!login.text.contains(canary))
            let user = await client.call("POST", "auth/userpass/users/ada", "{\"password\":\(value)}")
            #expect(!user.text.contains(canary))
            let wrong = await client.call("POST", "auth/userpass/login/ada", "{\"password\":\(value)}", token: "")
            #expect(!wrong.text.contains("\(canary)"))
            let stranger = await client.call("GET", "secret/data/a", token: canary)
            #expect(!stranger.text.contains(canary))
        }
        var records = 0
        try client.vault.forEachAuditRecord { record in
            records += 1
            // A field's name is no value, and the log has it.
            var shown = record
            shown.fields = []
            #expect(!"\(shown)".contains(canary), "\(record.action)")
        }
        #expect(records > 80)
    }

    @Test func whatIsReadDoesNotPrint() throws {
        let body = Array(#"{"password":"CANARY"}"#.utf8)
        let request = try LogicalRequest(
            HTTPRequest(method: "POST", rawPath: "/v1/a", headers: ["X-Vault-Token": "CANARY"], body: body)
        )
        var dumped = ""
        dump(request, to: &dumped)
        #expect(!dumped.contains("CANARY"))
        #expect(!"\(request)".contains("CANARY"))
        let response = LogicalResponse.data(JSONObject(members: ["a": "CANARY"]))
        dump(response, to: &dumped)
        #expect(!dumped.contains("CANARY"))
    }

    @Test func theShortWayOfAReadIsTheLongOne() async throws {
        let client = try VaultClient()
        let data = #"{"a":"plain","b":"q\"b\\s\/\u0000\u001f\n\t€😀","empty":"","é":"ü"}"#
        _ = await client.call("POST", "secret/data/a", "{\"data\":\(data)}")
        let read = await client.call("GET", "secret/data/a")
        #expect(read["data"] == (try? JSONValue(parsing: Array(data.utf8))))
        let members = [
            "request_id", "lease_id", "renewable", "lease_duration", "data", "wrap_info", "warnings", "auth",
            "mount_type",
        ]
        #expect(read.body.asObject?.keys == members)
        _ = await client.call("POST", "secret/data/b", #"{"data":{"n":1}}"#)
        let long = await client.call("GET", "secret/data/b")
        #expect(long.body.asObject?.keys == members)
        #expect(long["metadata"]?.asObject?.keys == read["metadata"]?.asObject?.keys)
    }
}
