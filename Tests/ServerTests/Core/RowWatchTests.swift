import SecretStore
import Synchronization
import Testing

@testable import Server

/// When a store's rows are looked through, and what is said of it. What is found in them is `FreshnessTests`'.
@Suite struct RowWatchTests {
    /// A mock of a store: what looking at it comes to, round by round, and the last of them from then on.
    private final class Rows: WatchedRows {
        enum Round: Sendable {
            case right
            case notWhole
            case unreadable
            case tampered
            case nobodyElses
        }

        private let script: [Round]
        let looks = Atomic<Int>(0)
        let pauses = Atomic<Int>(0)
        private let tampered: Atomic<Bool>
        let logBytes: Int?

        init(_ script: [Round], isTampered: Bool = false, logBytes: Int? = nil) {
            (self.script, self.logBytes) = (script, logBytes)
            tampered = Atomic(isTampered)
        }

        var isTampered: Bool { tampered.load(ordering: .relaxed) }

        func checkRowsApart(pause: () -> Bool) throws(StoreError) -> Bool? {
            let number = looks.add(1, ordering: .relaxed).oldValue
            switch script[min(number, script.count - 1)] {
            case .right:
                guard pause() else { return false }
                pauses.add(1, ordering: .relaxed)
                return true
            case .notWhole: return false
            case .unreadable: throw .busy()
            case .tampered:
                tampered.store(true, ordering: .relaxed)
                throw .tampered("a row")
            case .nobodyElses: return nil
            }
        }
    }

    /// What a watch says and counts until it has looked so often, or ended by itself.
    private func watch(_ rows: Rows, looks: Int) async throws -> (said: [String], count: Int, failures: Int) {
        let said = Mutex<[String]>([])
        let watch = RowWatch(rows, secondsOfRest: 0.002) { error in said.withLock { $0.append(error.code) } }
        watch.start()
        for _ in 0..<2000 where rows.looks.load(ordering: .relaxed) < looks {
            try await Task.sleep(for: .milliseconds(2))
        }
        // One that goes on although it should not is seen by that.
        try await Task.sleep(for: .milliseconds(30))
        let found = (watch.count, watch.failuresInARow)
        watch.stop()
        return (said.withLock { $0 }, found.0, found.1)
    }

    @Test func `rows that are right are looked through again and again, and nothing is said`() async throws {
        let rows = Rows([.right])
        let found = try await watch(rows, looks: 4)
        #expect(found.said.isEmpty && found.count >= 3 && found.failures == 0)
    }

    @Test(arguments: [false, true])
    func `what keeps it from looking is said after three rounds, once, until it could look again`(isNotWhole: Bool)
        async throws
    {
        let fails: Rows.Round = isNotWhole ? .notWhole : .unreadable
        let two = try await watch(Rows([fails, fails, .right]), looks: 4)
        #expect(two.said.isEmpty && two.count >= 1 && two.failures == 0)
        let many = try await watch(Rows([fails]), looks: 8)
        #expect(many.said == ["KF-STORE-030"] && many.count == 0 && many.failures >= 7)
        let again = try await watch(Rows([fails, fails, fails, .right, fails]), looks: 10)
        #expect(again.said == ["KF-STORE-030", "KF-STORE-030"])
    }

    @Test func `what somebody changed is said once, and nothing is looked at then`() async throws {
        let rows = Rows([.right, .tampered])
        let found = try await watch(rows, looks: 2)
        #expect(found.said == ["KF-STORE-041"] && rows.looks.load(ordering: .relaxed) == 2)
        // Somebody else has found it, and nothing of it is there any more.
        let late = Rows([.right], isTampered: true)
        let told = try await watch(late, looks: 1)
        #expect(told.said == ["KF-STORE-041"] && told.count == 0 && late.looks.load(ordering: .relaxed) == 1)
    }

    @Test func `where nobody else gets at the files nothing is looked for`() async throws {
        let rows = Rows([.nobodyElses])
        let found = try await watch(rows, looks: 1)
        #expect(found.said.isEmpty && found.count == 0 && rows.looks.load(ordering: .relaxed) == 1)
    }

    @Test func `a log that grows meanwhile ends the round`() async throws {
        let rows = Rows([.right], logBytes: 2 << 30)
        let found = try await watch(rows, looks: 4)
        #expect(rows.pauses.load(ordering: .relaxed) == 0 && found.count == 0 && found.said == ["KF-STORE-030"])
    }
}
