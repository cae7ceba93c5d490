import SecretStore
import Synchronization
import Testing

@testable import Server

/// The count of wrong passwords, at a time of its own.
@Suite struct AttemptLimiterTests {
    private let time = TestClock()
    private struct Wrong: Error {}

    private func limiter(limit: Int = 1000) -> AttemptLimiter {
        AttemptLimiter(freeAttempts: 3, longestSeconds: 60, limit: limit, clock: time.now)
    }

    /// One attempt: how long it must wait instead, or nil.
    @discardableResult
    private func attempt(
        _ limiter: AttemptLimiter,
        _ name: String,
        from address: String = "a",
        isRight: Bool = false,
        taking seconds: Int = 0
    ) -> Int? {
        if let wait = limiter.begin(name: name, address: address) { return wait }
        try? limiter.end(name: name, address: address) {
            time.pass(seconds: seconds)
            if !isRight { throw Wrong() }
        }
        return nil
    }

    @Test func theFirstAreFreeAndThenEachWaitIsTwiceTheLastUpToTheLongest() {
        let limiter = limiter()
        for _ in 0..<3 { #expect(attempt(limiter, "ada") == nil) }
        for seconds in [2, 4, 8, 16, 32, 60, 60] {
            #expect(attempt(limiter, "ada", isRight: true) == seconds)
            #expect(limiter.locked() == 1)
            time.pass(seconds: seconds - 1)
            #expect(attempt(limiter, "ada") == 1)
            time.pass(seconds: 1)
            #expect(limiter.locked() == 0)
            #expect(attempt(limiter, "ada") == nil)
        }
        #expect(attempt(limiter, "bob") == nil)
    }

    @Test func theWaitBeginsWhenTheAttemptEnded() {
        let limiter = limiter()
        for _ in 0..<2 { attempt(limiter, "ada") }
        attempt(limiter, "ada", taking: 30)
        #expect(attempt(limiter, "ada") == 2)
    }

    @Test func `an attempt that was never made is taken back, and what was wrong before it stays`() {
        let limiter = limiter()
        for _ in 0..<100 {
            #expect(limiter.begin(name: "ada", address: "a") == nil)
            limiter.cancel(name: "ada", address: "a")
        }
        for _ in 0..<2 { attempt(limiter, "ada") }
        #expect(limiter.begin(name: "ada", address: "a") == nil)
        limiter.cancel(name: "ada", address: "a")
        #expect(limiter.wait(name: "ada", address: "a") == nil)
        attempt(limiter, "ada")
        #expect(limiter.wait(name: "ada", address: "a") == 2)
        #expect(limiter.wait(name: "ada", address: "a") == 2)
        #expect(limiter.wait(name: "bob", address: "a") == nil)
        limiter.cancel(name: "nobody", address: "b")
        #expect(limiter.locked() == 1)
    }

    @Test func whatIsUnderWayCountsAsWrong() {
        let limiter = limiter()
        for _ in 0..<3 { #expect(limiter.begin(name: "ada", address: "a") == nil) }
        #expect(limiter.begin(name: "ada", address: "a") == 2)
    }

    @Test func aRightOneForgetsTheNameAndOfTheAddressOnlyItself() {
        let limiter = limiter()
        for _ in 0..<2 { attempt(limiter, "ada") }
        attempt(limiter, "ada", isRight: true)
        for _ in 0..<2 { #expect(attempt(limiter, "ada") == nil) }
        // 4 of the address's 30 are gone; 25 more leave it one.
        for number in 0..<25 { #expect(attempt(limiter, "n\(number)") == nil) }
        // Right ones take nothing from it, and after none of them must it wait.
        for _ in 0..<5 { #expect(attempt(limiter, "eve", isRight: true) == nil) }
        #expect(attempt(limiter, "eve") == nil)
        #expect(attempt(limiter, "eve", isRight: true) == 2)
        #expect(attempt(limiter, "eve", from: "b", isRight: true) == nil)
    }

    @Test func whatNobodyAddedToForTheLongestWaitIsForgotten() {
        let limiter = limiter()
        for _ in 0..<3 { attempt(limiter, "ada") }
        time.pass(seconds: 61)
        for _ in 0..<3 { #expect(attempt(limiter, "ada") == nil) }
        #expect(attempt(limiter, "ada") == 2)
    }

    @Test func aLongNameIsCountedByItsBeginning() {
        let limiter = limiter()
        let name = String(repeating: "n", count: 64)
        for ending in ["a", "b", "c"] { #expect(attempt(limiter, name + ending) == nil) }
        #expect(attempt(limiter, name + "d") == 2)
    }

    @Test func theCountIsBoundedAndForgetsFirstThoseThatNeedNotWait() {
        let limiter = limiter(limit: 10)
        for _ in 0..<3 { attempt(limiter, "ada") }
        for number in 0..<30 { attempt(limiter, "n\(number)", from: "a\(number)") }
        #expect(attempt(limiter, "ada") == 2)
        #expect(limiter.locked() == 1)
    }
}

/// A time that passes when the test says so.
final class TestClock: Sendable {
    private let moment = Mutex(Timestamp(microseconds: 1_800_000_000_000_000))

    @Sendable func now() -> Timestamp { moment.withLock { $0 } }

    func pass(seconds: Int) { moment.withLock { $0 = $0.adding(seconds: seconds) } }
}
