import Findings
import HTTPModel
import Secrets
import Testing

@testable import Server

struct VaultRequestTests {
    /// What hvac 2.4 sends for each call, recorded.
    static let recorded:
        [(method: String, path: String, type: String?, body: String, LogicalRequest.Operation, String)] =
            [
                ("GET", "/v1/secret/data/a/b", nil, "", .read, "secret/data/a/b"),
                ("GET", "/v1/secret/data/a/b?version=2", nil, "", .read, "secret/data/a/b"),
                (
                    "POST", "/v1/secret/data/a/b", "application/json",
                    #"{"options": {"cas": 0}, "data": {"k": "v", "n": 1}}"#,
                    .write, "secret/data/a/b"
                ),
                ("PUT", "/v1/kv1/a", "application/json", #"{"k": "v"}"#, .write, "kv1/a"),
                ("LIST", "/v1/secret/metadata", nil, "", .list, "secret/metadata"),
                ("GET", "/v1/secret/metadata?list=True", nil, "", .list, "secret/metadata"),
                ("DELETE", "/v1/auth/approle/role/r", nil, "", .delete, "auth/approle/role/r"),
                ("HEAD", "/v1/sys/health", nil, "", .header, "sys/health"),
                ("PUT", "/v1/sys/rotate", nil, "", .write, "sys/rotate"),
                (
                    "POST", "/v1/sys/mounts/kv1", "application/json",
                    #"{"type": "kv", "description": null, "config": null, "options": null, "plugin_name": null}"#,
                    .write,
                    "sys/mounts/kv1"
                ),
                (
                    "PATCH", "/v1/secret/data/a", "application/merge-patch+json; charset=utf-8", #"{"data":{}}"#,
                    .patch,
                    "secret/data/a"
                ),
                ("SCAN", "/v1/secret/metadata/", nil, "", .scan, "secret/metadata"),
                ("GET", "/v1/secret/data/a%20b/%C3%A4", nil, "", .read, "secret/data/a b/ä"),
                ("POST", "/v1/x", "application/x-www-form-urlencoded", #"{"a":"b"}"#, .write, "x"),
            ]

    @Test(arguments: recorded)
    func aRequestOfAClientIsRead(
        _ row: (method: String, path: String, type: String?, body: String, LogicalRequest.Operation, String)
    ) throws {
        let request = try LogicalRequest(make(row.method, row.path, type: row.type, body: row.body))
        #expect(request.operation == row.4)
        #expect(request.path == row.5)
        #expect(request.id.count == 36)
    }

    static let refused: [(method: String, path: String, type: String?, body: String, Int)] = [
        // Two readings of one path: threats.md, 1.
        ("DELETE", "/v1/secret/metadata/a/../b", nil, "", 400),
        ("DELETE", "/v1/secret/metadata/a/%2e%2e/b", nil, "", 400),
        ("DELETE", "/v1/secret/metadata/a/..%2fb", nil, "", 400), ("GET", "/v1/secret//data/a", nil, "", 400),
        ("GET", "/v1/secret/./data/a", nil, "", 400), ("GET", "/v1/secret/data/a%00", nil, "", 400),
        ("GET", "/v1/secret/data/a%5c..%5cb", nil, "", 400), ("GET", "/v1/secret/data/%c0%ae%c0%ae/b", nil, "", 400),
        ("GET", "/v1/secret/data/a%2", nil, "", 400), ("GET", "/v1/secret/data/a;b", nil, "", 400),
        ("DELETE", "/v1/secret/metadata/a/%252e%252e/b", nil, "", 400), ("GET", "/v1/secret/data/%zz", nil, "", 400),
        ("GET", "/v1/" + String(repeating: "a", count: 5000), nil, "", 400), ("GET", "/v1//", nil, "", 400),
        ("GET", "/v1//secret/data/a", nil, "", 400),
        ("GET", "/v1/", nil, "", 404), ("GET", "/v2/secret", nil, "", 404), ("GET", "/v1", nil, "", 404),
        // Verbs.
        ("OPTIONS", "/v1/secret/data/a", nil, "", 405), ("BREW", "/v1/secret/data/a", nil, "", 405),
        ("GET", "/v1/secret/metadata?list=maybe", nil, "", 400),
        ("GET", "/v1/secret/metadata?list=1&scan=1", nil, "", 400),
        ("PATCH", "/v1/secret/data/a", "application/json", "{}", 415), ("PATCH", "/v1/secret/data/a", nil, "{}", 415),
        // Bodies: threats.md, 7.
        ("POST", "/v1/a", nil, "[1]", 400), ("POST", "/v1/a", nil, "{", 400), ("POST", "/v1/a", nil, #"{"a":1}x"#, 400),
        ("POST", "/v1/a", nil, #"{"a":"# + String(repeating: "[", count: 400), 400),
        ("POST", "/v1/a", nil, #"{"a":["# + String(repeating: "1,", count: 100_001) + "1]}", 400),
        ("POST", "/v1/a", "application/x-www-form-urlencoded", "a=%2", 400),
        ("GET", "/v1/a?" + String(repeating: "a&", count: 2000), nil, "", 400),
    ]

    @Test(arguments: refused)
    func whatCanBeReadInTwoWaysOrIsTooMuchIsRefused(
        _ row: (method: String, path: String, type: String?, body: String, Int)
    ) {
        let fault = #expect(throws: LogicalFault.self) {
            try LogicalRequest(make(row.method, row.path, type: row.type, body: row.body))
        }
        #expect(fault?.status == row.4)
    }

    @Test(arguments: ["a/...", "a..b", "..a", "a/b.", "a:b", "é", "a/..b/c"])
    func dotsWithinASegmentAreLetters(_ path: String) throws {
        #expect(try LogicalRequest(make("GET", "/v1/secret/data/\(path)")).path == "secret/data/\(path)")
    }

    @Test func aBodyThatIsTooLargeIsNotParsed() {
        let body = [UInt8](repeating: UInt8(ascii: " "), count: LogicalLimits.body + 1)
        let fault = #expect(throws: LogicalFault.self) {
            try LogicalRequest(HTTPRequest(method: "POST", rawPath: "/v1/a", body: body))
        }
        #expect(fault?.status == 413)
    }

    @Test func noErrorShowsWhatWasSent() {
        for body in [#"{"password":"CANARY"#, #"{"a":CANARY}"#, #"["CANARY"]"#, #"{"CANARY":1,"CANARY":2}"#] {
            let fault = #expect(throws: LogicalFault.self) { try LogicalRequest(make("POST", "/v1/a", body: body)) }
            #expect(fault.map { $0.errors.joined().contains("CANARY") } == false)
        }
    }

    static let tokens: [(HTTPHeaders, String?)] = [
        (["X-Vault-Token": "hvs.example"], "hvs.example"), (["x-vault-token": "hvs.example"], "hvs.example"),
        (["Authorization": "Bearer hvs.example"], "hvs.example"),
        (["Authorization": "bearer  hvs.example"], "hvs.example"),
        (["Authorization": "Basic eA=="], nil), (["X-Vault-Token": ""], nil), ([:], nil),
        (["X-Vault-Token": "one", "Authorization": "Bearer two"], "one"),
    ]

    @Test(arguments: tokens)
    func theTokenStandsInEitherHeader(_ row: (HTTPHeaders, String?)) throws {
        let request = try LogicalRequest(HTTPRequest(method: "GET", rawPath: "/v1/a", headers: row.0))
        #expect(request.token?.reveal() == row.1)
    }

    static let headers: [(String, String, Int?)] = [
        ("X-Vault-Token", String(repeating: "a", count: 8193), 400),
        ("Authorization", "Bearer " + String(repeating: "a", count: 8193), 400),
        ("X-Vault-Wrap-TTL", "-60", 400), ("X-Vault-Wrap-TTL", "CANARY", 400), ("X-Vault-Wrap-TTL", "1h", nil),
        ("X-Vault-Wrap-TTL", "0", nil),
        ("X-Vault-Namespace", "team", 404), ("X-Vault-Namespace", "root", nil), ("X-Vault-Namespace", "", nil),
        ("X-Vault-Namespace", "ROOT", 404),
    ]

    @Test(arguments: headers)
    func aHeaderThatCannotBeObeyedIsRefused(_ row: (String, String, Int?)) {
        let request = HTTPRequest(method: "GET", rawPath: "/v1/a", headers: HTTPHeaders([.init(row.0, row.1)]))
        let found = fault { _ = try LogicalRequest(request) }
        #expect(found?.status == row.2)
    }

    @Test func aFormIsRead() throws {
        let request = try LogicalRequest(
            make("POST", "/v1/a", type: "application/x-www-form-urlencoded", body: "role_id=a+b&x=1&x=2")
        )
        #expect(request.parameters["role_id"] == "a b")
        #expect(request.parameters["x"] == ["1", "2"])
    }

    func make(_ method: String, _ path: String, type: String? = nil, body: String = "") -> HTTPRequest {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        return HTTPRequest(
            method: method,
            rawPath: parts[0],
            rawQuery: parts.count > 1 ? parts[1] : nil,
            headers: type.map { ["Content-Type": $0] } ?? [:],
            body: Array(body.utf8)
        )
    }
}

struct VaultParameterTests {
    func parameters(_ json: String) throws -> LogicalParameters {
        LogicalParameters(try #require(try JSONValue(parsing: Array(json.utf8)).asObject))
    }

    @Test func typesAreAsLooseAsVaults() throws {
        let body = try parameters(
            #"""
            {"n":"7","f":"true","t":12,"l":"a, b,,c","a":["a",1],"d":"1h","m":"{\"a\":\"b\"}","p":"x=1,y=2","z":null,"o":{"a":1}}
            """#
        )
        #expect(try body.integer("n") == 7)
        #expect(try body.flag("f") == true)
        #expect(try body.text("t") == "12")
        #expect(try body.list("l") == ["a", "b", "c"])
        #expect(try body.list("a") == ["a", "1"])
        #expect(try body.duration("d") == 3600)
        #expect(try body.duration("t") == 12)
        #expect(try body.map("m") == ["a": "b"])
        #expect(try body.map("p") == ["x": "1", "y": "2"])
        #expect(try body.map("o") == ["a": "1"])
        #expect(try body.text("z") == nil)
        #expect(try body.text("missing") == nil)
    }

    @Test func aMistakeNamesTheParameterAndNotTheValue() throws {
        let body = try parameters(#"{"x":"CANARY","y":{"a":["CANARY"]}}"#)
        let calls: [() throws -> Void] = [
            { _ = try body.integer("x") }, { _ = try body.flag("x") }, { _ = try body.duration("x") },
            { _ = try body.text("y") }, { _ = try body.list("y") }, { _ = try body.map("y") },
            { _ = try body.map("x") }, { _ = try body.object("x") },
        ]
        for call in calls {
            let fault = #expect(throws: LogicalFault.self) { try call() }
            #expect(fault?.status == 400)
            #expect(fault?.errors.first?.contains("for field \"") == true)
            #expect(fault?.errors.first?.contains("CANARY") == false)
        }
    }

    static let durations: [(String, Int?)] = [
        ("", 0), ("0", 0), ("60", 60), ("60s", 60), ("1h", 3600), ("1h30m", 5400), ("1.5h", 5400), ("7d", 604_800),
        ("-5s", -5), ("1500ms", 1), ("500ms500ms", 1), ("+5", 5), (".5m", 30), ("1h0m0s", 3600), ("-", nil), ("h", nil),
        ("1x", nil), ("1 h", nil), ("99999999999999999999", nil), ("99999999999h", nil), ("1..5h", nil), ("--5", nil),
        (String(repeating: "1h", count: 60), nil), ("5s5", nil), ("3153600001", nil),
    ]

    @Test(arguments: durations)
    func durationsAreReadAsGoReadsThem(_ row: (String, Int?)) { #expect(GoDuration.seconds(row.0) == row.1) }

    @Test(arguments: [(0, "0s"), (45, "45s"), (120, "2m0s"), (3600, "1h0m0s"), (90_061, "25h1m1s"), (-5, "-5s")])
    func durationsArePrintedAsGoPrintsThem(_ row: (Int, String)) { #expect(GoDuration.text(row.0) == row.1) }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.0.0.1/32", true), ("0.0.0.0/0", true), ("::1", true), ("2001:db8::/32", true),
        ("::ffff:1.2.3.4", true), ("1.2.3", false), ("1.2.3.256", false), ("1.2.3.4/33", false), ("::/129", false),
        ("1:2:3:4:5:6:7:8:9", false), ("a::b::c", false), ("", false), ("host", false), ("01.2.3.4", false),
    ])
    func networksHaveAForm(_ row: (String, Bool)) {
        let found = fault { _ = try NetworkList.checked([row.0], in: "x") }
        #expect((found == nil) == row.1)
    }

    @Test func namesOfPoliciesAreOneInEveryCase() {
        #expect(PolicyNames.clean([" Root", "ROOT", "root ", "b", "", "a"]) == ["a", "b", "root"])
    }
}

/// The fault that a closure throws, if it throws one.
func fault(_ body: () throws -> Void) -> LogicalFault? {
    do {
        try body()
        return nil
    } catch {
        return error as? LogicalFault
    }
}
