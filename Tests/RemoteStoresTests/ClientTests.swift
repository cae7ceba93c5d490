import Findings
import Secrets
import Testing

@testable import RemoteStores

/// What is sent, and what is taken from an answer.
@Suite struct ClientTests {
    @Test(arguments: [
        (["secrets", "shop", "production"], [(String, String)](), "/api/v1/secrets/shop/production"),
        (["principals", "ada@example.org"], [], "/api/v1/principals/ada%40example.org"),
        (["policies", "../../sys"], [], "/api/v1/policies/..%2F..%2Fsys"),
        (["roles", "a b\r\nX: y?#%"], [], "/api/v1/roles/a%20b%0D%0AX%3A%20y%3F%23%25"),
        (["blocks"], [("range", "10.0.0.0/8"), ("a&b", "ä")], "/api/v1/blocks?range=10.0.0.0%2F8&a%26b=%C3%A4"),
    ])
    func `whatever is in a name or a query stays there`(path: [String], query: [(String, String)], target: String) {
        #expect(KeyfolioClient.target(path, query) == target)
    }

    @Test(arguments: ["", "a b", "a\r\nX-Other: y", "a\u{0}b", "é", String(repeating: "a", count: 4097)])
    func `a token is one word`(text: String) throws {
        let address = try ServerAddress("https://a")
        do throws(RemoteError) {
            _ = try ServerConnection(address, token: Secret(text))
            Issue.record("it was taken")
        } catch { #expect(error.code == "KF-REMOTE-018") }
    }

    @Test(arguments: [
        #"{"id":"a","principal":"p","policies":["x"],"created":"t","secret":"word"}"#,
        #"{"id":"a","policies":[],"created":"t","secret":"word","more":{"a":1}}"#,
        #"{"id":"a","principal":null,"policies":[],"created":"t","secret":"word"}"#,
    ])
    func `a record has what its shape says, and nothing else`(text: String) throws {
        let record = try #require(RecordShape.issuedCredential.read(JSONValue(parsing: Array(text.utf8))))
        #expect(record.json.asObject?.keys == ["id", "principal", "policies", "created", "secret"])
        #expect(record.text("secret") == "word")
    }

    @Test(arguments: [
        #"{}"#, #"[]"#, #""a""#, #"{"id":1,"policies":[],"created":"t","secret":"word"}"#,
        #"{"id":"a","policies":[1],"created":"t","secret":"word"}"#,
        #"{"id":"a","policies":{},"created":"t","secret":"word"}"#, #"{"id":"a","policies":[],"created":"t"}"#,
        #"{"id":"a","policies":[],"created":"t","secret":""}"#,
        #"{"id":"a","policies":[],"created":"t","secret":"\u001b[2J"}"#,
        #"{"id":"a","principal":1,"policies":[],"created":"t","secret":"word"}"#,
    ])
    func `what is no record is refused`(text: String) throws {
        #expect(RecordShape.issuedCredential.read(try JSONValue(parsing: Array(text.utf8))) == nil)
    }

    @Test(arguments: ["a\u{1B}[2J", "a/\u{202E}b", "a\u{200B}b", "a\u{2066}b", "a b", "", "a\nb"])
    func `a path is what a store can have, so none turns a terminal around`(path: String) throws {
        #expect(RecordShape.secret.read(["path": .string(path)]) == nil)
        #expect(RecordShape.secret.read(["path": "@kv/a=20b"]) != nil)
    }

    @Test func `a server's words cannot drive a terminal, and have an end`() {
        #expect(visible("a\u{1B}[2J\nb\u{202E}") == "a\\u{1B}[2J\\nb\\u{202E}")
        #expect(visible(String(repeating: "a", count: 5000)).count == 1001)
        #expect(visible("short") == "short")
    }

    @Test func `every code stands in the catalogue once`() {
        let codes = RemoteError.allCodes.map(\.code)
        #expect(Set(codes).count == codes.count && codes.allSatisfy { $0.hasPrefix("KF-REMOTE-") })
        #expect(RemoteError.allCodes.allSatisfy { !$0.title.isEmpty })
    }
}
