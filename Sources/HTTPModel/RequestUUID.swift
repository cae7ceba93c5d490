internal import Synchronization

/// Names for answers: UUIDs in the form of version 4 (RFC 9562, section 5.4), each once in a process.
///
/// Every answer of three protocols has one, so they come without asking the system for random bytes each time: two random
/// numbers of the process, and a count that SplitMix64's finishing step mixes with them, which maps no two counts to one
/// number. Nothing is secret about them: who has seen a few can tell the next.
public enum RequestUUID {
    private static let seed: (UInt64, UInt64) = {
        var random = SystemRandomNumberGenerator()
        return (random.next(), random.next())
    }()
    private static let count = Atomic<UInt64>(0)

    /// The next one, in lower case.
    public static func next() -> String {
        let step = count.add(1, ordering: .relaxed).newValue &* 0x9E37_79B9_7F4A_7C15
        let high = mixed(seed.0 &+ step) & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = mixed(seed.1 &+ step) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return String(unsafeUninitializedCapacity: 36) { text in
            var place = 0
            for position in 0..<32 {
                if position == 8 || position == 12 || position == 16 || position == 20 {
                    unsafe text[place] = UInt8(ascii: "-")
                    place += 1
                }
                let half = position < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - position % 16 * 4) & 15)
                unsafe text[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                place += 1
            }
            return place
        }
    }

    /// The finishing step of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
    private static func mixed(_ number: UInt64) -> UInt64 {
        var number = number
        number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
        return number ^ (number >> 31)
    }
}
