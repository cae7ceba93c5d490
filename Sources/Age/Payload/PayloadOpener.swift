internal import Crypto

/// Opens content chunk by chunk: the receiving half of STREAM.
///
/// A pure state machine: bytes in, bytes out. Nothing comes out that was not authenticated, and the end is only an end
/// when ``finish(into:)`` has opened a last chunk. Every full chunk that is authentic comes out before the error about
/// what follows it, so that what a caller gets does not depend on how the file was cut into pieces.
struct PayloadOpener: ~Copyable {
    private static let sealedChunkBytes = AgeLimits.chunkBytes + ChunkNonce.tagBytes

    private let key: SymmetricKey
    private var nonce = ChunkNonce()
    /// The nonce and the sealed chunk, as the library takes them together.
    private var pending: [UInt8] = []

    init(key: SymmetricKey) {
        self.key = key
        pending.reserveCapacity(ChunkNonce.byteCount + Self.sealedChunkBytes)
        pending.append(contentsOf: nonce.bytes(isLast: false))
    }

    private var sealedBytes: Int { pending.count - ChunkNonce.byteCount }

    mutating func update(_ sealed: ArraySlice<UInt8>, into output: inout [UInt8]) throws(AgeError) {
        var rest = sealed
        while !rest.isEmpty {
            if sealedBytes == Self.sealedChunkBytes {
                // Something follows, so that this chunk cannot be the last.
                guard let content = open(isLast: false) else { throw failureBeforeMore(into: &output) }
                output.append(contentsOf: content)
                startChunk()
            }
            let head = rest.prefix(Self.sealedChunkBytes - sealedBytes)
            pending.append(contentsOf: head)
            rest = rest[head.endIndex...]
        }
    }

    mutating func finish(into output: inout [UInt8]) throws(AgeError) {
        guard sealedBytes >= ChunkNonce.tagBytes else { throw AgeError(.payloadTruncated) }
        guard let content = open(isLast: true) else { throw failureAtEnd(into: &output) }
        guard sealedBytes > ChunkNonce.tagBytes || nonce.counter == 0 else { throw AgeError(.payloadEmptyFinalChunk) }
        output.append(contentsOf: content)
        pending.removeAll()
    }

    private mutating func startChunk() {
        nonce.advance()
        pending.removeAll(keepingCapacity: true)
        pending.append(contentsOf: nonce.bytes(isLast: false))
    }

    private mutating func open(isLast: Bool) -> [UInt8]? {
        pending[ChunkNonce.byteCount - 1] = isLast ? 1 : 0
        guard
            let box = try? ChaChaPoly.SealedBox(combined: pending),
            let content = try? ChaChaPoly.open(box, using: key)
        else { return nil }
        return Array(content)
    }

    /// A full chunk with something after it did not open: perhaps it is the last, and something was appended.
    private mutating func failureBeforeMore(into output: inout [UInt8]) -> AgeError {
        guard let content = open(isLast: true) else { return AgeError(.payloadAltered(chunk: nonce.counter)) }
        output.append(contentsOf: content)
        return AgeError(.payloadTrailingData)
    }

    /// The last chunk did not open as the last: perhaps it is whole, and what followed was cut off.
    private mutating func failureAtEnd(into output: inout [UInt8]) -> AgeError {
        guard sealedBytes == Self.sealedChunkBytes, let content = open(isLast: false) else {
            return AgeError(.payloadAltered(chunk: nonce.counter))
        }
        output.append(contentsOf: content)
        return AgeError(.payloadTruncated)
    }
}
