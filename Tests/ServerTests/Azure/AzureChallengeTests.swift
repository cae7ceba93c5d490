import HTTPModel
import SecretStore
import Secrets
import Testing
import Vaulting

@testable import Server

struct AzureChallengeTests {
    private func request(_ authorization: [String]) -> HTTPRequest {
        let fields = authorization.map { HTTPHeaders.Field("Authorization", $0) }
        return HTTPRequest(method: "GET", rawPath: "/secrets", headers: HTTPHeaders(fields))
    }

    @Test(arguments: ["Bearer a.b-c_d", "bearer a.b-c_d", "BEARER  a.b-c_d"])
    func aBearerTokenIsRead(_ field: String) {
        #expect(AzureChallenge.token(of: request([field])) == Secret("a.b-c_d"))
    }

    @Test(arguments: [
        [], [""], ["Bearer"], ["Bearer "], ["Basic YTpi"], ["a.b"], ["Bearer a b"], ["Bearer a", "Bearer a"],
        ["Bearer é"], ["Bearer " + String(repeating: "a", count: 8192)],
    ])
    func anythingElseIsNone(_ fields: [String]) { #expect(AzureChallenge.token(of: request(fields)) == nil) }

    @Test func theChallengeNamesTenantAndResourceWithThePort() throws {
        let origin = HTTPOrigin(address: "127.0.0.1", isEncrypted: true)
        let request = HTTPRequest(
            method: "GET",
            rawPath: "/",
            headers: ["Host": "team.vault.localhost:8200"],
            origin: origin
        )
        let host = try AzureHost(request, settings: AzureSettings())
        let plain =
            #"Bearer authorization="https://team.vault.localhost:8200/keyfolio", resource="https://vault.localhost:8200""#
        #expect(AzureChallenge.header(host, tenant: "keyfolio") == plain)
        let refused = AzureChallenge.header(
            host,
            tenant: "keyfolio",
            refused: Timestamp(microseconds: 1_700_000_000_000_000)
        )
        let claims = #"{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}"#
        #expect(
            refused == plain + ", error=\"insufficient_claims\", claims=\"\(Base64.encode(Array(claims.utf8)))\""
        )
    }

    @Test func anAnswerRepeatsWhatTheClientCalledItsRequest() {
        var request = request([])
        request.headers.add("x-ms-client-request-id", "abc-1")
        let answer = AzureAnswer(request, settings: AzureSettings())(AzureError.missingToken)
        #expect(answer.status == 401)
        #expect(answer.headers["x-ms-client-request-id"] == "abc-1")
        let id = answer.headers["x-ms-request-id"] ?? ""
        #expect(VersionID(uuid: id)?.uuid == id)
        #expect(Array(id.utf8)[14] == UInt8(ascii: "4"))
        #expect(answer.headers["Content-Type"] == "application/json; charset=utf-8")
        request.headers.set("x-ms-client-request-id", "a\r\nb")
        let other = AzureAnswer(request, settings: AzureSettings())(204, [])
        #expect(other.headers["x-ms-client-request-id"] == nil)
        #expect(other.headers["Content-Type"] == nil)
    }
}
