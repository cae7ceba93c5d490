import Findings
import Glibc
import HTTPModel
import SecretStore
import Secrets
import Synchronization
import Testing

@testable import Server
@testable import Vaulting

/// Listings that would keep a group waiting are answered all the same, once.
@Suite struct ListingDetourTests {
    private func fill(_ vault: Vault, _ paths: [String]) throws {
        try vault.writeAll(try paths.map { (try SecretPath($0), .fields(["A": Secret("1")])) })
    }

    private func forget(_ vault: Vault) { vault.engine.synchronized { vault.engine.paths.forget() } }

    @Test func `the first listing of each protocol is answered, with one record of it`() async throws {
        let four = try FourProtocols()
        try fill(four.vault, ["app/one", "app/two", "@azure/x", "Mixed"])
        func records(_ action: AuditAction, _ call: () async throws -> Void) async throws -> Int {
            forget(four.vault)
            let count = try await four.records(while: call).count { $0.action == action }
            #expect(four.vault.engine.paths.isWhole)
            return count
        }
        let native = try await records(.list) {
            let answer = await four.call("GET", "/api/v1/secrets?under=app")
            #expect(answer.json["secrets"]?.asArray?.count == 2)
        }
        #expect(native == 1)
        let names = try await records(.list) {
            let answer = await four.call("LIST", "/v1/secret/metadata/app")
            #expect(answer.json["data"]?["keys"] == .array(["one", "two"]))
        }
        #expect(names == 1)
        _ = try await records(.list) {
            let answer = await four.aws("ListSecrets", [:], as: "AKIDADA")
            #expect(answer.status == 200)
        }
        _ = try await records(.list) {
            let answer = await four.call("GET", "/secrets?api-version=7.4")
            #expect(answer.status == 200 && answer.json["value"]?.asArray != nil, "\(answer.text)")
        }
        // Writing a name that Azure's clients may spell otherwise.
        _ = try await records(.write) {
            let answer = await four.call("PUT", "/secrets/fresh?api-version=7.4", #"{"value":"v"}"#)
            #expect(answer.status == 200, "\(answer.text)")
        }
        #expect(await four.call("GET", "/secrets/FRESH?api-version=7.4").json["value"] == "v")
    }

    @Test(arguments: [false, true]) func `a token of one use lists once`(isLong: Bool) async throws {
        let four = try FourProtocols()
        let count = Detour.mostPaths + 1
        try fill(four.vault, (0..<count).map { "many/\($0)" })
        if isLong { try four.vault.gatherPaths() }
        let made = await four.call("POST", "/v1/auth/token/create", #"{"policies":["root"],"num_uses":1}"#)
        let token = try #require(made.json["auth"]?["client_token"]?.asString)
        let first = await four.call("LIST", "/v1/secret/metadata/many", token: token)
        #expect(first.status == 200)
        #expect(first.json["data"]?["keys"]?.asArray?.count == count)
        #expect(await four.call("LIST", "/v1/secret/metadata/many", token: token).status == 403)
    }

    @Test func `a folder of more names than a group goes through is whole, for whoever may see it`() async throws {
        let four = try FourProtocols()
        let count = Detour.mostPaths + 500
        try fill(four.vault, (0..<count).map { "team/\($0)" } + ["team/x", "other"])
        let made = await four.call("POST", "/v1/auth/token/create", #"{"policies":["reader"]}"#)
        let token = try #require(made.json["auth"]?["client_token"]?.asString)
        let names = await four.call("LIST", "/v1/secret/metadata/team/", token: token).json["data"]?["keys"]?.asArray
        #expect(names?.count == count + 1)
        #expect(names?.first == "0" && names?.last == "x")
        let part = await four.call("LIST", "/v1/secret/metadata/team/?after=4500&limit=3", token: token)
        #expect(part.json["data"]?["keys"] == .array(["4501", "4502", "4503"]))
        let scanned = await four.call("SCAN", "/v1/secret/metadata/team/", token: token)
        #expect(scanned.json["data"]?["keys"]?.asArray?.count == count + 1)
        // Native pages: the one that asks for what it may not see goes through everything, and ends.
        let outside = await four.call("GET", "/api/v1/secrets?under=other", token: token)
        #expect(outside.status == 403)
        var (found, after) = (0, "")
        repeat {
            let page = await four.call("GET", "/api/v1/secrets?limit=1000&after=\(after)", token: token)
            found += page.json["secrets"]?.asArray?.count ?? 0
            after = page.json["next"]?.asString ?? ""
        } while !after.isEmpty
        #expect(found == count + 1)
    }

    @Test func `what was tried in a group and given up leaves nothing in the log`() async throws {
        let four = try FourProtocols()
        try fill(four.vault, (0..<Detour.mostPaths + 500).map { "many/\($0)" })
        try four.vault.gatherPaths()
        let calls: [(String, () async -> Int)] = [
            ("SCAN", { await four.call("SCAN", "/v1/secret/metadata/many/").status }),
            ("LIST", { await four.call("LIST", "/v1/secret/metadata/many/").status }),
            (
                "AWS",
                { await four.aws("ListSecrets", ["SortBy": "created-date", "MaxResults": 10], as: "AKIDADA").status }
            ),
        ]
        for (name, call) in calls {
            let records = try await four.records { #expect(await call() == 200, "\(name)") }
            let requests = Set(records.map(\.source.request))
            #expect(requests.count == 1 && !records.isEmpty, "\(name): \(records.count) of \(requests.count) requests")
            #expect(records.allSatisfy { $0.outcome == .allowed }, "\(name)")
        }
        // Nor for who is tried before the paths are known: the answer is not there, and its record once.
        forget(four.vault)
        let missing = try await four.records {
            #expect(await four.call("GET", "/secrets/GONE?api-version=7.4").status == 404)
        }
        #expect(missing.count == 1, "\(missing)")
        #expect(try four.vault.verifyAudit().isIntact)
    }

    @Test func `however many wait until all paths are known, each is answered`() async throws {
        let four = try FourProtocols()
        try fill(four.vault, ["app/one"])
        forget(four.vault)
        let goes = Holding()
        let engine = four.vault.engine
        let holder = Thread { engine.gathering.alone { goes.wait() } }
        while !goes.isHeld { usleep(1000) }
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<80 { group.addTask { await four.call("LIST", "/v1/secret/metadata/app").status } }
            try? await Task.sleep(for: .milliseconds(300))
            goes.go()
            for await status in group { #expect(status == 200) }
        }
        holder.join()
    }

    @Test func `what ends with the service is told so`() async throws {
        let four = try FourProtocols()
        try fill(four.vault, ["a/b"])
        forget(four.vault)
        four.service.stop()
        let answer = await four.call("LIST", "/v1/secret/metadata/a")
        #expect(answer.status == 500, "\(answer)")
    }
}

/// Holds something until it is told to let go.
private final class Holding: Sendable {
    private let state = Mutex((isHeld: false, goes: false))

    var isHeld: Bool { state.withLock { $0.isHeld } }

    func wait() {
        state.withLock { $0.isHeld = true }
        while !state.withLock({ $0.goes }) { usleep(1000) }
    }

    func go() { state.withLock { $0.goes = true } }
}
