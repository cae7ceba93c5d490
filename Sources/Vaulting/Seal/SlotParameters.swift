/// What a slot says in the clear of how it is opened, authenticated with what it wraps.
///
/// Key files and passphrases have the forms of the first format: the key's id; the cost and salt of scrypt. Every later kind
/// begins with the number of its form, so that it can have another one day.
enum SlotParameters {
    /// The kinds' numbers in the store.
    static let kinds: [(number: Int64, kind: SealSlot.Kind)] = [
        (1, .keyFile), (2, .passphrase), (3, .shares), (4, .awsKMS), (5, .vaultTransit), (6, .azureKeyVault),
    ]

    static func kind(of number: Int64) -> SealSlot.Kind { kinds.first { $0.number == number }?.kind ?? .unknown }

    static func number(of kind: SealSlot.Kind) -> Int64 { kinds.first { $0.kind == kind }?.number ?? 0 }

    private static let form: UInt8 = 1
    private static let wrappedBytes = 4096

    static func encode(shares count: Int, threshold: Int) -> [UInt8] { [form, UInt8(count), UInt8(threshold)] }

    static func decodeShares(_ bytes: [UInt8]) -> (count: Int, threshold: Int)? {
        guard bytes.count == 3, bytes[0] == form, bytes[1] >= bytes[2], bytes[2] >= 1 else { return nil }
        return (Int(bytes[1]), Int(bytes[2]))
    }

    /// - Returns: nil when the place or what was wrapped is longer than a slot keeps.
    static func encode(place: String, wrapped: [UInt8]) -> [UInt8]? {
        guard place.utf8.count <= SealSlot.placeBytes, wrapped.count <= wrappedBytes else { return nil }
        var writer = CanonicalWriter()
        writer.write(byte: form)
        writer.write(place)
        writer.write(wrapped)
        return writer.bytes
    }

    static func decodeService(_ bytes: [UInt8]) -> (place: String, wrapped: [UInt8])? {
        unsafe bytes.withUnsafeBytes { memory in
            var reader = unsafe CanonicalReader(memory)
            guard reader.byte() == form, let place = reader.text(), let wrapped = reader.array(), reader.isAtEnd,
                place.utf8.count <= SealSlot.placeBytes, wrapped.count <= wrappedBytes
            else { return nil }
            return (place, wrapped)
        }
    }

    static func encode(_ parameters: ScryptParameters) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.write(byte: UInt8(parameters.logN))
        writer.write(UInt32(parameters.blockSize))
        writer.write(UInt32(parameters.parallelism))
        writer.write(fixed: parameters.salt)
        return writer.bytes
    }

    static func decodeScrypt(_ bytes: [UInt8]) -> ScryptParameters? {
        unsafe bytes.withUnsafeBytes { memory in
            var reader = unsafe CanonicalReader(memory)
            guard let logN = reader.byte(), let blockSize = reader.uint32(), let parallelism = reader.uint32(),
                let salt = reader.fixed(32), reader.isAtEnd
            else { return nil }
            let parameters = ScryptParameters(
                logN: Int(logN),
                blockSize: Int(blockSize),
                parallelism: Int(parallelism),
                salt: salt
            )
            return parameters.isAcceptable ? parameters : nil
        }
    }
}
