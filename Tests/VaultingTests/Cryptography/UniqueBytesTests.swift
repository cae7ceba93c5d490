import Synchronization
import Testing

@testable import Vaulting

private final class Seen: Sendable {
    let all = Mutex(Set<[UInt8]>())
}

@Suite struct UniqueBytesTests {
    @Test func `no bytes come twice, whoever asks`() async {
        let seen = Seen()
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    for round in 0..<2000 {
                        let bytes = uniqueBytes(12 + round % 53)
                        #expect(bytes.count == 12 + round % 53)
                        // Eight bytes of 64 bits: any two of 8,000 are the same once in 10^11 runs.
                        seen.all.withLock { _ = $0.insert(Array(bytes.suffix(8))) }
                    }
                }
            }
        }
        #expect(seen.all.withLock { $0.count } == 8000)
    }

    @Test func `what is given out is random to its last byte`() {
        // Of 64 × 64 bytes, each value would be missing once in nine million.
        var counts = [Int](repeating: 0, count: 256)
        for byte in (0..<64).flatMap({ _ in uniqueBytes(64) }) { counts[Int(byte)] += 1 }
        #expect(counts.allSatisfy { (1...64).contains($0) })
    }
}
