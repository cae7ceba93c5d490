import Testing

@testable import PortfolioBackend

struct AttemptBucketsTests {
    @Test func `ten attempts at once, then one every six seconds`() {
        var buckets = AttemptBuckets()
        let start = ContinuousClock.now
        for _ in 0..<10 {
            #expect(buckets.take("192.0.2.1", now: start) == nil)
        }
        #expect(buckets.take("192.0.2.1", now: start) == .seconds(6))
        let rest = buckets.take("192.0.2.1", now: start + .seconds(5)) ?? .zero
        #expect(rest > .milliseconds(990) && rest < .milliseconds(1010))
        #expect(buckets.take("192.0.2.1", now: start + .seconds(6)) == nil)
        #expect(buckets.take("192.0.2.1", now: start + .seconds(6)) != nil)
    }

    @Test func `one client's attempts do not count for another`() {
        var buckets = AttemptBuckets()
        let now = ContinuousClock.now
        for _ in 0..<20 {
            _ = buckets.take("192.0.2.1", now: now)
        }
        #expect(buckets.take("192.0.2.2", now: now) == nil)
    }

    @Test func `a clock that stands or goes back gives nothing away`() {
        var buckets = AttemptBuckets()
        let now = ContinuousClock.now
        for _ in 0..<10 {
            _ = buckets.take("192.0.2.1", now: now)
        }
        #expect(buckets.take("192.0.2.1", now: now - .seconds(3600)) != nil)
    }

    @Test func `however many addresses come, the table has a bound and the limit holds`() {
        var buckets = AttemptBuckets()
        let now = ContinuousClock.now
        var allowed = 0
        for number in 0..<(AttemptBuckets.maximumAddresses * 2) {
            allowed += buckets.take("client \(number)", now: now) == nil ? 1 : 0
        }
        #expect(buckets.buckets.count <= AttemptBuckets.maximumAddresses + 1)
        #expect(allowed == AttemptBuckets.maximumAddresses + Int(AttemptBuckets.capacity))
        // An hour later everybody's bucket is full again, and the table has room.
        #expect(buckets.take("newcomer", now: now + .seconds(3600)) == nil)
        #expect(buckets.buckets.count == 1)
    }
}
