import HTTPModel
import SecretStore
import Secrets
import Testing

@testable import Server

struct AzureBundleTests {
    private func host() throws -> AzureHost {
        let origin = HTTPOrigin(address: "127.0.0.1", isEncrypted: true)
        let request = HTTPRequest(method: "GET", rawPath: "/", headers: ["Host": "t.localhost:1"], origin: origin)
        return try AzureHost(request, settings: AzureSettings())
    }

    private func text(_ object: AzureObject) -> String { String(decoding: object.bytes, as: UTF8.self) }

    private func time(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

    @Test func aBundleIsWrittenAsTheServiceWritesIt() throws {
        var bundle = AzureBundle(name: "n", version: "00ff", value: Secret("a\"b"))
        bundle.attributes = .init(
            contentType: "text/plain",
            isEnabled: false,
            notBefore: time(1),
            expires: time(2),
            created: time(3),
            updated: time(4),
            tags: ["b": "2", "a": "1"]
        )
        #expect(
            try text(bundle.object(host(), .v2026, AzureSettings())) == """
                {"value":"a\\"b","contentType":"text/plain","id":"https://t.localhost:1/secrets/n/00ff",\
                "attributes":{"enabled":false,"nbf":1,"exp":2,"created":3,"updated":4,\
                "recoveryLevel":"Recoverable+Purgeable","recoverableDays":90},"tags":{"a":"1","b":"2"}}
                """
        )
    }

    @Test func aDeletedOneTellsWhenAndHowToGetItBack() throws {
        var bundle = AzureBundle(name: "n", version: nil)
        bundle.deletion = (time(5), time(6))
        #expect(
            try text(bundle.object(host(), .v70, AzureSettings(recoverableDays: 7))) == """
                {"recoveryId":"https://t.localhost:1/deletedsecrets/n","deletedDate":5,"scheduledPurgeDate":6,\
                "id":"https://t.localhost:1/secrets/n","attributes":{"enabled":true,"created":0,"updated":0,\
                "recoveryLevel":"CustomizedRecoverable+Purgeable"}}
                """
        )
    }

    @Test(arguments: [
        (
            AzureError.disabled, 403,
            #"{"error":{"code":"Forbidden","message":"Operation get is not allowed on a disabled secret.","innererror":{"code":"SecretDisabled"}}}"#
        ),
        (
            .missingToken, 401,
            #"{"error":{"code":"Unauthorized","message":"AKV10000: Request is missing a Bearer or PoP token."}}"#
        ),
    ])
    func anErrorIsWrittenAsTheServiceWritesIt(_ error: AzureError, _ status: Int, _ body: String) {
        #expect(error.status == status)
        #expect(error.body == Array(body.utf8))
    }

    @Test func aPageContinuesWhereItEnded() throws {
        let first = try AzurePage(#require(HTTPQuery("api-version=7.4&maxresults=2")), of: .secrets)
        #expect(first == AzurePage(size: 2, after: nil))
        let page = first.body([], last: "a/b", of: .secrets, path: "/secrets", try host(), .v74)
        let body = String(decoding: page, as: UTF8.self)
        let prefix = #"{"value":[],"nextLink":"https://t.localhost:1/secrets?"#
        #expect(body.hasPrefix(prefix))
        let query = try #require(HTTPQuery(String(body.dropFirst(prefix.count).dropLast(2))))
        #expect(query["api-version"] == "7.4")
        #expect(try AzurePage(query, of: .secrets) == AzurePage(size: 2, after: "a/b"))
        // One list does not take the other's continuation.
        #expect(throws: AzureError.self) { try AzurePage(query, of: .deleted) }
        #expect(throws: AzureError.self) { try AzurePage(query, of: .versions) }
        #expect(
            first.body([], last: nil, of: .secrets, path: "/secrets", try host(), .v74)
                == Array(#"{"value":[],"nextLink":null}"#.utf8)
        )
    }

    @Test(arguments: [
        "maxresults=0", "maxresults=26", "maxresults=-1", "maxresults=", "maxresults=x", "maxresults=1.0",
        "maxresults=99999999999999999999", "$skiptoken=", "$skiptoken=!", "$skiptoken=AA", "$skiptoken=AQ",
        "$skiptoken=AS8", "$skiptoken=Af8", "$skiptoken=AS4uL2E",
    ])
    func aBadPageIsABadParameter(_ query: String) throws {
        let query = try #require(HTTPQuery(query))
        #expect(throws: AzureError.self) { try AzurePage(query, of: .secrets) }
    }
}

extension AzurePage {
    fileprivate init(size: Int, after: String?) {
        guard var page = HTTPQuery("").flatMap({ try? AzurePage($0, of: .secrets) }) else {
            preconditionFailure("an empty query is a page")
        }
        page.size = size
        page.after = after
        self = page
    }
}
