import Findings
import HTTPModel
import Testing

@testable import Server

/// Input that nobody would send by mistake: nothing of it may end the process, or be slow.
struct VaultHostileTests {
    /// A generator that gives the same numbers in each run (SplitMix64).
    struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            return value ^ value >> 31
        }
    }

    static let pieces = [
        "/v1/", "secret", "/", "..", ".", "%2e", "%2F", "%00", "%", "%zz", "data", "é", "\u{301}", "?", "=", "&",
        "list=",
        "true", "{", "}", "[", "]", "\"", ":", ",", "null", "1e999", "-0", "99999999999999999999", "1h", "-", "a=b",
        "\\u0000", "\\ud800", " ", "\n", "\u{0}", "+", "@", "=3D", "*", "versions", "cas", "::", "1.2.3.4/33",
    ]

    @Test func noRequestEndsTheProcess() {
        var numbers = Numbers(state: 7)
        func text() -> String {
            (0..<Int.random(in: 0...12, using: &numbers)).map { _ in Self.pieces.randomElement(using: &numbers) ?? "" }
                .joined()
        }
        let methods = ["GET", "PUT", "POST", "LIST", "SCAN", "PATCH", "DELETE", "HEAD", "", "\u{0}"]
        let types = ["application/json", "application/x-www-form-urlencoded", "application/merge-patch+json", "", ";"]
        for _ in 0..<20_000 {
            let request = HTTPRequest(
                method: methods.randomElement(using: &numbers) ?? "",
                rawPath: Bool.random(using: &numbers) ? "/v1/" + text() : text(),
                rawQuery: Bool.random(using: &numbers) ? text() : nil,
                headers: [
                    "Content-Type": types.randomElement(using: &numbers) ?? "", "X-Vault-Token": text(),
                    "Authorization": "Bearer " + text(), "X-Vault-Wrap-TTL": Bool.random(using: &numbers) ? "" : text(),
                ],
                body: Array(text().utf8)
            )
            guard let read = try? LogicalRequest(request) else { continue }
            let segments = read.path.split(separator: "/")
            for engine in Route.Engine.allCases { _ = try? Route.find(engine, segments.dropFirst(), read) }
            let parameters = read.parameters
            for name in parameters.object.keys {
                _ = try? parameters.integer(name)
                _ = try? parameters.duration(name)
                _ = try? parameters.flag(name)
                _ = try? parameters.list(name)
                _ = try? parameters.map(name)
            }
            _ = try? KVMetadataChange(parameters, isPatch: Bool.random(using: &numbers))
            _ = try? TokenOrder(parameters)
            var settings = TokenSettings()
            try? settings.update(from: parameters)
            _ = try? KVPath(mount: "kv").secret(read.path)
        }
    }

    @Test func noTextIsALengthOfTimeThatOverflows() {
        var numbers = Numbers(state: 11)
        let pieces = [
            "9", "0", "99999999", "h", "m", "s", "d", "ms", ".", "-", "+", "ns", "µs", " ", "e", "18446744073709551615",
        ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...8, using: &numbers)).map { _ in
                pieces.randomElement(using: &numbers) ?? ""
            }
            .joined()
            guard let seconds = GoDuration.seconds(text) else { continue }
            #expect(seconds.magnitude <= GoDuration.largest.magnitude)
            #expect(GoDuration.seconds(GoDuration.text(seconds)) == seconds)
        }
    }

    @Test func theWidestBodyIsReadInTimeThatGrowsWithIt() throws {
        func seconds(_ count: Int) throws -> Duration {
            let members = (0..<count).map { "\"k\($0)\":\"v\"" }.joined(separator: ",")
            let body = Array("{\(members)}".utf8)
            let clock = ContinuousClock()
            return try clock.measure {
                let request = try LogicalRequest(HTTPRequest(method: "POST", rawPath: "/v1/a", body: body))
                let payload = KVData.payload(of: request.parameters.object)
                _ = MergePatch.apply(request.parameters.object, to: KVData.object(of: payload))
            }
        }
        _ = try seconds(1000)
        let (small, large) = (try seconds(4000), try seconds(40_000))
        #expect(large < small * 60, "ten times the members took \(large), against \(small)")
    }
}
