import SecretStore
import Testing
import Vaulting

@testable import Server

/// The ring of changes, and the places of those who watch.
@Suite struct WatchHubTests {
    private static func change(_ number: Int64, _ path: String) throws -> SecretChange {
        SecretChange(sequence: number, path: try SecretPath(path), version: 1, action: .write, time: .now)
    }

    private static func paths(_ news: WatchNews) -> [String] { news.items.map(\.change.path.text) }

    @Test func `who asks after a number is told what came later, in order, and of their place only`() throws {
        let hub = WatchHub()
        let start = hub.now()
        try hub.publish([Self.change(1, "a/b"), Self.change(2, "a/bc"), Self.change(3, "a/b/c"), Self.change(4, "x/y")])
        let cases: [(WatchedPlace, [String])] = [
            (.secret(try SecretPath("a/b")), ["a/b"]), (.below(try SecretPath("a/b")), ["a/b/c"]),
            (.below(try SecretPath("a")), ["a/b", "a/bc", "a/b/c"]), (.below(nil), ["a/b", "a/bc", "a/b/c", "x/y"]),
            (.secret(try SecretPath("a")), []),
        ]
        for (place, expected) in cases {
            let news = hub.news(of: place, after: start)
            #expect(Self.paths(news) == expected)
            #expect(!news.isReset && news.next >= (news.items.last?.number ?? start))
            #expect(hub.news(of: place, after: news.next).isEmpty)
        }
        let all = hub.news(of: .below(nil), after: start).items
        #expect(Self.paths(hub.news(of: .below(nil), after: all[1].number)) == ["a/b/c", "x/y"])
    }

    @Test func `numbers grow, also when the clock stands still or goes back, and are never given out before`() throws {
        let clock = TestClock()
        let hub = WatchHub(clock: clock.now)
        var last = hub.now()
        for number in 1...5 {
            try hub.publish([Self.change(Int64(number), "a/b")])
            let news = hub.news(of: .below(nil), after: last)
            #expect(news.items.map(\.change.sequence) == [Int64(number)])
            last = news.next
        }
    }

    @Test func `a number from before, from elsewhere or from what is not kept any more is a reset`() throws {
        var limits = WatchHub.Limits()
        limits.changes = 10
        let hub = WatchHub(limits: limits)
        let start = hub.now()
        #expect(hub.news(of: .below(nil), after: 0).isReset)
        #expect(hub.news(of: .below(nil), after: start + 1_000_000_000).isReset)
        for number in 1...19 { try hub.publish([Self.change(Int64(number), "a/b")]) }
        #expect(hub.news(of: .below(nil), after: start).items.count == 19)
        try hub.publish([Self.change(20, "a/b")])
        // Ten are kept, and whoever was told the tenth has missed nothing.
        #expect(hub.news(of: .below(nil), after: start).isReset)
        let kept = hub.news(of: .below(nil), after: hub.news(of: .below(nil), after: hub.now()).next)
        #expect(kept.isEmpty)
        #expect(hub.news(of: .secret(try SecretPath("x/y")), after: start).isReset)
    }

    @Test func `many changes are told in pieces, and none is lost between them`() throws {
        var limits = WatchHub.Limits()
        limits.changesPerAnswer = 3
        let hub = WatchHub(limits: limits)
        var at = hub.now()
        try hub.publish((1...8).map { try Self.change($0, $0 % 2 == 0 ? "a/b" : "a/c") })
        var told: [Int64] = []
        for expected in [3, 3, 2] {
            let news = hub.news(of: .below(nil), after: at)
            #expect(news.items.count == expected)
            told += news.items.map(\.change.sequence)
            at = news.next
        }
        #expect(told == Array(1...8))
    }

    @Test func `seats are bounded over all, for each principal and for each address, and come back`() {
        var limits = WatchHub.Limits()
        (limits.watchers, limits.watchersPerPrincipal, limits.watchersPerAddress) = (4, 2, 3)
        let hub = WatchHub(limits: limits)
        var seats = [hub.seat(for: "a", at: "1"), hub.seat(for: "a", at: "2")]
        #expect(hub.seat(for: "a", at: "3") == nil)
        seats.append(hub.seat(for: "b", at: "1"))
        seats.append(hub.seat(for: "c", at: "1"))
        #expect(seats.allSatisfy { $0 != nil } && hub.count == 4)
        #expect(hub.seat(for: "d", at: "4") == nil)
        seats.removeLast()
        #expect(hub.count == 3)
        #expect(hub.seat(for: "d", at: "1") != nil)
        seats.append(hub.seat(for: "d", at: "1"))
        #expect(hub.seat(for: "e", at: "1") == nil)
        seats = []
        #expect(hub.count == 0)
    }
}
