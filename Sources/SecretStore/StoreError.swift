/// Why a store did not do what it was asked.
///
/// It says what happened, why, and what mends it. It never holds a value, and a path only when the caller gave it.
public struct StoreError: Error, Sendable, Equatable {
    /// The stable name, such as `KF-STORE-001`. Codes are never reused.
    public var code: String { kind.rawValue }
    /// What happened and why.
    public let message: String
    /// The command or the sentence that mends it.
    public let fix: String
    /// What sort of trouble it is, for an exit status or an HTTP status.
    public var category: Category { kind.category }

    let kind: Kind

    /// What sort of trouble it is.
    public enum Category: String, Sendable, Hashable, CaseIterable {
        /// The secret, version, field, label or store is not there.
        case notFound
        /// A policy or the file system does not allow it.
        case denied
        /// The key is missing, wrong or in danger.
        case sealed
        /// Not now: busy, disk full, read-only, broken device.
        case unavailable
        /// Damaged or changed from outside.
        case corrupt
        /// Written by a newer version of the program.
        case newerFormat
        /// Somebody else was first, or it is there already.
        case conflict
        /// What was given is not what it must be.
        case invalid
    }

    init(_ kind: Kind, _ message: String, fix: String) {
        self.kind = kind
        self.message = message
        self.fix = fix
    }

    /// What sort of trouble a code names that came from elsewhere; nil when it is none of the store's.
    package static func category(ofCode code: String) -> Category? { Kind(rawValue: code)?.category }
}

extension StoreError {
    /// Whether it is that a secret has no field of a name.
    package var isNoSuchField: Bool { kind == .noSuchField }
    /// Whether a secret is not there, as opposed to a part of one.
    package var isNoSuchSecret: Bool { kind == .noSuchSecret }
    /// Whether the whole secret is marked for deletion.
    package var isSecretDeleted: Bool { kind == .secretDeleted }
    /// Whether a secret was to be had back that is not marked for deletion.
    package var isNotDeleted: Bool { kind == .notDeleted }
    /// Whether the version is deleted.
    package var isVersionDeleted: Bool { kind == .versionDeleted }
    /// Whether the version is destroyed.
    package var isVersionDestroyed: Bool { kind == .versionDestroyed }
    /// Whether the version is disabled.
    package var isVersionDisabled: Bool { kind == .versionDisabled }
    /// Whether a version is not there.
    package var isNoSuchVersion: Bool { kind == .noSuchVersion || kind == .noSuchVersionID }
    /// Whether a label is not there.
    package var isNoSuchLabel: Bool { kind == .noSuchLabel }
    /// Whether another version is current than was expected.
    package var isVersionConflict: Bool { kind == .versionConflict }
    /// Whether the write had to say which version it replaces.
    package var isCheckAndSetRequired: Bool { kind == .checkAndSetRequired }
    /// Whether a version's id is taken.
    package var isVersionIDTaken: Bool { kind == .versionIDTaken }
    /// Whether a label stands elsewhere than was said.
    package var isLabelElsewhere: Bool { kind == .labelElsewhere }
    /// Whether a policy refused it.
    package var isDenied: Bool { kind == .denied || kind == .deniedByResource }
    /// Whether a code is that of an error that a policy refused, as a server passes it on.
    package static func isDenial(code: String) -> Bool {
        code == Kind.denied.rawValue || code == Kind.deniedByResource.rawValue
    }
    /// Whether it was the policy of the secret itself.
    package var isDeniedByResource: Bool { kind == .deniedByResource }
    /// Whether what was given is too large.
    package var isTooLarge: Bool { kind == .payloadTooLarge || kind == .tooManyFields }
    /// Whether it is a long listing for which there is no place.
    package var isTooManyListings: Bool { kind == .tooManyListings }
    /// Whether shares came together that do not open the store.
    package var isWrongShares: Bool { kind == .wrongShares }
    /// Whether a slot is not there.
    package var isNoSuchSlot: Bool { kind == .noSuchSlot }
    /// Whether a service that keeps a key did not answer.
    package var isServiceUnavailable: Bool { kind == .serviceUnavailable }
    /// Whether an entry is not there.
    package var isNoSuchEntry: Bool { kind == .noSuchEntry }
    /// Whether it is that nothing can be written at all.
    package var isFullOrReadOnly: Bool { kind == .diskFull || kind == .readOnly }
}

extension StoreError: CustomStringConvertible {
    /// The code, the message and what mends it.
    public var description: String { "\(code): \(message); \(fix)" }
}

extension StoreError {
    /// Everything that can go wrong, with its stable code.
    enum Kind: String, Sendable, CaseIterable {
        case noSuchSecret = "KF-STORE-001"
        case noSuchVersion = "KF-STORE-002"
        case versionDeleted = "KF-STORE-003"
        case versionDestroyed = "KF-STORE-004"
        case noSuchField = "KF-STORE-005"
        case noSuchLabel = "KF-STORE-006"
        case noStore = "KF-STORE-007"
        case denied = "KF-STORE-010"
        case wrongKey = "KF-STORE-020"
        case noKeyFile = "KF-STORE-021"
        case keyFileMode = "KF-STORE-022"
        case keyFileOwner = "KF-STORE-023"
        case keyFileMalformed = "KF-STORE-024"
        case noSlot = "KF-STORE-025"
        case keyFileUnusable = "KF-STORE-026"
        case weakPassphrase = "KF-STORE-027"
        case wrongShares = "KF-STORE-028"
        case serviceRefused = "KF-STORE-029"
        case busy = "KF-STORE-030"
        case diskFull = "KF-STORE-031"
        case readOnly = "KF-STORE-032"
        case inputOutput = "KF-STORE-033"
        case cannotOpen = "KF-STORE-034"
        case outOfMemory = "KF-STORE-035"
        case damaged = "KF-STORE-040"
        case tampered = "KF-STORE-041"
        case rolledBack = "KF-STORE-042"
        case notAStore = "KF-STORE-043"
        case auditBroken = "KF-STORE-044"
        case anchorChanged = "KF-STORE-045"
        case newerFormat = "KF-STORE-050"
        case versionConflict = "KF-STORE-060"
        case storeExists = "KF-STORE-061"
        case otherEnvironment = "KF-STORE-062"
        case notEmpty = "KF-STORE-063"
        case lastSlot = "KF-STORE-064"
        case builtInLabel = "KF-STORE-065"
        case abandoned = "KF-STORE-066"
        case storeRemains = "KF-STORE-067"
        case versionIDTaken = "KF-STORE-068"
        case labelElsewhere = "KF-STORE-069"
        case checkAndSetRequired = "KF-STORE-080"
        case labelNeeded = "KF-STORE-081"
        case invalidAttribute = "KF-STORE-082"
        case notSynced = "KF-STORE-036"
        case serviceUnavailable = "KF-STORE-037"
        case sealed = "KF-STORE-038"
        case served = "KF-STORE-039"
        case noSuchSlot = "KF-STORE-008"
        case versionDisabled = "KF-STORE-011"
        case secretDeleted = "KF-STORE-012"
        case notDeleted = "KF-STORE-013"
        case noSuchVersionID = "KF-STORE-014"
        case noSuchEntry = "KF-STORE-015"
        case deniedByResource = "KF-STORE-016"
        case invalidPath = "KF-STORE-070"
        case invalidFieldName = "KF-STORE-071"
        case payloadTooLarge = "KF-STORE-072"
        case tooManyFields = "KF-STORE-073"
        case invalidEnvironment = "KF-STORE-074"
        case invalidLabel = "KF-STORE-075"
        case invalidSnapshot = "KF-STORE-076"
        case notFields = "KF-STORE-077"
        case tooManyLabels = "KF-STORE-078"
        case tooManySlots = "KF-STORE-079"
        case invalidShares = "KF-STORE-083"
        case slotExists = "KF-STORE-084"
        case lastAdministrator = "KF-STORE-085"
        case principalDisabled = "KF-STORE-086"
        case tooManyListings = "KF-STORE-087"
        case auditUnwritable = "KF-AUDIT-001"

        var category: Category {
            switch self {
            case .noSuchSecret, .noSuchVersion, .versionDeleted, .versionDestroyed, .noSuchField, .noSuchLabel,
                .noStore, .noSuchSlot, .secretDeleted, .notDeleted, .noSuchVersionID, .noSuchEntry:
                .notFound
            case .denied, .versionDisabled, .deniedByResource: .denied
            case .wrongKey, .noKeyFile, .keyFileMode, .keyFileOwner, .keyFileMalformed, .noSlot, .keyFileUnusable,
                .wrongShares, .serviceRefused, .sealed:
                .sealed
            case .busy, .diskFull, .readOnly, .inputOutput, .cannotOpen, .outOfMemory, .auditUnwritable,
                .notSynced, .serviceUnavailable, .served, .tooManyListings:
                .unavailable
            case .damaged, .tampered, .rolledBack, .notAStore, .auditBroken, .anchorChanged: .corrupt
            case .newerFormat: .newerFormat
            case .versionConflict, .storeExists, .otherEnvironment, .notEmpty, .lastSlot, .abandoned, .storeRemains,
                .versionIDTaken, .labelElsewhere, .checkAndSetRequired, .slotExists, .lastAdministrator,
                .principalDisabled:
                .conflict
            case .weakPassphrase, .builtInLabel, .invalidPath, .invalidFieldName, .payloadTooLarge, .tooManyFields,
                .invalidEnvironment, .invalidLabel, .invalidSnapshot, .notFields, .tooManyLabels, .tooManySlots,
                .labelNeeded, .invalidAttribute, .invalidShares:
                .invalid
            }
        }

        var title: String {
            switch self {
            case .noSuchSecret: "There is no secret at the path"
            case .noSuchVersion: "The secret has no such version"
            case .versionDeleted: "The version is deleted"
            case .versionDestroyed: "The version is destroyed"
            case .noSuchField: "The secret has no such field"
            case .noSuchLabel: "The secret has no such label"
            case .noStore: "There is no store"
            case .denied: "No policy allows it"
            case .wrongKey: "The key does not open the store"
            case .noKeyFile: "The key file is not there"
            case .keyFileMode: "Others can read the key file or its folder"
            case .keyFileOwner: "The key file belongs to somebody else"
            case .keyFileMalformed: "The key file holds no key"
            case .noSlot: "The store has no slot for this kind of key"
            case .keyFileUnusable: "The key file cannot be read or written"
            case .weakPassphrase: "The passphrase cannot be used"
            case .wrongShares: "The shares do not open the store"
            case .serviceRefused: "The service that keeps the key refuses"
            case .serviceUnavailable: "The service that keeps the key does not answer"
            case .sealed: "The store is sealed"
            case .served: "Another server serves the store"
            case .invalidShares: "A key cannot be cut into such shares"
            case .slotExists: "The store opens with this key already"
            case .busy: "Another process holds the store"
            case .diskFull: "The disk is full"
            case .readOnly: "The store cannot be written"
            case .inputOutput: "Reading or writing failed"
            case .cannotOpen: "The store cannot be opened"
            case .outOfMemory: "There is not enough memory"
            case .damaged: "The store file is damaged"
            case .tampered: "The store was changed from outside"
            case .rolledBack: "The store is older than it was"
            case .notAStore: "The file is not a store"
            case .auditBroken: "The audit log was changed from outside"
            case .anchorChanged: "The anchor beside the key was changed"
            case .newerFormat: "A newer version wrote the store"
            case .versionConflict: "Another version is current than was expected"
            case .storeExists: "There is a file already"
            case .otherEnvironment: "The secret belongs to another environment"
            case .notEmpty: "The store to restore into is not empty"
            case .lastSlot: "The last key cannot be removed"
            case .builtInLabel: "The store moves this label itself"
            case .abandoned: "The change was given up"
            case .storeRemains: "Parts of another store are where the store is to be"
            case .noSuchSlot: "The store has no such slot"
            case .versionDisabled: "The version is disabled"
            case .deniedByResource: "The secret's own policy refuses it"
            case .secretDeleted: "The secret is marked for deletion"
            case .notDeleted: "The secret is not marked for deletion"
            case .noSuchVersionID: "The secret has no version of this id"
            case .noSuchEntry: "There is no entry of this name"
            case .versionIDTaken: "Another version has this id"
            case .labelElsewhere: "The label stands on another version"
            case .checkAndSetRequired: "The write must name the version that it replaces"
            case .labelNeeded: "The label must stand on a version"
            case .invalidAttribute: "What was asked for is not valid"
            case .notSynced: "The disk did not confirm a write"
            case .invalidPath: "The path is not valid"
            case .invalidFieldName: "A field's name is not valid"
            case .payloadTooLarge: "The payload is too large"
            case .tooManyFields: "There are too many fields"
            case .invalidEnvironment: "The environment's name is not valid"
            case .invalidLabel: "The label's name is not valid"
            case .invalidSnapshot: "The snapshot is not valid"
            case .notFields: "The payload is not made of fields"
            case .tooManyLabels: "There are too many labels"
            case .tooManySlots: "There are too many slots"
            case .lastAdministrator: "Nobody would be left who manages principals"
            case .tooManyListings: "Too many long listings wait already"
            case .principalDisabled: "The principal is disabled, so a credential for it would open nothing"
            case .auditUnwritable: "The audit record cannot be written"
            }
        }
    }
}
