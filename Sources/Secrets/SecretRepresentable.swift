/// A value that a ``Secret`` can hold: one that is made from bytes and gives its bytes back.
///
/// Only such values are held, because only bytes that the secret itself owns can be wiped when it goes.
public protocol SecretRepresentable: Sendable {
    /// The value that the bytes stand for, or nil when they stand for none (text that is not UTF-8).
    ///
    /// - Parameter secretBytes: The bytes, valid during the call only.
    init?(secretBytes: UnsafeRawBufferPointer)

    /// Calls a closure with the value's bytes.
    ///
    /// - Parameter body: Receives the bytes, valid during the call only.
    /// - Returns: What the closure returned.
    func withSecretBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result
}

extension String: SecretRepresentable {
    /// The text that the bytes encode in UTF-8, or nil when they do not.
    public init?(secretBytes: UnsafeRawBufferPointer) {
        guard let text = unsafe String(validating: secretBytes, as: UTF8.self) else { return nil }
        self = text
    }

    /// Calls a closure with the text's UTF-8 bytes.
    public func withSecretBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var copy = self
        return copy.withUTF8 { unsafe body(UnsafeRawBufferPointer($0)) }
    }
}

extension Array: SecretRepresentable where Element == UInt8 {
    /// A copy of the bytes.
    public init?(secretBytes: UnsafeRawBufferPointer) {
        self = unsafe Array(secretBytes)
    }

    /// Calls a closure with the array's bytes.
    public func withSecretBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe withUnsafeBytes { unsafe body($0) }
    }
}
