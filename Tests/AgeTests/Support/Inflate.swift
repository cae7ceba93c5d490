/// Decompresses zlib (RFC 1950, RFC 1951), in which the test kit keeps its larger files.
///
/// Written for this one use: whole input, whole output, the sum at the end checked.
enum Inflate {
    struct Malformed: Error {}

    static func zlib(_ input: [UInt8]) throws -> [UInt8] {
        guard input.count > 6, input[0] & 15 == 8, (Int(input[0]) << 8 | Int(input[1])) % 31 == 0, input[1] & 32 == 0
        else { throw Malformed() }
        var bits = Bits(input, from: 2)
        var output: [UInt8] = []
        var isLast = false
        while !isLast {
            isLast = try bits.take(1) == 1
            switch try bits.take(2) {
            case 0: try stored(&bits, &output)
            case 1: try block(&bits, &output, Huffman(fixedLengths), Huffman([Int](repeating: 5, count: 30)))
            case 2:
                let (literals, distances) = try tables(&bits)
                try block(&bits, &output, literals, distances)
            default: throw Malformed()
            }
        }
        bits.alignToByte()
        let sum = try (0..<4).reduce(0) { sum, _ in try sum << 8 | bits.take(8) }
        guard sum == adler(output) else { throw Malformed() }
        return output
    }

    private static let fixedLengths = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }

    private static func adler(_ bytes: [UInt8]) -> Int {
        var (a, b) = (1, 0)
        for byte in bytes {
            a = (a + Int(byte)) % 65521
            b = (b + a) % 65521
        }
        return b << 16 | a
    }

    private static func stored(_ bits: inout Bits, _ output: inout [UInt8]) throws {
        bits.alignToByte()
        let count = try bits.take(16)
        guard try bits.take(16) == count ^ 0xFFFF else { throw Malformed() }
        for _ in 0..<count { output.append(UInt8(try bits.take(8))) }
    }

    private static func block(
        _ bits: inout Bits,
        _ output: inout [UInt8],
        _ literals: Huffman,
        _ distances: Huffman
    ) throws {
        while true {
            let symbol = try literals.decode(&bits)
            if symbol < 256 {
                output.append(UInt8(symbol))
            } else if symbol == 256 {
                return
            } else {
                let length = try value(symbol - 257, &bits, lengthBases, lengthExtra)
                let distance = try value(distances.decode(&bits), &bits, distanceBases, distanceExtra)
                guard distance <= output.count else { throw Malformed() }
                for _ in 0..<length { output.append(output[output.count - distance]) }
            }
        }
    }

    private static func value(_ symbol: Int, _ bits: inout Bits, _ bases: [Int], _ extra: [Int]) throws -> Int {
        guard symbol < bases.count else { throw Malformed() }
        return bases[symbol] + (try bits.take(extra[symbol]))
    }

    private static let lengthExtra = (0..<28).map { $0 < 4 ? 0 : $0 / 4 - 1 } + [0]
    private static let lengthBases = bases(from: 3, lengthExtra.dropLast()) + [258]
    private static let distanceExtra = (0..<30).map { $0 < 2 ? 0 : $0 / 2 - 1 }
    private static let distanceBases = bases(from: 1, distanceExtra)

    private static func bases(from first: Int, _ extra: some Sequence<Int>) -> [Int] {
        extra.reduce(into: (first, [Int]())) { state, bits in
            state.1.append(state.0)
            state.0 += 1 << bits
        }.1
    }

    private static func tables(_ bits: inout Bits) throws -> (Huffman, Huffman) {
        let literalCount = try bits.take(5) + 257
        let distanceCount = try bits.take(5) + 1
        let lengthCount = try bits.take(4) + 4
        var lengthLengths = [Int](repeating: 0, count: 19)
        for index in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15].prefix(lengthCount) {
            lengthLengths[index] = try bits.take(3)
        }
        let table = Huffman(lengthLengths)
        var lengths: [Int] = []
        while lengths.count < literalCount + distanceCount {
            switch try table.decode(&bits) {
            case 16:
                guard let last = lengths.last else { throw Malformed() }
                lengths += [Int](repeating: last, count: try bits.take(2) + 3)
            case 17: lengths += [Int](repeating: 0, count: try bits.take(3) + 3)
            case 18: lengths += [Int](repeating: 0, count: try bits.take(7) + 11)
            case let length: lengths.append(length)
            }
        }
        guard lengths.count == literalCount + distanceCount else { throw Malformed() }
        return (Huffman(Array(lengths[..<literalCount])), Huffman(Array(lengths[literalCount...])))
    }

    private struct Bits {
        private let input: [UInt8]
        private var position: Int
        private var held = 0
        private var heldCount = 0

        init(_ input: [UInt8], from position: Int) {
            self.input = input
            self.position = position
        }

        mutating func take(_ count: Int) throws -> Int {
            while heldCount < count {
                guard position < input.count else { throw Malformed() }
                held |= Int(input[position]) << heldCount
                heldCount += 8
                position += 1
            }
            defer {
                held >>= count
                heldCount -= count
            }
            return held & (1 << count - 1)
        }

        mutating func alignToByte() {
            held >>= heldCount % 8
            heldCount -= heldCount % 8
        }
    }

    /// A canonical Huffman code (RFC 1951, section 3.2.2).
    private struct Huffman {
        private var counts = [Int](repeating: 0, count: 16)
        private var symbols: [Int] = []

        init(_ lengths: [Int]) {
            for length in lengths where length > 0 { counts[length] += 1 }
            for length in 1..<16 { symbols += lengths.indices.filter { lengths[$0] == length } }
        }

        func decode(_ bits: inout Bits) throws -> Int {
            var (code, first, index) = (0, 0, 0)
            for length in 1..<16 {
                code |= try bits.take(1)
                if code - first < counts[length] { return symbols[index + code - first] }
                index += counts[length]
                first = (first + counts[length]) << 1
                code <<= 1
            }
            throw Malformed()
        }
    }
}
