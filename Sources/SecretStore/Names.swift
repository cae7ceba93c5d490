internal import Findings

/// The environment that a secret belongs to. Each has a keyring of its own.
public struct EnvironmentName: Sendable, Hashable, CustomStringConvertible {
    /// The name.
    public let text: String

    /// Checks a name: letters and digits of ASCII and `_ . -`, at most ``StoreLimits/environmentBytes``.
    ///
    /// - Throws: ``StoreError`` `KF-STORE-074`.
    public init(_ text: String) throws(StoreError) {
        guard (1...StoreLimits.environmentBytes).contains(text.utf8.count), text.utf8.allSatisfy(isNameByte) else {
            throw .invalidEnvironment()
        }
        self.text = text
    }

    private init(trusted text: String) { self.text = text }

    /// Where secrets go that belong to no environment in particular.
    public static let shared = EnvironmentName(trusted: "shared")

    /// The name.
    public var description: String { text }
}

/// A movable name for a version.
///
/// `current` is the version that a plain read gives, `previous` the one before it; both move by themselves with each
/// write. Others are the user's own, and a version that has one is never pruned.
public struct Label: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The name.
    public let text: String

    /// Checks a name: letters and digits of ASCII and `_ . -`, at most ``StoreLimits/labelBytes``, and not only digits,
    /// so that it cannot be taken for a version's number.
    ///
    /// - Throws: ``StoreError`` `KF-STORE-075`.
    public init(_ text: String) throws(StoreError) {
        let isNumber = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard (1...StoreLimits.labelBytes).contains(text.utf8.count), text.utf8.allSatisfy(isNameByte), !isNumber else {
            throw .invalidLabel()
        }
        self.text = text
    }

    private init(trusted text: String) { self.text = text }

    /// The version that a plain read gives.
    public static let current = Label(trusted: "current")
    /// The version before the current one.
    public static let previous = Label(trusted: "previous")

    /// Whether the store itself moves the label.
    public var isBuiltIn: Bool { self == .current || self == .previous }

    /// The name.
    public var description: String { text }

    /// Orders labels by their bytes.
    public static func < (left: Label, right: Label) -> Bool { left.text < right.text }
}

/// Who acts: a person, an application, a token. What the audit log shows.
public struct Principal: Sendable, Hashable, CustomStringConvertible {
    /// The name, such as `user:ada`.
    public let name: String

    /// Takes a name. Characters that drive a terminal become `?`; what is beyond ``StoreLimits/principalBytes`` goes.
    ///
    /// It does not fail: a user whose name is odd must still be able to be named in the log.
    public init(_ name: String) {
        var text = ""
        for scalar in name.unicodeScalars {
            let next = scalar.drivesTerminal ? "?" : scalar
            if text.utf8.count + UTF8.width(next) > StoreLimits.principalBytes { break }
            text.unicodeScalars.append(next)
        }
        self.name = text.isEmpty ? "unknown" : text
    }

    /// The name.
    public var description: String { name }
}

private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
        true
    default: false
    }
}
