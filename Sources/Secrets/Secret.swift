/// A value that does not print.
///
/// However it is turned into text (interpolation, `print`, `dump`, a debugger's mirror, JSON), a secret reads `••••`.
/// Its value is had by one explicit call, ``reveal()``, which is what a reviewer looks for; its bytes are wiped when
/// the last copy goes. Comparison takes the same time whatever the bytes are.
///
/// ```swift
/// let password = Secret("correct horse")
/// print("connecting with \(password)")   // connecting with ••••
/// connect(password.reveal())
/// ```
public struct Secret<Value: SecretRepresentable>: Sendable {
    private let storage: WipedBytes

    /// Takes a copy of a value. The original is the caller's: let it go out of scope soon.
    ///
    /// - Parameter value: The text or bytes to keep.
    public init(_ value: Value) {
        storage = unsafe value.withSecretBytes { unsafe WipedBytes(copying: $0) }
    }

    /// Takes a copy of bytes, or gives nil when they stand for no `Value` (text that is not UTF-8).
    ///
    /// - Parameter bytes: The bytes, needed during the call only.
    public init?(bytes: UnsafeRawBufferPointer) {
        guard unsafe Value(secretBytes: bytes) != nil else { return nil }
        storage = unsafe WipedBytes(copying: bytes)
    }

    /// The value in the clear. The one way out: each call is a place to review.
    ///
    /// - Returns: A copy that nobody wipes.
    public func reveal() -> Value {
        guard let value = unsafe Value(secretBytes: storage.bytes) else {
            preconditionFailure("a secret's bytes were checked when it was made")
        }
        return value
    }

    /// Calls a closure with the bytes in the clear, without a copy of them.
    ///
    /// - Parameter body: Receives the bytes, valid during the call only.
    /// - Returns: What the closure returned.
    /// - Throws: What the closure threw.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(storage.bytes)
    }

    /// How many bytes the value has. Lengths are not hidden: masks show them too.
    public var byteCount: Int { unsafe storage.bytes.count }

    /// Whether the value has no bytes at all.
    public var isEmpty: Bool { byteCount == 0 }
}

extension Secret: Equatable {
    /// Compares two secrets in a time that depends on their length alone.
    public static func == (left: Secret, right: Secret) -> Bool {
        let (a, b) = unsafe (left.storage.bytes, right.storage.bytes)
        guard a.count == b.count else { return false }
        var difference: UInt8 = 0
        for index in a.indices {
            difference |= unsafe a[index] ^ b[index]
        }
        return difference == 0
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Four dots, whatever the value.
    public var description: String { Mask.dots }

    /// Four dots, whatever the value.
    public var debugDescription: String { Mask.dots }

    /// A mirror without children, so that `dump` and debuggers show the dots too.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>(), displayStyle: .struct) }
}

extension Secret: Encodable {
    /// Writes four dots: a secret inside an encoded structure stays a secret.
    ///
    /// - Parameter encoder: Where to write.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Mask.dots)
    }
}
