internal import SecretStore

/// Writes the engine's binary form: big-endian integers and byte strings with their length before them.
///
/// Every structure that is sealed or authenticated is written this way. Lengths come first, so that no two different
/// structures have the same bytes.
struct CanonicalWriter {
    private(set) var bytes: [UInt8] = []

    init(reserving count: Int = 0) { bytes.reserveCapacity(count) }

    mutating func write(byte: UInt8) { bytes.append(byte) }

    mutating func write(_ number: UInt32) {
        unsafe withUnsafeBytes(of: number.bigEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    mutating func write(_ number: Int64) {
        unsafe withUnsafeBytes(of: number.bigEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    /// Bytes with their length before them. Nothing here is near 4 GiB: see ``StoreLimits``.
    mutating func write(_ part: UnsafeRawBufferPointer) {
        write(UInt32(part.count))
        unsafe bytes.append(contentsOf: part)
    }

    mutating func write(_ part: [UInt8]) {
        write(UInt32(part.count))
        bytes.append(contentsOf: part)
    }

    mutating func write(_ text: String) {
        write(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// Bytes whose length is known to the reader.
    mutating func write(fixed part: [UInt8]) { bytes.append(contentsOf: part) }

    /// Takes back what was written after so many bytes.
    mutating func cut(to count: Int) { bytes.removeSubrange(count...) }

    /// Overwrites what was written, when it was secret.
    mutating func wipe() { Vaulting.wipe(&bytes) }
}

/// Reads the binary form. What does not fit gives nil, never a trap: a structure that authenticated is ours, and still
/// a reader does not rely on it. It lives no longer than the closure that was given the bytes.
@safe struct CanonicalReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { unsafe self.bytes = bytes }

    /// Whether everything was read.
    var isAtEnd: Bool { unsafe position == bytes.count }

    mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard unsafe count >= 0 && bytes.count - position >= count else { return nil }
        defer { position += count }
        return unsafe UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    mutating func byte() -> UInt8? { unsafe take(1).map { unsafe $0[0] } }

    mutating func uint32() -> UInt32? {
        unsafe take(4).map { unsafe $0.reduce(0) { $0 << 8 | UInt32($1) } }
    }

    mutating func int64() -> Int64? {
        unsafe take(8).map { Int64(bitPattern: unsafe $0.reduce(0) { $0 << 8 | UInt64($1) }) }
    }

    mutating func part() -> UnsafeRawBufferPointer? {
        guard let count = uint32() else { return nil }
        return unsafe take(Int(count))
    }

    mutating func array() -> [UInt8]? { unsafe part().map { unsafe Array($0) } }

    mutating func fixed(_ count: Int) -> [UInt8]? { unsafe take(count).map { unsafe Array($0) } }

    mutating func text() -> String? { unsafe part().flatMap { unsafe String(validating: $0, as: UTF8.self) } }
}
