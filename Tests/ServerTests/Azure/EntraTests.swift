import HTTPModel
import SecretStore
import Secrets
import Testing
import Vaulting

@testable import Server

struct EntraTests {
    private func request(_ form: String, _ headers: HTTPHeaders = [:]) -> HTTPRequest {
        var headers = headers
        if headers["Content-Type"] == nil { headers.add("Content-Type", "application/x-www-form-urlencoded") }
        return HTTPRequest(
            method: "POST",
            rawPath: "/keyfolio/oauth2/v2.0/token",
            headers: headers,
            body: Array(form.utf8)
        )
    }

    static let paths: [(String, EntraRoute?)] = [
        ("/keyfolio/oauth2/v2.0/token", .token(tenant: "keyfolio", isFirstVersion: false)),
        ("/keyfolio/oauth2/token", .token(tenant: "keyfolio", isFirstVersion: true)),
        ("/t/v2.0/.well-known/openid-configuration", .configuration(tenant: "t", isFirstVersion: false)),
        ("/t/.well-known/openid-configuration", .configuration(tenant: "t", isFirstVersion: true)),
        ("/common/discovery/instance", .instance), ("/t/discovery/v2.0/keys", .keys), ("/common/discovery/keys", .keys),
        ("/t/discovery/instance", nil), ("/v1/oauth2/token", nil), ("/api/oauth2/token", nil), ("//oauth2/token", nil),
        ("/t/oauth2/v2.0/token/", nil), ("/metadata/identity/oauth2/token", nil), ("/", nil), ("", nil),
        ("/%zz/oauth2/token", nil),
    ]

    @Test(arguments: paths)
    func thePathSaysTheEndpoint(_ path: String, _ route: EntraRoute?) { #expect(EntraRoute(path) == route) }

    /// The form that azure-identity 1.27 sends.
    private let form =
        "client_id=client-1&grant_type=client_credentials&client_info=1&client_secret=a%2Bb%26c%3Dd+%C3%A9"
        + "&claims=%7B%22access_token%22%3A+%7B%22xms_cc%22%3A+%7B%22values%22%3A+%5B%22CP1%22%5D%7D%7D%7D"
        + "&scope=https%3A%2F%2Fvault.localhost%3A18443%2F.default"

    @Test func whatTheSDKSendsIsRead() throws {
        let read = try EntraTokenRequest(request(form), isFirstVersion: false)
        #expect(read.client == "client-1")
        #expect(read.secret == Secret("a+b&c=d é"))
        #expect(read.resource == "https://vault.localhost:18443")
    }

    @Test func theClientMayStandInTheHeader() throws {
        let headers: HTTPHeaders = ["Authorization": "Basic " + Base64.encode(Array("client%2D1:a%3Ab".utf8))]
        let form = "grant_type=client_credentials&resource=https%3A%2F%2Fvault.azure.net"
        let read = try EntraTokenRequest(request(form, headers), isFirstVersion: true)
        #expect(read.client == "client-1")
        #expect(read.secret == Secret("a:b"))
        #expect(read.resource == "https://vault.azure.net")
    }

    static let faults: [(String, String, Int, Int)] = [
        ("", "invalid_request", 400, 900_144),
        ("grant_type=password", "unsupported_grant_type", 400, 70_003),
        ("grant_type=client_credentials", "invalid_request", 400, 900_144),
        ("grant_type=client_credentials&client_id=c", "invalid_client", 401, 7_000_218),
        ("grant_type=client_credentials&client_id=c&client_secret=", "invalid_client", 401, 7_000_218),
        ("grant_type=client_credentials&client_id=c&client_secret=canary", "invalid_request", 400, 900_144),
        (
            "grant_type=client_credentials&client_id=c&client_secret=canary&scope=openid", "invalid_scope", 400,
            1_002_012
        ),
        (
            "grant_type=client_credentials&client_id=c&client_secret=canary&scope=/.default", "invalid_scope", 400,
            1_002_012
        ),
        (
            "grant_type=client_credentials&client_id=c&client_secret=canary&scope=http://a/.default", "invalid_scope",
            400,
            1_002_012
        ),
        ("grant_type=client_credentials&grant_type=client_credentials", "invalid_request", 400, 90_014),
        ("client_secret=canary&client_secret=canary", "invalid_request", 400, 90_014),
        ("client_secret=%zz", "invalid_request", 400, 90_014),
        ("client_secret=canary" + String(repeating: "x", count: 64 << 10), "invalid_request", 400, 90_014),
        (
            "grant_type=client_credentials&client_id=c&client_secret=canary" + String(repeating: "x", count: 1025)
                + "&scope=https://a/.default", "invalid_client", 401, 7_000_215
        ),
    ]

    @Test(arguments: faults)
    func aBadFormIsEntrasErrorWithoutTheSecret(_ form: String, _ code: String, _ status: Int, _ number: Int) {
        #expect {
            try EntraTokenRequest(request(form), isFirstVersion: false)
        } throws: { error in
            guard let error = error as? EntraError else { return false }
            let bytes = error.body(trace: "t", correlation: "c", now: Timestamp(microseconds: 0))
            let body = String(decoding: bytes, as: UTF8.self)
            return error.code == code && error.status == status && error.number == number && !body.contains("canary")
        }
    }

    @Test(arguments: [
        ("Basic !", ""), ("Basic YQ==", ""), ("Bearer abc", ""), ("Basic YTpi", "&client_secret=b"),
        ("Basic YTpi", "&client_id=c"), ("Basic Jjol", ""),
    ])
    func aBadHeaderIsRefused(_ header: String, _ more: String) {
        let form = "grant_type=client_credentials&scope=https://a/.default" + more
        #expect(throws: EntraError.self) {
            try EntraTokenRequest(request(form, ["Authorization": header]), isFirstVersion: false)
        }
    }

    @Test func aBodyThatIsNoFormIsRefused() {
        #expect(throws: EntraError.self) {
            try EntraTokenRequest(request("{}", ["Content-Type": "application/json"]), isFirstVersion: false)
        }
    }

    @Test func anErrorIsWrittenAsEntraWritesIt() {
        let id = "9f0c1a52-7f7b-4f0e-9d0c-1f6f4f0e7a10"
        let bytes = EntraError.badClient(id).body(
            trace: "t",
            correlation: "c",
            now: Timestamp(microseconds: 1_700_000_000_500_000)
        )
        let error = String(decoding: bytes, as: UTF8.self)
        #expect(
            error.hasPrefix(#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret"#)
        )
        #expect(error.contains("for a secret added to app '\(id)'. Trace ID: t Correlation ID: c "))
        #expect(error.contains(#""error_codes":[7000215],"timestamp":"2023-11-14 22:13:20Z","trace_id":"t""#))
    }

    @Test func aTokenIsWrittenForBothVersions() {
        let token = Secret("opaque")
        let new = EntraTokenRequest.answer(
            token: token,
            seconds: 3600,
            resource: "https://r",
            now: 5,
            isFirstVersion: false
        )
        let text = #"{"token_type":"Bearer","expires_in":3600,"ext_expires_in":3600,"access_token":"opaque"}"#
        #expect(new == Array(text.utf8))
        let bytes = EntraTokenRequest.answer(
            token: token,
            seconds: 3600,
            resource: "https://r",
            now: 5,
            isFirstVersion: true
        )
        let old = String(decoding: bytes, as: UTF8.self)
        #expect(old.contains(#""expires_in":"3600","ext_expires_in":"3600","expires_on":"3605","not_before":"5""#))
        #expect(old.contains(#""resource":"https://r""#))
    }
}
