import Secrets
import Testing

@testable import Server

/// The shares that are given to a sealed store.
@Suite struct UnsealProgressTests {
    private static func share(_ number: Int) -> Secret<[UInt8]> {
        Secret([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 33))
    }

    @Test func `shares are tried and forgotten also when fewer are needed meanwhile`() {
        var progress = UnsealProgress()
        for number in 1...4 {
            let (_, isEnough, isLast) = progress.add(Self.share(number), thresholds: [5])
            #expect(!isEnough && !isLast)
        }
        // The set was replaced by one that two open: what is there is tried with the next one, whichever it is.
        for number in [1, 6] {
            var now = progress
            let (shares, isEnough, isLast) = now.add(Self.share(number), thresholds: [2])
            #expect(shares.count == (number == 1 ? 4 : 5))
            #expect(isEnough && isLast)
        }
    }

    @Test func `each number of shares from the fewest to the most is tried once, and the same share fills nothing`() {
        var progress = UnsealProgress()
        var tried: [Int] = []
        for number in [1, 1, 2, 2, 3, 4, 4, 5] {
            let (shares, isEnough, isLast) = progress.add(Self.share(number), thresholds: [2, 5])
            #expect(isLast == (shares.count == 5))
            if isEnough { tried.append(shares.count) }
        }
        #expect(tried == [2, 3, 4, 5])
    }
}
