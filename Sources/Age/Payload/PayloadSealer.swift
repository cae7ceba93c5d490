internal import Crypto

/// Seals content chunk by chunk: the sending half of STREAM.
///
/// A pure state machine: bytes in, bytes out. It keeps at most one chunk, because only the end of the input tells which
/// chunk is the last. It cannot be copied: a copy would seal other content under the same nonce.
struct PayloadSealer: ~Copyable {
    private let key: SymmetricKey
    private var nonce = ChunkNonce()
    private var pending: [UInt8] = []

    init(key: SymmetricKey) {
        self.key = key
        pending.reserveCapacity(AgeLimits.chunkBytes)
    }

    mutating func update(_ content: ArraySlice<UInt8>, into output: inout [UInt8]) throws(AgeError) {
        var rest = content
        if !pending.isEmpty {
            let head = rest.prefix(AgeLimits.chunkBytes - pending.count)
            pending.append(contentsOf: head)
            rest = rest[head.endIndex...]
            guard !rest.isEmpty else { return }
            try seal(pending[...], isLast: false, into: &output)
            pending.removeAll(keepingCapacity: true)
        }
        // More follows than a chunk: seal it where it lies.
        while rest.count > AgeLimits.chunkBytes {
            let chunk = rest.prefix(AgeLimits.chunkBytes)
            try seal(chunk, isLast: false, into: &output)
            rest = rest[chunk.endIndex...]
        }
        pending.append(contentsOf: rest)
    }

    mutating func finish(into output: inout [UInt8]) throws(AgeError) {
        try seal(pending[...], isLast: true, into: &output)
        wipe(&pending)
    }

    private mutating func seal(
        _ chunk: ArraySlice<UInt8>,
        isLast: Bool,
        into output: inout [UInt8]
    ) throws(AgeError) {
        do {
            let nonce = try ChaChaPoly.Nonce(data: nonce.bytes(isLast: isLast))
            let box = try ChaChaPoly.seal(chunk, using: key, nonce: nonce)
            output.append(contentsOf: box.combined.dropFirst(ChunkNonce.byteCount))
        } catch {
            throw AgeError(.cryptography)
        }
        nonce.advance()
    }
}
