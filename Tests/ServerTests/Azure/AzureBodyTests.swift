import HTTPModel
import SecretStore
import Secrets
import Testing

@testable import Server

struct AzureBodyTests {
    @Test func whatTheSDKSendsIsRead() throws {
        let body = """
            {"value": "v", "tags": {"a": "b"}, "contentType": "text/plain", \
            "attributes": {"enabled": false, "nbf": 1735689600, "exp": 1893456000}}
            """
        let (value, changes) = try AzureBody.set(Array(body.utf8))
        #expect(value == Secret("v"))
        #expect(changes.isEnabled == false)
        #expect(changes.notBefore?.seconds == 1_735_689_600)
        #expect(changes.expires?.seconds == 1_893_456_000)
        #expect(changes.contentType == "text/plain")
        #expect(changes.tags == ["a": "b"])
    }

    @Test func whatIsLeftOutStays() throws {
        #expect(
            try AzureBody.update(Array(#"{"attributes":{},"tags":null,"contentType":null}"#.utf8))
                == AzureBody.Changes()
        )
        let emptied = try AzureBody.update(Array(#"{"contentType": "", "tags": {}}"#.utf8))
        #expect(emptied.contentType == "")
        #expect(emptied.tags == [:])
    }

    static let canary = "canary-3f1d"
    static let faults: [String] = [
        "", canary, "[\"\(canary)\"]", "{\"value\":[\"\(canary)\"]}", "{\"value\":\"\(canary)",
        "{\"value\":\"\(canary)\",\"value\":\"\(canary)\"}", "{\"other\":\"\(canary)\"}",
        "{\"value\":\"\(canary)\",\"tags\":{\"a\":[\"\(canary)\"]}}",
        "{\"value\":\"\(canary)\",\"tags\":\"\(canary)\"}",
        "{\"value\":\"\(canary)\",\"attributes\":{\"exp\":\"\(canary)\"}}",
        "{\"value\":\"\(canary)\",\"attributes\":{\"exp\":1e400}}",
        "{\"value\":\"\(canary)\",\"attributes\":{\"nbf\":-1}}",
        "{\"value\":\"\(canary)\",\"attributes\":{\"nbf\":253402300800}}",
        "{\"value\":\"\(canary)\",\"attributes\":{\"enabled\":1}}", "{\"value\":\"\(canary)\",\"attributes\":7}",
        "{\"value\":\"\(canary)\",\"contentType\":{}}", "{\"value\":\"\(canary)\\uD800\"}",
        "{\"value\":" + String(repeating: "[", count: 100_000), String(repeating: " ", count: (512 << 10) + 1),
        "{\"value\":\"" + canary + String(repeating: "x", count: 25 * 1024) + "\"}",
        "{\"value\":\"\(canary)\",\"contentType\":\"" + String(repeating: "c", count: 256) + "\"}",
        "{\"value\":\"\(canary)\",\"tags\":{\"\":\"x\"}}",
        "{\"value\":\"\(canary)\",\"tags\":{\"" + String(repeating: "t", count: 257) + "\":\"\"}}",
        "{\"value\":\"\(canary)\",\"tags\":{" + (0..<16).map { "\"t\($0)\":\"\"" }.joined(separator: ",") + "}}",
    ]

    @Test(arguments: faults)
    func aBadBodyIsABadParameterThatTellsNothingOfIt(_ body: String) {
        #expect {
            try AzureBody.set(Array(body.utf8))
        } throws: { error in
            guard let error = error as? AzureError else { return false }
            let said = String(decoding: error.body, as: UTF8.self)
            return error.status == 400 && error.code == "BadParameter" && !said.contains("canary")
        }
    }

    @Test func aValueOf25KilobytesFits() throws {
        let text = String(repeating: "\\u00e9", count: 12_800)
        #expect(try AzureBody.set(Array("{\"value\":\"\(text)\"}".utf8)).value.byteCount == 25_600)
    }

    @Test(arguments: ["AAEC_w", "AAEC_w=="])
    func aBackupIsBase64ForURLs(_ text: String) throws {
        #expect(try AzureBody.restore(Array("{\"value\":\"\(text)\"}".utf8)) == [0, 1, 2, 255])
    }

    @Test(arguments: ["", "A", "AAEC/w", "AAEC_x", "AAEC_w=", "é"])
    func anotherTextIsNoBackup(_ text: String) {
        #expect(throws: AzureError.backupUnreadable) { try AzureBody.restore(Array("{\"value\":\"\(text)\"}".utf8)) }
    }
}
