import Findings
import SecretStore
import Secrets
import Testing

@testable import Server

struct VaultKVTests {
    func object(_ json: String) throws -> JSONObject {
        try #require(try JSONValue(parsing: Array(json.utf8)).asObject)
    }

    /// The examples of RFC 7396, appendix A, that have objects at the top.
    static let patches: [(String, String, String)] = [
        (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
        (#"{"a":"b"}"#, #"{"a":null}"#, #"{}"#), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
        (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
        (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
        (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#),
        (#"{}"#, #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
        (#"{"a":1.10}"#, #"{"b":1e400}"#, #"{"a":1.10,"b":1e400}"#),
    ]

    @Test(arguments: patches)
    func aMergePatchDoesWhatTheRFCSays(_ row: (String, String, String)) throws {
        let result = MergePatch.apply(try object(row.1), to: try object(row.0))
        #expect(JSONValue.object(result).text() == row.2)
    }

    static let outlines: [(Int, String)] = [
        (0, #"{"a":null,"b":{"c":{"d":null},"e":null},"f":null,"g":null}"#),
        (1, #"{"a":null,"b":null,"f":null,"g":null}"#),
        (2, #"{"a":null,"b":{"c":null,"e":null},"f":null,"g":null}"#),
    ]

    @Test(arguments: outlines)
    func subkeysShowNamesAndNoValues(_ row: (Int, String)) throws {
        let data = try object(#"{"a":"x","b":{"c":{"d":1},"e":[{"z":1}]},"f":{},"g":null}"#)
        #expect(JSONValue.object(MergePatch.subkeys(of: data, depth: row.0)).text() == row.1)
    }

    static let data: [(String, Payload.Kind)] = [
        (#"{"a":"b"}"#, .fields), (#"{}"#, .fields), (#"{"a":1}"#, .text),
        (#"{"a":1.10,"b":12345678901234567890}"#, .text),
        (#"{"a":null}"#, .text), (#"{"":"x"}"#, .text), (#"{"a":{"b":"c"}}"#, .text), (#"{"a\n":"b"}"#, .text),
        (#"{"value":"x"}"#, .fields), (#"{"binary":"AAE="}"#, .fields),
    ]

    @Test(arguments: data)
    func dataComesBackAsItWas(_ row: (String, Payload.Kind)) throws {
        let payload = KVData.payload(of: try object(row.0))
        #expect(payload.kind == row.1)
        #expect(JSONValue.object(KVData.object(of: payload)).text() == row.0)
    }

    @Test func namesThatLookAlikeStayApart() throws {
        let composed = "\u{E9}"
        let decomposed = "e\u{301}"
        let payload = KVData.payload(of: try object("{\"\(composed)\":\"1\",\"\(decomposed)\":\"2\"}"))
        #expect(KVData.object(of: payload).count == 2)
    }

    static let foreign: [(Payload, String)] = [
        (.text(Secret("plain")), #"{"value":"plain"}"#), (.text(Secret("[1]")), #"{"value":"[1]"}"#),
        (.text(Secret(#"{"a": 1.10}"#)), #"{"a":1.10}"#), (.text(Secret(#"{"a""#)), #"{"value":"{\"a\""}"#),
        (.bytes(Secret([0, 1, 255])), #"{"binary":"AAH/"}"#), (.bytes(Secret([])), #"{"binary":""}"#),
        (.bytes(Secret([1])), #"{"binary":"AQ=="}"#),
        (.fields(["b": Secret("2"), "a": Secret("1")]), #"{"a":"1","b":"2"}"#),
    ]

    @Test(arguments: foreign)
    func whatOtherProtocolsWroteIsAnObject(_ row: (Payload, String)) {
        #expect(JSONValue.object(KVData.object(of: row.0)).text() == row.1)
    }

    static let paths: [(String, String, String)] = [
        ("secret", "app/db", "app/db"), ("kv", "app", "@kv/app"), ("team/kv", "a", "@team=2Fkv/a"),
        ("secret", "@kv/app", "=40kv/app"), ("secret", "a/@b", "a/@b"), ("secret", "a=3D", "a=3D3D"),
        ("secret", "a=3d", "a=3d"),
        ("secret", "a b", "a=20b"), ("secret", "é", "=C3=A9"), ("secret", "a/+/b", "a/=2B/b"), ("secret", "a+", "a+"),
        ("secret", "a/\u{301}b", "a/=CC=81b"), ("secret", "a\u{600}/b", "a=D8=80/b"),
        ("kv", "@x", "@kv/@x"), ("secret", "a*", "a=2A"),
        ("secret", "a\u{202E}b\u{200B}", "a=E2=80=AEb=E2=80=8B"), ("secret", "a\u{1B}[2J", "a=1B=5B2J"),
    ]

    @Test(arguments: paths)
    func aPathIsStoredAndComesBack(_ row: (String, String, String)) throws {
        let mount = KVPath(mount: row.0)
        let stored = try mount.secret(row.1)
        #expect(stored.text == row.2)
        #expect(mount.path(of: stored) == row.1)
    }

    @Test func aSecretOfAnotherMountIsNotShown() throws {
        #expect(KVPath(mount: "secret").path(of: try SecretPath("@kv/app")) == nil)
        #expect(KVPath(mount: "kv").path(of: try SecretPath("app")) == nil)
        #expect(KVPath(mount: "kv").path(of: try SecretPath("@kv2/app")) == nil)
        #expect(try KVPath(mount: "secret").prefix("") == nil)
        #expect(try KVPath(mount: "kv").prefix("")?.text == "@kv")
    }

    @Test(arguments: ["", String(repeating: "a", count: 1025), String(repeating: "é", count: 300)])
    func aPathThatCannotBeStoredIsRefused(_ path: String) {
        #expect(throws: LogicalFault.self) { try KVPath(mount: "secret").secret(path) }
    }

    @Test func aListShowsOneLevel() {
        var level = KVLevel()
        for path in ["b/c", "a", "b", "b/d/e", "c/d", ""] { level.add(path[...]) }
        #expect(level.page(after: "", limit: 0) == ["a", "b", "b/", "c/"])
        #expect(level.page(after: "a", limit: 2) == ["b", "b/"])
        #expect(level.page(after: "", limit: -1) == ["a", "b", "b/", "c/"])
    }

    @Test func momentsArePrintedWithoutZerosAtTheEnd() {
        #expect(VaultTime.text(Timestamp(microseconds: 0)) == "1970-01-01T00:00:00Z")
        #expect(VaultTime.text(Timestamp(microseconds: 1_500_000)) == "1970-01-01T00:00:01.5Z")
        #expect(VaultTime.text(Timestamp(microseconds: 10)) == "1970-01-01T00:00:00.00001Z")
    }

    static let badMetadata: [String] = [
        #"{"custom_metadata":{"":"x"}}"#, #"{"custom_metadata":{"a":""}}"#, #"{"custom_metadata":{"a":["CANARY"]}}"#,
        "{\"custom_metadata\":{\"\(String(repeating: "k", count: 129))\":\"x\"}}",
        "{\"custom_metadata\":{\"a\":\"\(String(repeating: "CANARY", count: 100))\"}}",
        #"{"custom_metadata":{"a":"CANARY\u0007"}}"#, #"{"custom_metadata":{"a\u200e":"b"}}"#,
        #"{"custom_metadata":"x"}"#,
        "{\"custom_metadata\":{\((0...64).map { "\"k\($0)\":\"v\"" }.joined(separator: ","))}}",
        #"{"max_versions":-1}"#, #"{"max_versions":9999999999}"#, #"{"delete_version_after":"-1s"}"#,
        #"{"cas_required":"x"}"#,
    ]

    @Test(arguments: badMetadata)
    func customMetadataHasLimits(_ body: String) throws {
        let parameters = LogicalParameters(try object(body))
        let fault = #expect(throws: LogicalFault.self) { try KVMetadataChange(parameters, isPatch: false) }
        #expect(fault?.status == 400)
        #expect(fault?.errors.joined().contains("CANARY") == false)
    }

    @Test func aPatchOfMetadataMergesAndClears() throws {
        let patch = LogicalParameters(
            try object(#"{"custom_metadata":{"a":null,"b":"2"},"max_versions":null,"cas_required":true}"#)
        )
        let change = try KVMetadataChange(patch, isPatch: true)
        #expect(change.versionsKept == .clear)
        #expect(change.isCheckAndSetRequired == .set(true))
        #expect(change.deletesVersionsAfter == .keep)
        #expect(change.names?.applied(to: ["a": "1", "c": "3"]) == ["b": "2", "c": "3"])
        let write = try KVMetadataChange(
            LogicalParameters(try object(#"{"custom_metadata":{"b":"2"}}"#)),
            isPatch: false
        )
        #expect(write.names?.applied(to: ["a": "1"]) == ["b": "2"])
        #expect(try KVMetadataChange(LogicalParameters(try object(#"{"max_versions":null}"#)), isPatch: false).isEmpty)
    }

    @Test func versionsAreGivenInEveryWay() throws {
        for body in [#"{"versions":[1,2]}"#, #"{"versions":["1","2"]}"#, #"{"versions":"1,2"}"#] {
            #expect(try KVVersions.numbers(LogicalParameters(try object(body))) == [1, 2])
        }
        for body in [#"{}"#, #"{"versions":[]}"#, #"{"versions":["x"]}"#, #"{"versions":[-1]}"#] {
            #expect(throws: LogicalFault.self) { try KVVersions.numbers(LogicalParameters(try object(body))) }
        }
    }
}
