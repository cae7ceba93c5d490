import Foundation
import Testing

/// The log of every decision, asked by a person.
@Suite struct AuditTests {
    private func shop() throws -> Sandbox {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "first-canary")
        try sandbox.keyfolio("get", "SECRET_KEY")
        try sandbox.keyfolio("get", "--path", "shop/nowhere", "SECRET_KEY")
        return sandbox
    }

    private func numbers(_ outcome: Command.Outcome) throws -> [Int] {
        let records = try #require(try outcome.json()["records"] as? [[String: Any]])
        return records.compactMap { $0["number"] as? Int }
    }

    @Test func `a query is answered in a table and in JSON, and holds no value`() throws {
        let sandbox = try shop()
        let table = try sandbox.keyfolio("audit", "query", "--action", "secret.read", "--since", "1h")
        #expect(table.status == 0 && table.output.contains("shop/development") && table.output.contains("secret.read"))
        #expect(!table.output.contains("secret.update") && !table.output.contains("first-canary"))
        let failed = try sandbox.keyfolio("audit", "query", "--outcome", "failed", "--json")
        #expect(try numbers(failed).count == 1 && failed.output.contains("KF-STORE-001"))
        let own = try sandbox.keyfolio("audit", "query", "--action", "audit.read", "-n", "1", "--json")
        #expect(own.output.contains("outcome failed"))
        #expect(try numbers(sandbox.keyfolio("audit", "query", "--until", "2020-01-01", "--json")).isEmpty)
        #expect(try numbers(sandbox.keyfolio("audit", "query", "--since", "2020-01-01", "--json")).count > 4)
    }

    @Test func `pages follow one another in both orders`() throws {
        let sandbox = try shop()
        for order in [[], ["--reverse"]] as [[String]] {
            var (all, after) = ([Int](), [String]())
            for _ in 0..<3 {
                let words = ["audit", "query", "--action", "s*", "-n", "1", "--json"] + order + after
                let outcome = try Command.run(
                    [Command.keyfolio] + words,
                    in: sandbox.project,
                    environment: sandbox.variables([:])
                )
                all += try numbers(outcome)
                after = ["--after", "\(try outcome.json()["next"] as? Int ?? -1)"]
            }
            #expect(all.count == 3 && all == (order.isEmpty ? all.sorted(by: >) : all.sorted()), "\(all)")
            #expect(Set(all).count == 3)
        }
    }

    @Test func `a report says who read what, and what nobody read`() throws {
        let sandbox = try shop()
        try sandbox.keyfolio("set", "--path", "shop/unread", "A", input: "x")
        let report = try sandbox.keyfolio("audit", "report", "--since", "1h")
        #expect(report.status == 0 && report.output.contains("user:tester"))
        #expect(report.output.contains("Secrets that nobody read\n\nshop/unread\n"))
        let past = try sandbox.keyfolio("audit", "report", "--month", "2020-02", "--json").json()
        #expect(
            past["from"] as? String == "2020-02-01T00:00:00.000000Z"
                && past["until"] as? String == "2020-03-01T00:00:00.000000Z"
        )
        #expect((past["access"] as? [Any])?.isEmpty == true)
    }

    @Test func `an earlier export convicts a log that was put back to before it`() throws {
        let sandbox = try shop()
        let place = "\"$(dirname \"$(find ~ -name '*.db' | head -1)\")\""
        try #require(try sandbox.run("sh", "-ec", "cp -r \(place) old; ls old/*.db").status == 0)
        for number in 0..<12 { try sandbox.keyfolio("set", "SECRET_KEY", input: "\(number)") }
        try sandbox.run("sh", "-c", "keyfolio audit export >log.jsonl")
        let intact = try sandbox.keyfolio("audit", "verify", "--checkpoint", "log.jsonl")
        #expect(intact.status == 0 && intact.error.contains("every signed head of the copy: 1"), "\(intact.error)")
        let told = try sandbox.keyfolio("audit", "verify", "--checkpoint", "log.jsonl", "--json")
        #expect(try told.json()["checkpoints"] as? Int == 1)
        try sandbox.run("sh", "-ec", "cp old/* \(place)")
        #expect(try sandbox.keyfolio("audit", "accept-rollback").status == 0)
        #expect(try sandbox.keyfolio("audit", "verify").status == 0)
        let old = try sandbox.keyfolio("audit", "verify", "--checkpoint", "log.jsonl")
        #expect(old.status == 7 && old.error.contains("ends before the checkpoint"), "\(old.error)")
        for number in 0..<20 { try sandbox.keyfolio("set", "SECRET_KEY", input: "\(number)") }
        let anew = try sandbox.keyfolio("audit", "verify", "--checkpoint", "log.jsonl")
        #expect(anew.status == 7 && anew.error.contains("written anew"), "\(anew.error)")
    }

    @Test(
        arguments: [
            (["query", "--since", "yesterday"], "KF-AUDIT-003", 10),
            (["query", "--outcome", "good"], "KF-AUDIT-004", 10),
            (["query", "--address", "10.0.0.0/99"], "KF-AUDIT-004", 10),
            (["report", "--month", "2026-13"], "KF-AUDIT-003", 10),
            (["query", "-n", "0"], "KF-USAGE-003", 2),
            (["report", "--month", "2026-11", "--since", "1d"], "KF-USAGE-001", 2),
            (["report", "--by", "colour"], "KF-USAGE-001", 2),
            (["verify", "--checkpoint", "keyfolio.yaml"], "KF-AUDIT-002", 10),
        ] as [([String], String, Int32)]
    )
    func `what cannot be understood is said`(words: [String], code: String, status: Int32) throws {
        let sandbox = try shop()
        let outcome = try Command.run(
            [Command.keyfolio, "audit"] + words,
            in: sandbox.project,
            environment: sandbox.variables([:])
        )
        #expect(outcome.status == status && outcome.error.contains(code), "\(outcome.status) \(outcome.error)")
    }
}
