import Crypto
import Testing

@testable import Vaulting

@Suite struct MultisetHashTests {
    private let key = Authenticator(key: SymmetricKey(data: Array(0..<32)))
    private func row(_ number: Int) -> [UInt8] { Array("row \(number)".utf8) }

    private func hash(_ rows: some Sequence<Int>) -> MultisetHash {
        var hash = MultisetHash()
        for number in rows { hash.add(row(number), under: key) }
        return hash
    }

    @Test func `the order of changes does not matter, and what is taken out was never there`() {
        var changed = hash((0..<50).reversed())
        for number in 0..<40 { changed.remove(row(number), under: key) }
        #expect(changed == hash(40..<50))
        for number in 40..<50 { changed.remove(row(number), under: key) }
        #expect(changed == MultisetHash())
    }

    @Test func `another set, another key and a set with a row twice have other hashes`() {
        #expect(!(hash(0..<9) == hash(1..<10)))
        #expect(!(hash([1, 2]) == hash([1, 2, 2])))
        #expect(!(hash([1, 2]) == hash([3])))
        var other = MultisetHash()
        other.add(row(1), under: Authenticator(key: SymmetricKey(data: Array(1..<33))))
        #expect(!(other == hash([1])))
    }

    @Test func `the stored form reads back, hides the sum, and is never the same twice`() throws {
        let rows = hash(0..<1000)
        let (first, second) = (rows.bytes(under: key), rows.bytes(under: key))
        #expect(first != second && first.count == 56)
        #expect(first.suffix(32) != second.suffix(32))
        let read = try #require(MultisetHash(first, under: key))
        #expect(read == rows && read.count == 1000)
        #expect(MultisetHash.count(in: first) == 1000)
        #expect(MultisetHash(first.dropLast(), under: key) == nil)
        #expect(MultisetHash([], under: key) == nil)
    }

    // The sum modulo 2^256, by Python's integers:
    //   k = b"Jefe"; h = lambda m: int.from_bytes(hmac.digest(k, m, "sha256"), "big")
    //   (h(b"\x00" + nonce) + h(b"\x01a") + h(b"\x01b") + h(b"\x01c")) % 2**256
    @Test func `the sum is that of whole numbers modulo 2^256`() throws {
        let key = Authenticator(key: SymmetricKey(data: Array("Jefe".utf8)))
        var rows = MultisetHash()
        for name in ["a", "b", "c"] { rows.add(Array(name.utf8), under: key) }
        let stored =
            "000102030405060708090a0b0c0d0e0f" + "0000000000000003"
            + "a9b016bffd813880c618182a46495486f3d58ab9e213932b25347ce4323569f6"
        let bytes = try #require(Hex.decode(stored))
        let read = try #require(MultisetHash(bytes, under: key))
        #expect(read == rows)
    }
}
