import AccessPolicy
import SecretStore
import StorageSQLite
import Testing
import Vaulting

/// A query gives exactly what going through the whole log gives, and reads less of it.
@Suite struct AuditQueryTests {
    /// A store with a log of some hundred records by several principals, protocols and addresses; one second apart, with
    /// now and then several in one.
    private func busyStore() throws -> (store: TemporaryStore, vault: Vault, records: [AuditRecord]) {
        let store = try TemporaryStore()
        let clock = TestClock(1_000_000)
        let owner = try store.create(options: VaultOptions(clock: clock.read))
        let nothing = AccessControl([], identity: TemplateValues())
        var random = SystemRandomNumberGenerator()
        var seconds: Int64 = 2
        for number in 0..<300 {
            if Bool.random(using: &random) { seconds += 1 }
            clock.set(seconds * 1_000_000)
            let name = ["user:ada", "user:adam", "service:billing"][number % 3]
            let isAllowed = number % 5 != 0
            var source = AuditSource(process: "test", processID: 1, wire: number % 2 == 0 ? "cli" : "vault")
            if number % 2 != 0 { source.address = "10.0.\(number % 4).7" }
            if number % 6 == 0 { source.trace = number % 12 == 0 ? Self.trace : String(Self.trace.reversed()) }
            let vault = owner.acting(
                as: Identity(
                    principal: Principal(name),
                    access: isAllowed ? .root : nothing,
                    session: number % 7 == 0 ? "accessor-\(number)" : nil
                ),
                source: source
            )
            let path = try SecretPath(["shop/production", "shop/staging", "shop2/production"][number % 3])
            switch number % 4 {
            case 0: _ = try? vault.write(path, fields(["A": "1"]))
            case 1: _ = try? vault.read(path)
            case 2: _ = try? vault.read(try SecretPath("nothing/there"))
            default: _ = try? vault.list()
            }
            if number % 9 == 0 {
                try? vault.perform(
                    "policy.write",
                    .update,
                    on: "sys/policies/p\(number % 2)",
                    changing: false,
                    begins: number % 18 == 0
                ) { _ in }
            }
            // Several blocks of more than one record.
            if number % 50 == 0 {
                try owner.writeAll((0..<30).map { (path: try SecretPath("many/\($0)"), payload: fields([:])) })
            }
        }
        var records: [AuditRecord] = []
        try owner.forEachAuditRecord { records.append($0) }
        // The record of the reading itself is the last one that it meets.
        #expect(records.last?.action == .readAudit)
        return (store, owner, records)
    }

    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

    private static let questions: [(String, @Sendable (inout AuditQuery) -> Void, @Sendable (AuditRecord) -> Bool)] = [
        ("all records", { _ in }, { _ in true }),
        ("principal user:ada", { $0.principals = ["user:ada"] }, { $0.principal.name == "user:ada" }),
        ("principal user:ada*", { $0.principals = ["user:ada*"] }, { $0.principal.name.hasPrefix("user:ada") }),
        (
            "principal user:ada or service:billing", { $0.principals = ["user:ada", "service:billing"] },
            { ["user:ada", "service:billing"].contains($0.principal.name) }
        ), ("action secret.read", { $0.actions = ["secret.read"] }, { $0.action == .read }),
        ("action secret.*", { $0.actions = ["secret.*"] }, { $0.action.rawValue.hasPrefix("secret.") }),
        ("action secret", { $0.actions = ["secret"] }, { _ in false }),
        ("path shop/production", { $0.paths = ["shop/production"] }, { $0.path?.text == "shop/production" }),
        ("path shop/*", { $0.paths = ["shop/*"] }, { $0.path?.text.hasPrefix("shop/") ?? false }),
        ("path *", { $0.paths = ["*"] }, { $0.path != nil || $0.resource != nil }),
        (
            "path sys/policies/*", { $0.paths = ["sys/policies/*"] },
            { $0.resource?.hasPrefix("sys/policies/") ?? false }
        ),
        ("path sys/policies/p1", { $0.paths = ["sys/policies/p1"] }, { $0.resource == "sys/policies/p1" }),
        ("outcome begins", { $0.outcomes = [.begins] }, { $0.outcome == .begins }),
        ("trace \(trace)", { $0.traces = [trace] }, { $0.source.trace == trace }),
        ("outcome denied", { $0.outcomes = [.denied] }, { $0.outcome == .denied }),
        (
            "outcome denied or failed", { $0.outcomes = [.denied, .failed] },
            { [.denied, .failed].contains($0.outcome) }
        ),
        ("protocol vault", { $0.protocols = ["vault"] }, { $0.source.wire == "vault" }),
        (
            "address 10.0.1.0/24", { $0.addresses = [AddressRange("10.0.1.0/24")].compactMap { $0 } },
            { $0.source.address == "10.0.1.7" }
        ), ("session accessor-*", { $0.sessions = ["accessor-*"] }, { $0.session != nil }),
        (
            "principal user:ada, action secret.read, outcome failed",
            {
                $0.principals = ["user:ada"]
                $0.actions = ["secret.read"]
                $0.outcomes = [.failed]
            },
            { $0.principal.name == "user:ada" && $0.action == .read && $0.outcome == .failed }
        ),
    ]

    @Test func `each filter gives what going through everything gives, in both orders and in pages`() throws {
        let (_, vault, records) = try busyStore()
        for (text, set, expected) in Self.questions {
            var query = AuditQuery()
            query.until = records.last?.time.adding(seconds: 1)
            set(&query)
            query.limit = AuditQuery.answerRecords
            // What this test itself adds is left away.
            let wanted = records.filter(expected).map(\.sequence)
            if text != "action secret" { #expect(wanted.count > 3, "\(text) is no test") }
            let found = try vault.auditRecords(matching: query)
            #expect(found.next == nil)
            #expect(found.records.map(\.sequence).filter { $0 <= records.count } == wanted.reversed(), "\(text)")
            let own = try #require(try vault.auditRecords(last: 1).last)
            #expect(
                own.action == .readAudit && own.detail == text + ", until \(query.until?.description ?? "")"
                    || text == "all records"
            )
            for order in [AuditQuery.Order.newestFirst, .oldestFirst] {
                for limit in [1, 7, 100] where limit > 1 || wanted.count < 40 {
                    var (pages, page) = ([Int64](), query)
                    page.order = order
                    page.limit = limit
                    page.after = order == .newestFirst ? Int64(records.count) + 1 : nil
                    while true {
                        let answer = try vault.auditRecords(matching: page)
                        #expect(answer.records.count <= limit)
                        pages += answer.records.map(\.sequence).filter { $0 <= records.count }
                        guard let next = answer.next, order == .newestFirst || next < records.count else { break }
                        page.after = next
                    }
                    #expect(
                        pages == (order == .newestFirst ? wanted.reversed() : wanted),
                        "\(text), \(order), \(limit)"
                    )
                }
            }
        }
    }

    /// A store whose log is continued from a snapshot has it in other blocks: records of many times in each.
    private func restored(_ vault: Vault) throws -> (store: TemporaryStore, vault: Vault) {
        var pieces: [[UInt8]] = []
        _ = try vault.exportSnapshot { pieces.append($0) }
        let store = try TemporaryStore()
        pieces.reverse()
        try LocalVault.restore(at: store.path, key: store.key, identity: store.identity) { pieces.popLast() }
        return (store, try store.open())
    }

    @Test(arguments: [false, true])
    func `any period is found, to the microsecond`(isRestored: Bool) throws {
        let (_, original, records) = try busyStore()
        let other = isRestored ? try restored(original) : nil
        let vault = other?.vault ?? original
        let times = records.map(\.time.microseconds)
        let last = try #require(times.last)
        for _ in 0..<200 {
            let from = Int64.random(in: -1_000_000...last + 2_000_000) / 500_000 * 500_000
            let until = from + Int64.random(in: -1_000_000...last)
            var query = AuditQuery()
            query.from = Timestamp(microseconds: from)
            query.until = Timestamp(microseconds: until)
            query.order = .oldestFirst
            query.limit = AuditQuery.answerRecords
            let found = try vault.auditRecords(matching: query).records.map(\.sequence).filter { $0 <= records.count }
            let wanted = records.filter { from <= $0.time.microseconds && $0.time.microseconds < until }
            #expect(found == wanted.map(\.sequence))
        }
    }

    @Test func `what is not asked for is not read: a broken block elsewhere does not matter`() throws {
        let (store, vault, records) = try busyStore()
        // Somebody changed the second block. Only who reads it can notice.
        try edit(store.path, "UPDATE audit SET sealed = zeroblob(64) WHERE last = 2")
        var query = AuditQuery()
        query.limit = 10
        #expect(try vault.auditRecords(matching: query).records.count == 10)
        query.limit = AuditQuery.answerRecords
        query.from = records[records.count * 3 / 4].time
        #expect(try vault.auditRecords(matching: query).records.count > 20)
        query.from = nil
        expectError("KF-STORE-044") { _ = try vault.auditRecords(matching: query) }
        query.from = records[1].time
        expectError("KF-STORE-044") { _ = try vault.auditRecords(matching: query) }
    }

    @Test func `a query that finds nothing stops where it was told to, and goes on`() throws {
        let (_, vault, records) = try busyStore()
        var query = AuditQuery()
        query.principals = ["nobody"]
        query.scanLimit = 100
        query.after = Int64(records.count) + 1
        var (looked, rounds) = (Int64(0), 0)
        while true {
            let page = try vault.auditRecords(matching: query)
            #expect(page.records.isEmpty && page.scanned <= 100)
            (looked, rounds) = (looked + page.scanned, rounds + 1)
            guard let next = page.next else { break }
            query.after = next
        }
        #expect(looked == records.count && rounds == (records.count + 99) / 100)
    }

    @Test func `odd numbers, odd terms and too many of them are survived, and their record is short`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        for after in [Int64.min, -1, 0, 1, 2, .max] {
            for order in [AuditQuery.Order.newestFirst, .oldestFirst] {
                var query = AuditQuery()
                query.order = order
                query.after = after
                query.scanLimit = .max
                _ = try vault.auditRecords(matching: query)
                query.limit = -1
                #expect(try vault.auditRecords(matching: query).records.isEmpty)
            }
        }
        var query = AuditQuery()
        query.principals = Array(repeating: String(repeating: "\u{1B}[31m\"\\\n", count: 10_000), count: 64)
        query.sessions = ["", "*", "\"", "\\*"]
        _ = try vault.auditRecords(matching: query)
        let detail = try #require(try vault.auditRecords(last: 1).last?.detail)
        #expect(detail.utf8.count < 4000 && !detail.utf8.contains(0x1B) && !detail.utf8.contains(0x0A))
        query.paths = Array(repeating: "a", count: 200)
        expectError("KF-STORE-082") { _ = try vault.auditRecords(matching: query) }
    }

    @Test func `who may not read the log gets nothing of it, and that is on record`() throws {
        let store = try TemporaryStore()
        let owner = try store.create()
        let nobody = owner.acting(
            as: Identity(principal: Principal("nobody"), access: AccessControl([], identity: TemplateValues()))
        )
        expectError("KF-STORE-010") { _ = try nobody.auditRecords(matching: AuditQuery()) }
        expectError("KF-STORE-010") { _ = try nobody.accessReport(from: nil, until: nil) }
        expectError("KF-STORE-010") { _ = try nobody.auditBatch(after: .beginning, records: 1, bytes: 1) }
        expectError("KF-STORE-010") { try nobody.beginFollowingAudit("x", at: .beginning) }
        let denied = try owner.auditRecords(last: 3)
        #expect(denied.map(\.action) == [.readAudit, .readAudit, .followAudit])
        #expect(denied.allSatisfy { $0.outcome == .denied && $0.principal.name == "nobody" })
    }

    @Test(arguments: [
        ("2026-11-24T10:00:00Z", "2026-11-24T10:00:00.000000Z"),
        ("2026-11-24t10:00:00z", "2026-11-24T10:00:00.000000Z"),
        ("2026-11-24T10:00:00.5+02:00", "2026-11-24T08:00:00.500000Z"),
        ("2026-11-24T10:00:00.1234567-00:30", "2026-11-24T10:30:00.123456Z"),
        ("2026-11-24", "2026-11-24T00:00:00.000000Z"), ("45s", "2026-11-23T23:59:15.000000Z"),
        ("30m", "2026-11-23T23:30:00.000000Z"), ("24h", "2026-11-23T00:00:00.000000Z"),
        ("7d", "2026-11-17T00:00:00.000000Z"), ("2w", "2026-11-10T00:00:00.000000Z"),
        ("99999999w", "0001-01-01T00:00:00.000000Z"),
    ])
    func `a time is read as a person gives it`(text: String, expected: String) throws {
        let now = try #require(Timestamp("2026-11-24T00:00:00.000000Z"))
        #expect(Timestamp(asked: text, now: now)?.description == expected)
    }

    @Test(arguments: [
        "", "7", "d", "-7d", "7y", "1 d", "9999999999d", "2026-11-31", "2026-13-01", "2026-11-24T10:00:00",
        "2026-11-24T10:00:00+2:00", "2026-11-24T10:00:00.Z", "2026-11-24T10:00:00+24:00", "yesterday", "2026-11",
        "2026-11-24T25:00:00Z", "٢٠٢٦-١١-٢٤", "2026-11-24T10:00:00.00000000000000000000000000000Z",
    ])
    func `what is no time is refused`(text: String) { #expect(Timestamp(asked: text, now: .now) == nil) }

    @Test func `a date means a whole day, and a month its days`() throws {
        #expect(Timestamp(asked: "2026-11-30", now: .now, day: .end)?.description == "2026-12-01T00:00:00.000000Z")
        let month = try #require(Timestamp.month("2026-12"))
        #expect(month.from.description == "2026-12-01T00:00:00.000000Z")
        #expect(month.until.description == "2027-01-01T00:00:00.000000Z")
        #expect(Timestamp.month("2024-02")?.until.description == "2024-03-01T00:00:00.000000Z")
        #expect(Timestamp.month("9999-12")?.until == .latest)
        for text in ["2026-13", "2026-00", "2026-1", "2026", "2026-111", "-026-11"] {
            #expect(Timestamp.month(text) == nil)
        }
    }
}

/// Who did what, counted.
@Suite struct AuditReportTests {
    @Test func `a report counts by principal, secret and action, with what was refused, unused and unread`() throws {
        let store = try TemporaryStore()
        let clock = TestClock(1_000_000)
        let owner = try store.create(options: VaultOptions(clock: clock.read))
        let (a, b) = (try SecretPath("a"), try SecretPath("b"))
        try owner.write(a, fields(["A": "1"]))
        try owner.write(b, fields(["B": "1"]))
        func acting(_ name: String, _ access: AccessControl = .root) -> Vault {
            owner.acting(as: Identity(principal: Principal(name), access: access))
        }
        clock.set(10_000_000)
        _ = try acting("ada").read(a)
        clock.set(20_000_000)
        _ = try acting("ada").read(a)
        for _ in 0..<3 { _ = try? acting("eve", AccessControl([], identity: TemplateValues())).read(a) }
        // What was refused has its own first and last time.
        _ = try? acting("ada", AccessControl([], identity: TemplateValues())).read(a)
        _ = try? acting("ada").read(try SecretPath("nowhere"))
        clock.set(30_000_000)
        _ = try acting("ada").read(b)
        let grants = ["ada", "eve", "bob"].map { AccessReport.Grant(principal: Principal($0), roles: ["reader"]) }
        let report = try owner.accessReport(
            from: Timestamp(microseconds: 10_000_000),
            until: Timestamp(microseconds: 30_000_000),
            grants: grants
        )
        let rows = report.rows(by: .principal).map {
            "\($0.principal) \($0.path?.text ?? "-") \($0.action.rawValue) \($0.allowed)/\($0.denied)/\($0.failed) "
                + "\($0.first.microseconds / 1_000_000)-\($0.last.microseconds / 1_000_000)"
        }
        #expect(
            rows == [
                "ada a secret.read 2/0/0 10-20", "ada a secret.read 0/1/0 20-20", "ada nowhere secret.read 0/0/1 20-20",
                "eve a secret.read 0/3/0 20-20",
            ]
        )
        #expect(report.records == 7 && report.omitted == 0)
        #expect(report.unused.map(\.principal.name) == ["bob", "eve"])
        #expect(report.unread == [b])
        #expect(report.rows(by: .secret).map { $0.path?.text } == ["a", "a", "a", "nowhere"])
        let all = try owner.accessReport(from: nil, until: nil, secrets: [a, b])
        #expect(all.unread.isEmpty && all.records > 10)
    }
}
