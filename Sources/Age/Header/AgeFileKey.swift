internal import Crypto
public import Secrets

/// The key of one file: 16 random bytes that the header wraps for each recipient.
///
/// It lives in memory that is wiped when the last copy goes, and it does not print.
public struct AgeFileKey: Sendable {
    /// How long a file key is.
    public static let byteCount = 16

    private let key: SymmetricKey

    /// A new key from the system's source of randomness.
    init() {
        key = SymmetricKey(size: SymmetricKeySize(bitCount: Self.byteCount * 8))
    }

    /// Takes a copy of 16 bytes, or gives nil when there are not as many.
    ///
    /// - Parameter bytes: What an identity of the caller's own unwrapped.
    public init?(_ bytes: Secret<[UInt8]>) {
        let key = unsafe bytes.withUnsafeBytes { unsafe AgeFileKey(bytes: $0) }
        guard let key else { return nil }
        self = key
    }

    init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount else { return nil }
        key = unsafe SymmetricKey(data: bytes)
    }

    /// The 16 bytes, for a recipient of the caller's own to wrap.
    public var secret: Secret<[UInt8]> {
        let secret = unsafe withUnsafeBytes { unsafe Secret<[UInt8]>(bytes: $0) }
        guard let secret else { preconditionFailure("any bytes are bytes") }
        return secret
    }

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try unsafe key.withUnsafeBytes { try unsafe body($0) }
    }

    /// The key of the header's code (section "Header MAC").
    func headerKey() -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key,
            salt: [UInt8](),
            info: Array("header".utf8),
            outputByteCount: 32
        )
    }

    /// The key of the content (section "Payload").
    ///
    /// - Parameter nonce: The 16 bytes between header and content.
    func payloadKey(nonce: ArraySlice<UInt8>) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key,
            salt: nonce,
            info: Array("payload".utf8),
            outputByteCount: 32
        )
    }
}

extension AgeFileKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Four dots, whatever the key.
    public var description: String { "••••" }

    /// Four dots, whatever the key.
    public var debugDescription: String { "••••" }

    /// A mirror without children, so that `dump` and debuggers show nothing either.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>(), displayStyle: .struct) }
}
