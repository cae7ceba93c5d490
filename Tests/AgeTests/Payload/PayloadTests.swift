import Crypto
import Testing

@testable import Age

@Suite struct PayloadTests {
    private static let sealedChunk = AgeLimits.chunkBytes + ChunkNonce.tagBytes
    private let key = SymmetricKey(data: [UInt8](repeating: 7, count: 32))

    private func seal(_ content: [UInt8], pieceSize: Int = 1 << 20) throws -> [UInt8] {
        var sealer = PayloadSealer(key: key)
        var sealed: [UInt8] = []
        try inPieces(content, of: pieceSize) { piece throws(AgeError) in try sealer.update(piece, into: &sealed) }
        try sealer.finish(into: &sealed)
        return sealed
    }

    private func open(_ sealed: [UInt8], pieceSize: Int = 1 << 20) -> (content: [UInt8], error: AgeError?) {
        var opener = PayloadOpener(key: key)
        var content: [UInt8] = []
        do throws(AgeError) {
            try inPieces(sealed, of: pieceSize) { piece throws(AgeError) in try opener.update(piece, into: &content) }
            try opener.finish(into: &content)
            return (content, nil)
        } catch { return (content, error) }
    }

    @Test(arguments: [0, 1, 65535, 65536, 65537, 131_071, 131_072, 131_073, 200_000])
    func `every length comes back, in pieces of every size`(count: Int) throws {
        let plain = content(count)
        let sealed = try seal(plain)
        let chunks = max(1, (count + AgeLimits.chunkBytes - 1) / AgeLimits.chunkBytes)
        #expect(sealed.count == count + chunks * ChunkNonce.tagBytes)
        for pieceSize in [997, 65535, 65536, 65537, 65552, 1 << 20] {
            #expect(try seal(plain, pieceSize: pieceSize) == sealed)
            let (content, error) = open(sealed, pieceSize: pieceSize)
            #expect(content == plain && error == nil)
        }
    }

    /// The construction itself, written out: the nonce of each chunk, and the mark of the last.
    @Test func `each chunk is sealed under its number and the mark of the last`() throws {
        let plain = content(65536 + 10)
        let sealed = try seal(plain)
        let first = try ChaChaPoly.SealedBox(
            nonce: ChaChaPoly.Nonce(data: hex("0000000000000000000000 00")),
            ciphertext: sealed[..<65536],
            tag: sealed[65536..<65552]
        )
        #expect(try Array(ChaChaPoly.open(first, using: key)) == Array(plain[..<65536]))
        let second = try ChaChaPoly.SealedBox(
            nonce: ChaChaPoly.Nonce(data: hex("0000000000000000000001 01")),
            ciphertext: sealed[65552..<65562],
            tag: sealed[65562...]
        )
        #expect(try Array(ChaChaPoly.open(second, using: key)) == Array(plain[65536...]))
    }

    @Test func `the counter carries through all its bytes`() {
        var nonce = ChunkNonce()
        for _ in 0..<0x1_0203 { nonce.advance() }
        #expect(nonce.bytes(isLast: false) == hex("0000000000000000010203 00"))
        #expect(nonce.bytes(isLast: true) == hex("0000000000000000010203 01"))
    }

    @Test(arguments: [0, 1, 20, 65551, 65552, 65560, 131_103, 131_104])
    func `a flipped bit is found, and nothing of its chunk comes out`(position: Int) throws {
        let plain = content(2 * 65536 + 5)
        var sealed = try seal(plain)
        sealed[position] ^= 1
        let chunk = position / Self.sealedChunk
        for pieceSize in [1000, 1 << 20] {
            let (content, error) = open(sealed, pieceSize: pieceSize)
            #expect(error == AgeError(.payloadAltered(chunk: UInt64(chunk))))
            #expect(content == Array(plain[..<(chunk * AgeLimits.chunkBytes)]))
        }
    }

    @Test func `whatever is cut off the end is missed`() throws {
        let plain = content(65536 + 40)
        let sealed = try seal(plain)
        for count in Array(0..<40) + Array((65552 - 20)..<(65552 + 56)) {
            let (content, error) = open(Array(sealed[..<count]))
            #expect(error?.category == .payload, "\(count) bytes left")
            #expect(plain.starts(with: content) && content.count % AgeLimits.chunkBytes == 0)
        }
        #expect(open([]).error == AgeError(.payloadTruncated))
        #expect(open(Array(sealed[..<65552])).error == AgeError(.payloadTruncated))
    }

    @Test(arguments: [0, 10, 65536, 65536 + 10, 2 * 65536])
    func `whatever is added to the end is found`(count: Int) throws {
        let plain = content(count)
        let sealed = try seal(plain)
        for added in [1, 15, 16, 17, 65552, 70000] {
            let (content, error) = open(sealed + [UInt8](zeros: added))
            #expect(error?.category == .payload)
            #expect(plain.starts(with: content))
        }
        if count % 65536 == 0, count > 0 {
            #expect(open(sealed + [0]).error == AgeError(.payloadTrailingData))
        }
    }

    @Test func `chunks do not change places, and none can be left out or come twice`() throws {
        let plain = content(3 * 65536 + 10)
        let sealed = try seal(plain)
        let chunks = (0..<4).map {
            Array(sealed[($0 * Self.sealedChunk)..<min(sealed.count, ($0 + 1) * Self.sealedChunk)])
        }
        for order in [
            [1, 0, 2, 3], [0, 2, 1, 3], [1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 0, 1, 2, 3], [0, 1, 2, 2, 3], [3],
        ] {
            let (content, error) = open(order.flatMap { chunks[$0] })
            #expect(error?.category == .payload, "in the order \(order)")
            #expect(plain.starts(with: content))
        }
    }

    @Test func `an empty last chunk is refused unless it is the only one`() throws {
        let first = try ChaChaPoly.seal(
            content(65536),
            using: key,
            nonce: ChaChaPoly.Nonce(data: hex("0000000000000000000000 00"))
        )
        let last = try ChaChaPoly.seal(
            [UInt8](),
            using: key,
            nonce: ChaChaPoly.Nonce(data: hex("0000000000000000000001 01"))
        )
        let sealed = Array(first.ciphertext) + Array(first.tag) + Array(last.tag)
        let (content, error) = open(sealed)
        #expect(error == AgeError(.payloadEmptyFinalChunk))
        #expect(content.count == 65536)
        #expect(open(try seal([])).error == nil)
    }
}
