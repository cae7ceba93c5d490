import FuzzDriver
import Server

@main
enum FuzzJWT {
    static func main() { FuzzDriver.run { run($0) } }

    /// One input: a byte that chooses, then two texts with an empty line between them.
    static func run(_ input: [UInt8]) {
        guard let choice = input.first else { return }
        let rest = input.dropFirst()
        var end = rest.endIndex
        var next = rest.endIndex
        for index in rest.indices.dropLast() where rest[index] == 0x0A && rest[index + 1] == 0x0A {
            (end, next) = (index, index + 2)
            break
        }
        let (first, second) = (Array(rest[..<end]), Array(rest[next...]))
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        switch choice % 3 {
        case 0: FuzzDriver.require(JWTFuzzing.readsToken(text(first), keys: second), "an invariant of tokens")
        case 1: FuzzDriver.require(JWTFuzzing.judgesClaims(first, role: second), "an invariant of claims")
        default: FuzzDriver.require(JWTFuzzing.fits(text(first), text(second)), "an invariant of patterns")
        }
    }
}
