/// Random bytes and unbiased choices from a source of random numbers.
struct RandomBytes<Source: RandomNumberGenerator> {
    private var source: Source
    private var pool: UInt64 = 0
    private var left = 0

    init(_ source: Source) { self.source = source }

    /// The source in its state after what was drawn.
    var drained: Source { source }

    mutating func byte() -> UInt8 {
        if left == 0 {
            pool = source.next()
            left = 8
        }
        let byte = UInt8(truncatingIfNeeded: pool)
        pool >>= 8
        left -= 1
        return byte
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in byte() }
    }

    /// One of the elements, each as likely as the others.
    ///
    /// A byte beyond the largest multiple of the count is drawn again: the remainder of a division would favour the
    /// first elements.
    mutating func element(of alphabet: [UInt8]) -> UInt8 {
        precondition(!alphabet.isEmpty && alphabet.count <= 256, "an alphabet has 1 to 256 characters")
        let limit = 256 - 256 % alphabet.count
        while true {
            let drawn = Int(byte())
            if drawn < limit { return alphabet[drawn % alphabet.count] }
        }
    }
}
