public import Secrets

/// What one version of a secret holds.
public enum Payload: Sendable, Equatable {
    /// Named values: what an application's configuration is made of.
    case fields([String: Secret<String>])
    /// One text, such as a certificate or a JSON document.
    case text(Secret<String>)
    /// Bytes, such as a keystore.
    case bytes(Secret<[UInt8]>)

    /// Which of the three it is.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case fields, text, bytes
    }

    /// Which of the three it is.
    public var kind: Kind {
        switch self {
        case .fields: .fields
        case .text: .text
        case .bytes: .bytes
        }
    }

    /// The fields, or nil when the payload is of another kind.
    public var fields: [String: Secret<String>]? { if case .fields(let fields) = self { fields } else { nil } }

    /// How many bytes the names and values have together.
    public var byteCount: Int {
        switch self {
        case .fields(let fields): fields.reduce(0) { $0 + $1.key.utf8.count + $1.value.byteCount }
        case .text(let text): text.byteCount
        case .bytes(let bytes): bytes.byteCount
        }
    }

    /// Checks the payload against ``StoreLimits``. Every store calls this before it writes.
    ///
    /// - Throws: ``StoreError`` `KF-STORE-071` to `073`. It names a field by its position in the order of names when
    ///   the name itself cannot be shown.
    public func validate() throws(StoreError) {
        guard byteCount <= StoreLimits.payloadBytes else { throw .payloadTooLarge(bytes: byteCount) }
        guard case .fields(let fields) = self else { return }
        guard fields.count <= StoreLimits.fields else { throw .tooManyFields(fields.count) }
        for name in fields.keys { try Self.validate(fieldName: name) }
    }

    /// Checks the name of a field: UTF-8 without control characters, from 1 to ``StoreLimits/fieldNameBytes`` bytes.
    ///
    /// - Throws: ``StoreError`` `KF-STORE-071`.
    public static func validate(fieldName name: String) throws(StoreError) {
        guard !name.isEmpty else { throw .invalidFieldName("it is empty") }
        guard name.utf8.count <= StoreLimits.fieldNameBytes else {
            throw .invalidFieldName("it is longer than \(StoreLimits.fieldNameBytes) bytes")
        }
        guard name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }) else {
            throw .invalidFieldName("it has a control character")
        }
    }
}
