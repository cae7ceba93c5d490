import Findings
import SecretStore
import Secrets
import Testing
import Vaulting

@testable import Server

struct VaultKVFlowTests {
    @Test func aSecretIsWrittenReadAndListed() async throws {
        let client = try VaultClient()
        let written = await client.call("POST", "secret/data/app/db", #"{"options":{},"data":{"user":"u","n":1.10}}"#)
        #expect(written.status == 200)
        #expect(written["version"] == 1)
        #expect(written["deletion_time"] == "")
        #expect(written["destroyed"] == false)
        let read = await client.call("GET", "secret/data/app/db")
        #expect(read.status == 200)
        #expect(read["data"]?.text() == #"{"user":"u","n":1.10}"#)
        #expect(read["metadata"]?["version"] == 1)
        #expect(await client.call("PUT", "secret/data/app/db", #"{"data":{"user":"v"}}"#)["version"] == 2)
        #expect(await client.call("GET", "secret/data/app/db?version=1")["data"]?["user"] == "u")
        #expect(await client.call("GET", "secret/data/app/db?version=0")["data"]?["user"] == "v")
        #expect(await client.call("GET", "secret/data/app/db?version=9").status == 404)
        #expect(await client.call("LIST", "secret/metadata").keys == ["app/"])
        #expect(await client.call("GET", "secret/metadata/app?list=True").keys == ["db"])
        #expect(await client.call("SCAN", "secret/metadata").keys == ["app/db"])
        #expect(await client.call("LIST", "secret/metadata/none").text == "{\"errors\":[]}\n")
        let missing = await client.call("GET", "secret/data/none")
        #expect(missing.status == 404)
        #expect(missing.text == "{\"errors\":[]}\n")
    }

    @Test func checkAndSetHoldsInEveryForm() async throws {
        let client = try VaultClient()
        func put(_ options: String) async -> VaultClient.Answer {
            await client.call("POST", "secret/data/a", "{\"options\":\(options),\"data\":{\"k\":\"v\"}}")
        }
        let unmatched = "check-and-set parameter did not match the current version"
        #expect(await put(#"{"cas":1}"#).errors == unmatched)
        #expect(await put(#"{"cas":0}"#).status == 200)
        #expect(await put(#"{"cas":0}"#).errors == unmatched)
        #expect(await put(#"{"cas":"1"}"#).status == 200)
        #expect(await put(#"{"cas":"x"}"#).errors == "error parsing check-and-set parameter")
        #expect(await client.call("POST", "secret/metadata/a", #"{"cas_required":true}"#).status == 204)
        #expect(await put("{}").errors == "check-and-set parameter required for this call")
        #expect(await put(#"{"cas":2}"#).status == 200)
        #expect(await client.call("POST", "secret/metadata/a", #"{"cas_required":false}"#).status == 204)
        #expect(await client.call("POST", "secret/config", #"{"cas_required":true,"max_versions":5}"#).status == 204)
        #expect(await client.call("GET", "secret/config")["max_versions"] == 5)
        #expect(await put("{}").errors == "check-and-set parameter required for this call")
        #expect(
            await client.call("PATCH", "secret/data/a", #"{"data":{"k":"w"}}"#).errors
                == "check-and-set parameter required for this call"
        )
        let warned = await client.call("POST", "secret/metadata/a", #"{"cas_required":false,"max_versions":3}"#)
        #expect(warned.status == 200)
        #expect(warned.text.contains("mandated by backend config"))
    }

    @Test func deletedVersionsComeBackAndDestroyedOnesDoNot() async throws {
        let client = try VaultClient()
        for value in ["1", "2", "3"] {
            _ = await client.call("POST", "secret/data/a", "{\"data\":{\"k\":\"\(value)\"}}")
        }
        #expect(await client.call("DELETE", "secret/data/a").status == 204)
        let deleted = await client.call("GET", "secret/data/a")
        #expect(deleted.status == 404)
        #expect(deleted["data"] == .null)
        #expect(deleted["metadata"]?["deletion_time"]?.asString?.isEmpty == false)
        #expect(deleted["metadata"]?["version"] == 3)
        #expect(await client.call("POST", "secret/undelete/a", #"{"versions":["3"]}"#).status == 204)
        #expect(await client.call("GET", "secret/data/a")["data"]?["k"] == "3")
        #expect(await client.call("POST", "secret/delete/a", #"{"versions":"1,2"}"#).status == 204)
        #expect(await client.call("GET", "secret/data/a?version=1").status == 404)
        #expect(await client.call("PUT", "secret/destroy/a", #"{"versions":[2]}"#).status == 204)
        #expect(await client.call("POST", "secret/undelete/a", #"{"versions":[1,2,99]}"#).status == 204)
        #expect(await client.call("GET", "secret/data/a?version=1")["data"]?["k"] == "1")
        #expect(await client.call("GET", "secret/data/a?version=2")["metadata"]?["destroyed"] == true)
        #expect(await client.call("POST", "secret/delete/a", "{}").errors == "No version number provided")
        #expect(await client.call("POST", "secret/delete/none", #"{"versions":[1]}"#).status == 204)
        #expect(await client.call("DELETE", "secret/data/none").status == 204)
        let metadata = await client.call("GET", "secret/metadata/a")
        #expect(metadata["current_version"] == 3)
        #expect(metadata["versions"]?["2"]?["destroyed"] == true)
        #expect(metadata["delete_version_after"] == "0s")
        #expect(await client.call("DELETE", "secret/metadata/a").status == 204)
        #expect(await client.call("DELETE", "secret/metadata/a").status == 204)
        #expect(await client.call("GET", "secret/metadata/a").status == 404)
    }

    @Test func aPatchMergesAndSubkeysTellNoValue() async throws {
        let client = try VaultClient()
        #expect(await client.call("PATCH", "secret/data/a", #"{"data":{"x":"y"}}"#).status == 404)
        _ = await client.call("POST", "secret/data/a", #"{"data":{"a":{"b":1},"c":"CANARY"}}"#)
        #expect(await client.call("PATCH", "secret/data/a", #"{"data":{"a":{"d":2},"c":null}}"#)["version"] == 2)
        #expect(await client.call("GET", "secret/data/a")["data"]?.text() == #"{"a":{"b":1,"d":2}}"#)
        #expect(
            await client.call("PATCH", "secret/data/a", #"{"options":{"cas":1},"data":{}}"#).errors
                == "check-and-set parameter did not match the current version"
        )
        #expect(await client.call("PATCH", "secret/data/a", "{}").errors == "no data provided")
        #expect(await client.call("PATCH", "secret/data/a", "{}", type: "application/json").status == 415)
        let subkeys = await client.call("GET", "secret/subkeys/a?version=1&depth=1")
        #expect(subkeys["subkeys"]?.text() == #"{"a":null,"c":null}"#)
        #expect(!subkeys.text.contains("CANARY"))
        _ = await client.call("DELETE", "secret/data/a")
        let patched = await client.call("PATCH", "secret/data/a", #"{"data":{"x":"y"}}"#)
        #expect(patched.status == 404)
        #expect(patched["version"] == 2)
        #expect(await client.call("GET", "secret/subkeys/a").status == 404)
    }

    @Test func metadataCanBeSetBeforeThereIsAVersion() async throws {
        let client = try VaultClient()
        let body = #"{"max_versions":3,"custom_metadata":{"owner":"team"},"delete_version_after":"1h"}"#
        #expect(await client.call("POST", "secret/metadata/new", body).status == 204)
        let early = await client.call("GET", "secret/metadata/new")
        #expect(early["current_version"] == 0)
        #expect(early["max_versions"] == 3)
        #expect(early["custom_metadata"]?.text() == #"{"owner":"team"}"#)
        #expect(await client.call("POST", "secret/data/new", #"{"data":{}}"#).status == 200)
        let later = await client.call("GET", "secret/metadata/new")
        #expect(later["current_version"] == 1)
        #expect(later["delete_version_after"] == "1h0m0s")
        #expect(later["custom_metadata"]?.text() == #"{"owner":"team"}"#)
        let patch = #"{"custom_metadata":{"owner":null,"x":"1"},"max_versions":null}"#
        #expect(await client.call("PATCH", "secret/metadata/new", patch).status == 204)
        #expect(await client.call("GET", "secret/metadata/new")["custom_metadata"]?.text() == #"{"x":"1"}"#)
        #expect(await client.call("GET", "secret/metadata/new")["max_versions"] == 0)
        #expect(await client.call("PATCH", "secret/metadata/none", #"{"max_versions":1}"#).status == 404)
        #expect(await client.call("GET", "secret/data/new")["metadata"]?["custom_metadata"]?["x"] == "1")
    }

    @Test func whatIsNoPathOfTheEngineIsExplained() async throws {
        let client = try VaultClient()
        let answer = await client.call("GET", "secret/app/db")
        #expect(answer.status == 404)
        #expect(answer.text.contains("Invalid path for a versioned K/V secrets engine"))
        #expect(answer.text.contains("'vault kv get'"))
        #expect(await client.call("POST", "secret/data/a/", #"{"data":{}}"#).status == 400)
        #expect(await client.call("POST", "secret/data/", #"{"data":{}}"#).errors == "missing path")
        #expect(await client.call("POST", "secret/data/a", #"{"x":1}"#).errors == "no data provided")
        #expect(await client.call("POST", "secret/data/a", #"{"data":"CANARY"}"#).status == 400)
        #expect(await client.call("PATCH", "secret/config", "{}").status == 405)
    }

    @Test func oddNamesComeBackAsTheyWere() async throws {
        let client = try VaultClient()
        for path in ["a%20b/%C3%A4", "+/x", "@kv/x", "a%3D3D"] {
            #expect(await client.call("POST", "secret/data/\(path)", #"{"data":{"k":"v"}}"#).status == 200, "\(path)")
            #expect(await client.call("GET", "secret/data/\(path)").status == 200, "\(path)")
        }
        #expect(await client.call("LIST", "secret/metadata").keys == ["+/", "@kv/", "a b/", "a=3D"])
        #expect(await client.call("LIST", "secret/metadata/a%20b").keys == ["ä"])
    }

    @Test func anotherMountHasItsOwnSecretsAndVersionOneIsFlat() async throws {
        let client = try VaultClient()
        #expect(
            await client.call("POST", "sys/mounts/kv", #"{"type":"kv","options":{"version":"2"},"config":null}"#).status
                == 204
        )
        #expect(await client.call("POST", "sys/mounts/flat", #"{"type":"kv","description":null}"#).status == 204)
        #expect(await client.call("POST", "kv/data/a", #"{"data":{"k":"kv"}}"#).status == 200)
        #expect(await client.call("GET", "secret/data/a").status == 404)
        #expect(await client.call("PUT", "flat/a/b", #"{"k":"v","n":1}"#).status == 204)
        let read = await client.call("GET", "flat/a/b")
        #expect(read.body["data"]?.text() == #"{"k":"v","n":1}"#)
        #expect(read.body["lease_duration"] == 2_764_800)
        #expect(await client.call("LIST", "flat").keys == ["a/"])
        #expect(await client.call("GET", "flat/none").status == 404)
        #expect(await client.call("POST", "flat/x", "{}").errors == "missing data fields")
        let policy =
            #"path \"flat/*\" { capabilities = [\"read\",\"list\",\"create\"] } path \"flat/b\" { capabilities = [\"deny\"] }"#
        _ = await client.call("PUT", "sys/policies/acl/flat", "{\"policy\":\"\(policy)\"}")
        let reader = await client.call("POST", "auth/token/create", #"{"policies":["flat"]}"#).token
        #expect(await client.call("PUT", "flat/b", #"{"k":"v"}"#).status == 204)
        #expect(await client.call("LIST", "flat", token: reader).keys == ["a/"])
        #expect(await client.call("GET", "flat/a/b", token: reader).status == 200)
        #expect(await client.call("GET", "flat/b", token: reader).status == 403)
        #expect(await client.call("PUT", "flat/a/b", #"{"k":"w"}"#, token: reader).status == 403)
        #expect(await client.call("PUT", "flat/a/c", #"{"k":"w"}"#, token: reader).status == 204)
        #expect(await client.call("DELETE", "flat/a/c", token: reader).status == 403)
        #expect(await client.call("DELETE", "flat/a/c").status == 204)
        #expect(await client.call("DELETE", "flat/b").status == 204)
        #expect(await client.call("DELETE", "flat/a/b").status == 204)
        #expect(await client.call("GET", "flat/a/b").status == 404)
        #expect(await client.call("LIST", "secret/metadata").status == 404)
        #expect(await client.call("POST", "sys/mounts/flat/tune", #"{"options":{"version":"2"}}"#).status == 204)
        #expect(await client.call("POST", "flat/data/x", #"{"data":{"k":"v"}}"#).status == 200)
        #expect(await client.call("DELETE", "sys/mounts/kv").status == 204)
        #expect(await client.call("GET", "kv/data/a").errors.contains("no handler for route"))
        #expect(await client.call("POST", "sys/mounts/kv", #"{"type":"kv-v2"}"#).status == 204)
        #expect(await client.call("GET", "kv/data/a").status == 404)
    }

    @Test func whatAnotherProtocolMarkedForDeletionLooksDeleted() async throws {
        let client = try VaultClient()
        _ = await client.call("POST", "secret/data/a", #"{"data":{"k":"v"}}"#)
        try client.vault.markForDeletion(SecretPath("a"), purging: .now.adding(seconds: 1000))
        let deleted = await client.call("GET", "secret/data/a")
        #expect(deleted.status == 404)
        #expect(deleted["metadata"]?["deletion_time"]?.asString?.isEmpty == false)
        #expect(await client.call("POST", "secret/undelete/a", #"{"versions":[1]}"#).status == 204)
        #expect(await client.call("GET", "secret/data/a")["data"]?["k"] == "v")
    }
}
