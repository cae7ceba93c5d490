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
        let described = try await records(.list) {
            let answer = await four.aws("ListSecrets", [:], as: "AKIDADA")
            #expect(answer.status == 200)
        }
        #expect(described == 1)
        let items = try await records(.list) {
            let answer = await four.call("GET", "/secrets?api-version=7.4")
            #expect(answer.status == 200 && answer.json["value"]?.asArray != nil, "\(answer.text)")
        }
        // It goes on until a page is empty, as it does where all paths are known.
        let known = try await four.records { _ = await four.call("GET", "/secrets?api-version=7.4") }
        #expect(items == 2 && known.count { $0.action == .list } == 2)
        // Writing a name that Azure's clients may spell otherwise.
        let written = try await records(.write) {
            let answer = await four.call("PUT", "/secrets/fresh?api-version=7.4", #"{"value":"v"}"#)
            #expect(answer.status == 200, "\(answer.text)")
        }
        #expect(written == 1)
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
        // A scan goes through pages of a thousand, of which the last is empty; some are gone through before it is given up.
        for (method, lists) in [("SCAN", (Detour.mostPaths + 500) / 1000 + 2), ("LIST", 1)] {
            let records = try await four.records {
                #expect(await four.call(method, "/v1/secret/metadata/many/").status == 200, "\(method)")
            }
            #expect(Set(records.map(\.source.request)).count == 1, "\(method)")
            #expect(records.allSatisfy { $0.outcome == .allowed }, "\(method)")
            #expect(records.count { $0.action == .list } == lists, "\(method)")
        }
        // Nor for who is tried before the paths are known: the answer is not there, and its record once.
        forget(four.vault)
        let missing = try await four.records {
            #expect(await four.call("GET", "/secrets/GONE?api-version=7.4").status == 404)
        }
        #expect(missing.count == 1, "\(missing)")
        #expect(try four.vault.verifyAudit().isIntact)
    }

    /// A service that knows no paths and gathers none, until it may.
    private func gatheringHeld() throws -> (four: FourProtocols, goes: Holding, holder: Thread) {
        let four = try FourProtocols()
        try fill(four.vault, ["app/one"])
        forget(four.vault)
        let goes = Holding()
        let engine = four.vault.engine
        let holder = Thread { engine.gathering.alone { goes.wait() } }
        while !goes.isHeld { usleep(1000) }
        return (four, goes, holder)
    }

    @Test func `however many wait until all paths are known, each is answered`() async throws {
        let (four, goes, holder) = try gatheringHeld()
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<80 { group.addTask { await four.call("LIST", "/v1/secret/metadata/app").status } }
            try? await Task.sleep(for: .milliseconds(300))
            goes.go()
            for await status in group { #expect(status == 200) }
        }
        holder.join()
    }

    @Test func `however many wait, what they keep in memory has a bound`() async throws {
        let (four, goes, holder) = try gatheringHeld()
        let body = String(repeating: " ", count: 24 << 20)
        let late = Task {
            try? await Task.sleep(for: .seconds(30))
            goes.go()
        }
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 { group.addTask { await four.call("GET", "/secrets/GONE?api-version=7.4", body).status } }
            // Who finds no room is told so at once.
            var statuses: [Int] = []
            while statuses.count < 2, let status = await group.next() { statuses.append(status) }
            goes.go()
            return await group.reduce(into: statuses) { $0.append($1) }
        }
        late.cancel()
        holder.join()
        #expect(statuses == [503, 503, 404, 404])
        // What has gone has given its room back.
        forget(four.vault)
        #expect(await four.call("GET", "/secrets/GONE?api-version=7.4", body).status == 404)
    }

    @Test func `so many places are there to wait until all paths are known`() throws {
        let four = try FourProtocols()
        let (goes, done) = (Holding(), Count())
        #expect(four.service.list(.paths, size: 0) { goes.wait() })
        while !goes.isHeld { usleep(1000) }
        let count = Service.mostGatherings + 100
        let taken = (0..<count).count { _ in
            four.service.list(.paths, size: 0) { _ = done.value.add(1, ordering: .relaxed) }
        }
        #expect(taken == Service.mostGatherings)
        goes.go()
        four.service.stop()
        #expect(done.value.load(ordering: .relaxed) == taken)
    }

    @Test func `where paths cannot be gathered, who was let in and asked for them is on record`() async throws {
        let four = try FourProtocols()
        try fill(four.vault, ["app/one", "app/two", "@azure/x"])
        let engine = four.vault.engine
        try engine.synchronized { () throws(StoreError) in
            try engine.storage.transaction(.durable) { () throws(StoreError) in
                guard var row = try engine.storage.secrets(after: 0, limit: 10).first else { return }
                row.sealed[row.sealed.count - 1] ^= 1
                try engine.storage.updateSecret(row)
            }
        }
        forget(four.vault)
        let made = await four.call("POST", "/v1/auth/token/create", #"{"policies":["root"],"num_uses":2}"#)
        let token = try #require(made.json["auth"]?["client_token"]?.asString)
        let calls = [
            ("GET", "/api/v1/secrets?under=app", ""), ("LIST", "/v1/secret/metadata/app", ""),
            ("SCAN", "/v1/secret/metadata/app", ""), ("GET", "/secrets?api-version=7.4", ""),
            ("GET", "/secrets/GONE?api-version=7.4", ""),
            ("PUT", "/secrets/fresh?api-version=7.4", #"{"value":"v"}"#),
        ]
        for (method, target, body) in calls {
            let records = try await four.records {
                let answer = await four.call(method, target, body)
                #expect(answer.status == 500, "\(method) \(target): \(answer.text)")
            }
            #expect(records.last?.outcome == .failed, "\(method) \(target)")
            #expect(records.last?.code == "KF-STORE-041", "\(method) \(target): \(records)")
            #expect(records.count { $0.action == .list } == 1, "\(method) \(target): \(records)")
            #expect(records.allSatisfy { $0.outcome != .allowed }, "\(method) \(target): \(records)")
        }
        // It is a use of a token that has few of them, once.
        for status in [500, 500, 403] {
            #expect(await four.call("LIST", "/v1/secret/metadata/app", token: token).status == status)
        }
        // Who may not list is refused, as ever.
        let other = await four.call("POST", "/v1/auth/token/create", #"{"policies":["reader"]}"#)
        let reader = try #require(other.json["auth"]?["client_token"]?.asString)
        #expect(await four.call("LIST", "/v1/secret/metadata/app", token: reader).status == 403)
    }

    @Test func `what the server reads for itself while a listing is tried is read once, and on record`() async throws {
        let client = try VaultClient()
        #expect(await client.call("POST", "secret/data/app/one", #"{"data":{"A":"1"}}"#).status == 200)
        func records() async throws -> [AuditAction] {
            let before = try client.vault.auditLength()
            client.vault.engine.synchronized { client.vault.engine.paths.forget() }
            #expect(await client.call("LIST", "secret/metadata/app").status == 200)
            var records: [AuditAction] = []
            try client.vault.forEachAuditRecord(from: before + 1) { records.append($0.action) }
            return records.dropLast()
        }
        _ = try await records()
        #expect(try await records() == [.list])
        client.adapter.forgetMounts()
        client.adapter.limiter.forget()
        #expect(try await records() == ["vault.quotas", "vault.mounts", .list])
        #expect(try await records() == [.list])
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

private final class Count: Sendable {
    let value = Atomic(0)
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
