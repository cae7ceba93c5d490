import AccessPolicy
import Findings
import Testing

struct PolicyParsingTests {
    @Test(arguments: [
        #"path "a" { capabilities = ["read", "list"] }"#,
        #"path "a" { capabilities = ["read", "list",] }"#,
        #""path" "a" { "capabilities" = ["read", "list"] }"#,
        "# one\n// two\n/* three\n * */ path \"a\" { # four\n capabilities = [\"read\", # five\n \"list\"] }\r\n",
        #"name = "n" path "a" { policy = "read" }"#,
        #"name = "n", path "a" { policy = "read", comment = "c" },"#,
        #"path "a" { capabilities = ["read"] } path "/a" { capabilities = ["list"] }"#,
        #"path "a" { policy = "read" capabilities = ["list"] }"#,
        #"path "\u0061" { capabilities = ["\x72ead", "\154ist"] }"#,
        #"{"path": {"a": {"capabilities": ["read", "list"]}}}"#,
        #" {"name": "n", "path": [{"a": {"capabilities": ["read"]}}, {"a": {"policy": "read"}}]}"#,
        #"{"path": {"a": [{"capabilities": ["read", "list"]}]}}"#,
        "\u{FEFF}{\"path\": {\"a\": {\"capabilities\": [\"read\", \"list\"]}}}",
        "\u{FEFF}path \"a\" { policy = \"read\" }",
    ])
    func everySpellingGivesTheSameRights(_ text: String) throws {
        let control = access(try PolicyDocument(parsing: text))
        #expect(control.capabilities(on: "a") == [.list, .read])
    }

    @Test func theLegacyWordsMeanCapabilities() throws {
        let expected: [String: [Capability]] = [
            "deny": [.deny], "read": [.list, .read], "write": [.create, .delete, .list, .read, .update],
            "sudo": [.create, .delete, .list, .read, .sudo, .update],
        ]
        for (word, capabilities) in expected {
            let document = try PolicyDocument(parsing: "path \"a\" { policy = \"\(word)\" }")
            #expect(document.rules.map(\.capabilities.sorted) == [capabilities])
        }
    }

    @Test func denyTakesTheOtherCapabilitiesAway() throws {
        let document = try PolicyDocument(parsing: #"path "a" { capabilities = ["read", "deny", "list"] }"#)
        #expect(document.rules[0].capabilities == .deny)
    }

    @Test func valuesOfParametersKeepTheirKind() throws {
        let text = """
            path "a" {
              allowed_parameters { k = ["t", 1, -2.50, true, 0x1F, 017, [1, "x"], { deep = false }] }
              denied_parameters = { "q" = [<<EOF
            line
              two
            EOF
            , <<-END
                one
                  two
                END
            ] }
              required_parameters = ["K", "k"]
              min_wrapping_ttl = 90
              max_wrapping_ttl = "1h30m"
            }
            """
        let rule = try #require(try PolicyDocument(parsing: text).rules.first)
        let half = try JSONValue(parsing: Array("-2.50".utf8))
        let values: [JSONValue] = ["t", 1, half, true, 31, 15, [1, "x"], ["deep": false]]
        #expect(rule.allowedParameters == ["k": values])
        #expect(rule.deniedParameters == ["q": ["line\n  two\n", "one\n  two\n"]])
        #expect(rule.requiredParameters == ["k"])
        #expect(rule.minimumWrapping == 90 && rule.maximumWrapping == 5400)
    }

    @Test(arguments: [
        // What, code, line, column.
        ("path \"a\" {\n  capabilitis = [\"read\"]\n}", "020", 2, 3), ("paths \"a\" {}", "020", 1, 1),
        ("\n  role = \"x\"", "020", 2, 3), ("path \"a\" { capabilities = [\"canary\"] }", "026", 1, 28),
        ("path \"a\" { capabilities = [\"root\"] }", "026", 1, 28),
        ("path \"a\" { capabilities = \"read\" }", "024", 1, 27),
        ("path \"a\" { capabilities = [1] }", "023", 1, 28), ("path \"a\" { policy = \"canary\" }", "027", 1, 21),
        ("path \"a\" { policy = \"read\"\npolicy = \"read\" }", "021", 2, 1), ("path { }", "022", 1, 1),
        ("path = { a = {} }", "022", 1, 1), ("path \"a\" = {}", "022", 1, 1), ("path \"a\" \"b\" {}", "011", 1, 10),
        ("path \"a\" { capabilities = [\"read\" }", "011", 1, 35), ("path \"a\" {", "010", 1, 11),
        ("path \"a\" { capabilities = [", "010", 1, 28), ("path \"a", "010", 1, 6), ("path", "010", 1, 5),
        ("path \"a\\q\" {}", "012", 1, 8), ("path \"\\ud800\" {}", "012", 1, 7), ("path \"a\nb\" {}", "014", 1, 8),
        ("/* x", "015", 1, 1), ("{\"path\": ", "016", 1, 10), ("{\"path\": {\"a\": {}, \"a\": {}}}", "016", 1, 20),
        ("{\"path\": {\"a\": {\"x\": 1}}}", "020", 1, 17), ("{\"path\": \"a\"}", "025", 1, 10),
        ("{\"role\": 1}", "020", 1, 2),
        ("{\"path\": {\"a\": 1}}", "025", 1, 16), ("path \"a/+*\" {}", "031", 1, 6), ("path \"{{a\" {}", "032", 1, 6),
        ("path \"a}}\" {}", "032", 1, 6), ("path \"{{}}\" {}", "032", 1, 6), ("path \"{{a{{b}}\" {}", "032", 1, 6),
        ("path \"a\" { min_wrapping_ttl = \"x\" }", "029", 1, 31),
        ("path \"a\" { min_wrapping_ttl = -1 }", "029", 1, 31),
        ("path \"a\" { min_wrapping_ttl = \"5m3\" }", "029", 1, 31),
        ("path \"a\" { max_wrapping_ttl = \"99999999999h\" }", "029", 1, 31),
        ("path \"a\" { min_wrapping_ttl = 9\n max_wrapping_ttl = 8 }", "030", 1, 6),
        ("path \"a\" { allowed_parameters = [] }", "025", 1, 33),
        ("path \"a\" { allowed_parameters = { k = 1 } }", "024", 1, 39),
        ("path \"a\" { allowed_parameters = { k = [], K = [] } }", "021", 1, 43),
        ("path \"a\" { allowed_parameters = { k = [1.2.3] } }", "013", 1, 40),
        ("path \"a\" { mfa_methods = [\"x\"] }", "028", 1, 12), ("path \"a\" { control_group = {} }", "028", 1, 12),
        ("path \"a\" { expiration = \"2020\" }", "028", 1, 12), ("é ", "011", 1, 1), ("path \"é\" é", "011", 1, 10),
        ("= 1", "011", 1, 1), ("path \"a\" { capabilities = [<<E\nread\n] }", "010", 1, 28), ("name{}", "023", 1, 5),
    ])
    func aFaultIsNamedWithItsPlaceAndNothingOfTheText(_ text: String, _ code: String, _ line: Int, _ column: Int) {
        let error = #expect(throws: PolicyError.self) { try PolicyDocument(parsing: text) }
        #expect(error?.code == "KF-POLICY-\(code)")
        #expect(error?.line == line && error?.column == column, "\(error.map(String.init(describing:)) ?? "")")
        #expect(error.map { !"\($0)".contains("canary") } == true)
    }

    @Test func theBoundsHold() throws {
        let long = String(repeating: "#", count: PolicyLimits.textBytes)
        #expect(try PolicyDocument(parsing: long).rules.isEmpty)
        #expect(throws: PolicyError.self) { try PolicyDocument(parsing: long + "#") }

        let rule = "path \"a\" {}\n"
        #expect(try PolicyDocument(parsing: String(repeating: rule, count: 10_000)).rules.count == 10_000)
        let many = #expect(throws: PolicyError.self) {
            try PolicyDocument(parsing: String(repeating: rule, count: 10_001))
        }
        #expect(many?.code == "KF-POLICY-002" && many?.line == 10_001)

        func nested(_ depth: Int) -> String {
            let lists = depth - 2
            let (open, close) = (String(repeating: "[", count: lists), String(repeating: "]", count: lists))
            return "path \"a\" { allowed_parameters = { k = \(open)\(close) } }"
        }
        #expect(try PolicyDocument(parsing: nested(32)).rules.count == 1)
        let deep = #expect(throws: PolicyError.self) { try PolicyDocument(parsing: nested(33)) }
        #expect(deep?.code == "KF-POLICY-003")
        let abyss = #expect(throws: PolicyError.self) { try PolicyDocument(parsing: nested(200_000)) }
        #expect(abyss?.code == "KF-POLICY-003")
        let jsonAbyss = String(repeating: "{\"path\":", count: 100_000)
        #expect(throws: PolicyError.self) { try PolicyDocument(parsing: jsonAbyss) }

        let pattern = String(repeating: "a", count: 4097)
        let wide = #expect(throws: PolicyError.self) { try PolicyDocument(parsing: "path \"\(pattern)\" {}") }
        #expect(wide?.code == "KF-POLICY-033")
    }

    @Test func theJSONFormReadsBackAsTheSameRules() throws {
        let texts =
            BuiltInRole.allCases.map(\.text) + [
                DefaultPolicy.text,
                #"path "q\"\\\u00e9" { allowed_parameters = { a = ["x", 1, 2.50, true], "*" = [] } min_wrapping_ttl = 5 }"#,
                #"path "a" { denied_parameters = { b = [] } required_parameters = ["c"] max_wrapping_ttl = "9s" }"#, "",
            ]
        for text in texts {
            let document = try PolicyDocument(parsing: text)
            for layout in [JSONValue.Layout.compact, .pretty] {
                #expect(try PolicyDocument(parsing: document.json.text(layout)) == document)
            }
        }
    }
}
