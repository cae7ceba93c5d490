internal import Crypto
internal import SecretStore
internal import Secrets

/// The payload of one version, sealed: AES-256-GCM under HKDF-SHA256(data key, random salt), bound to its place.
///
/// In the clear it is
/// ```
/// fields:  count (4), then for each field in the byte order of names: length (4), name, length (4), value
/// text:    length (4), UTF-8
/// bytes:   length (4), bytes
/// ```
/// with big-endian lengths. The kind is not in it but authenticated with it.
enum PayloadBox {
    static let saltBytes = 32
    private static let info = Array("keyfolio/1 payload".utf8)

    static func number(of kind: Payload.Kind) -> Int64 {
        switch kind {
        case .fields: 1
        case .text: 2
        case .bytes: 3
        }
    }

    static func kind(of number: Int64) -> Payload.Kind? {
        switch number {
        case 1: .fields
        case 2: .text
        case 3: .bytes
        default: nil
        }
    }

    /// Seals a payload for a place.
    static func seal(_ payload: Payload, key: SymmetricKey, salt: [UInt8], context: [UInt8]) -> [UInt8] {
        var clear = encode(payload)
        defer { clear.wipe() }
        return Cipher.seal(clear.bytes, key: versionKey(key, salt), context: context)
    }

    /// Opens a payload of a place, or gives nil when it does not belong there.
    static func open(
        _ box: [UInt8],
        kind: Payload.Kind,
        key: SymmetricKey,
        salt: [UInt8],
        context: [UInt8]
    ) -> Payload? {
        unsafe Cipher.open(box, key: versionKey(key, salt), context: context) { unsafe decode($0, kind) } ?? nil
    }

    private static func versionKey(_ key: SymmetricKey, _ salt: [UInt8]) -> SymmetricKey {
        Derivation.key(from: key, salt: salt, info: info)
    }

    private static func encode(_ payload: Payload) -> CanonicalWriter {
        // The whole size at first, so that no copy of half a payload stays behind when the array grows.
        switch payload {
        case .fields(let fields):
            var writer = CanonicalWriter(reserving: payload.byteCount + 8 * fields.count + 4)
            writer.write(UInt32(fields.count))
            for (name, value) in fields.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                writer.write(name)
                unsafe value.withUnsafeBytes { unsafe writer.write($0) }
            }
            return writer
        case .text(let text):
            var writer = CanonicalWriter(reserving: text.byteCount + 4)
            unsafe text.withUnsafeBytes { unsafe writer.write($0) }
            return writer
        case .bytes(let bytes):
            var writer = CanonicalWriter(reserving: bytes.byteCount + 4)
            unsafe bytes.withUnsafeBytes { unsafe writer.write($0) }
            return writer
        }
    }

    private static func decode(_ memory: UnsafeRawBufferPointer, _ kind: Payload.Kind) -> Payload? {
        var reader = unsafe CanonicalReader(memory)
        let payload: Payload?
        switch kind {
        case .fields: payload = fields(&reader).map(Payload.fields)
        case .text: payload = unsafe reader.part().flatMap { unsafe Secret<String>(bytes: $0) }.map(Payload.text)
        case .bytes: payload = unsafe reader.part().flatMap { unsafe Secret<[UInt8]>(bytes: $0) }.map(Payload.bytes)
        }
        return reader.isAtEnd ? payload : nil
    }

    private static func fields(_ reader: inout CanonicalReader) -> [String: Secret<String>]? {
        guard let count = reader.uint32(), count <= StoreLimits.fields else { return nil }
        var fields: [String: Secret<String>] = [:]
        fields.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let name = reader.text(), let value = unsafe reader.part(),
                let secret = unsafe Secret<String>(bytes: value)
            else { return nil }
            fields[name] = secret
        }
        return fields.count == Int(count) ? fields : nil
    }
}
