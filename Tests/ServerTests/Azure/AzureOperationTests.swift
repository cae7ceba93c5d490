import HTTPModel
import Testing

@testable import Server

struct AzureOperationTests {
    private static func name(_ text: String) -> AzureName {
        guard let name = try? AzureName(text) else { preconditionFailure("a name") }
        return name
    }

    static let operations: [(String, String, AzureOperation)] = [
        ("PUT", "/secrets/n", .set(name("n"))), ("GET", "/secrets/n", .get(name("n"), version: nil)),
        ("GET", "/secrets/n/", .get(name("n"), version: nil)), ("GET", "/secrets/n/ab", .get(name("n"), version: "ab")),
        ("PATCH", "/secrets/n/", .update(name("n"), version: nil)),
        ("PATCH", "/secrets/n", .update(name("n"), version: nil)),
        ("PATCH", "/secrets/n/ab", .update(name("n"), version: "ab")), ("DELETE", "/secrets/n", .delete(name("n"))),
        ("GET", "/secrets", .list), ("GET", "/secrets/", .list),
        ("GET", "/secrets/n/versions", .listVersions(name("n"))), ("POST", "/secrets/n/backup", .backup(name("n"))),
        ("POST", "/secrets/restore", .restore), ("PUT", "/secrets/restore", .set(name("restore"))),
        ("GET", "/deletedsecrets", .listDeleted), ("GET", "/deletedsecrets/n", .getDeleted(name("n"))),
        ("DELETE", "/deletedsecrets/n", .purge(name("n"))), ("POST", "/deletedsecrets/n/recover", .recover(name("n"))),
        ("GET", "/secrets/a%2Db", .get(name("a-b"), version: nil)),
    ]

    @Test(arguments: operations)
    func methodAndPathSayWhatIsAsked(_ method: String, _ path: String, _ operation: AzureOperation) throws {
        #expect(AzureOperation.isHere(path))
        #expect(try AzureOperation(HTTPRequest(method: method, rawPath: path)) == operation)
    }

    @Test(arguments: [
        ("GET", "/secrets/a_b", "contains an invalid name: a_b"), ("GET", "/secrets/a%2Fb", "contains an invalid name"),
        ("GET", "/secrets/..", "contains an invalid name"), ("GET", "/secrets/%2e%2e/x", "contains an invalid name"),
        ("GET", "/secrets//x", "contains an invalid name"), ("GET", "/secrets/a%00", "contains an invalid name"),
        ("GET", "/secrets/a%", "not valid"), ("GET", "/secrets/a/b/c", "not valid"),
        ("GET", "/secrets/a%C0%AF", "not valid"),
        ("GET", "/secrets/a/b/c/d/e/f", "not valid"),
        ("PUT", "/secrets", "Method PUT does not allow operation 'secrets'"),
        ("POST", "/secrets/n", "Method POST does not allow operation 'n'"),
        ("PUT", "/deletedsecrets/n", "Method PUT"), ("POST", "/deletedsecrets/n/purge", "operation 'purge'"),
        ("LIST", "/secrets", "Method LIST"),
    ])
    func whatIsNotThereIsABadParameter(_ method: String, _ path: String, _ text: String) {
        #expect {
            try AzureOperation(HTTPRequest(method: method, rawPath: path))
        } throws: { error in
            guard let error = error as? AzureError else { return false }
            return error.status == 400 && error.code == "BadParameter" && error.message.contains(text)
        }
    }

    @Test(arguments: ["/", "/v1/secrets", "/secretsx", "/secret/n", "/api/secrets", ""])
    func otherPathsAreNotAVaults(_ path: String) { #expect(!AzureOperation.isHere(path)) }

    @Test(arguments: AzureVersion.allCases)
    func everyVersionIsKnown(_ version: AzureVersion) throws {
        #expect(try AzureVersion(parameter: version.rawValue) == version)
    }

    @Test(
        arguments: [
            (nil, "api-version must be specified"), ("", "api-version must be specified"),
            (
                "7.9",
                "The specified version (7.9) is not recognized. Consider using the latest supported version (2026-04-01)."
            ),
        ] as [(String?, String)]
    )
    func anotherVersionIsABadParameter(_ text: String?, _ message: String) {
        #expect(throws: AzureError.badParameter(message)) { try AzureVersion(parameter: text) }
    }
}
