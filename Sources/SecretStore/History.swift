/// What is known of one field without opening the payload: its age, and what tells whether a value is used twice.
public struct FieldInfo: Sendable, Hashable {
    /// The field's name; empty for a payload that is one text or bytes.
    public let name: String
    /// The version that last changed the field.
    public let version: Int
    /// When that was.
    public let changed: Timestamp
    /// Who did it.
    public let principal: Principal
    /// Stands for the value among values of the same store.
    public let fingerprint: Fingerprint

    /// Puts the parts together. Stores make these; callers read them.
    public init(name: String, version: Int, changed: Timestamp, principal: Principal, fingerprint: Fingerprint) {
        self.name = name
        self.version = version
        self.changed = changed
        self.principal = principal
        self.fingerprint = fingerprint
    }
}

/// What stands for a value when values are compared: equal values of one store have equal fingerprints, and nobody
/// without the store's key can compute one or learn anything of the value from it.
public struct Fingerprint: Sendable, Hashable {
    /// 16 bytes.
    public let bytes: [UInt8]

    /// Takes the bytes. Stores make these; callers compare them.
    public init(bytes: [UInt8]) { self.bytes = bytes }
}

/// One line of a field's history.
public struct HistoryEntry: Sendable, Hashable {
    /// What a version did to a field.
    public enum Change: String, Sendable, Hashable, CaseIterable {
        /// The field was not there before.
        case created
        /// It has another value than before.
        case changed
        /// It is not there any more.
        case removed
        /// It has the same value as before.
        case unchanged
    }

    /// The field; empty for a payload that is one text or bytes.
    public let field: String
    /// The version's number.
    public let version: Int
    /// When the version was written.
    public let time: Timestamp
    /// Who wrote it.
    public let principal: Principal
    /// What it did to the field.
    public let change: Change

    /// Puts the parts together. Stores make these; callers read them.
    public init(field: String, version: Int, time: Timestamp, principal: Principal, change: Change) {
        self.field = field
        self.version = version
        self.time = time
        self.principal = principal
        self.change = change
    }
}
