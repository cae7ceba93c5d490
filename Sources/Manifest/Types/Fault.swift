public import Findings

/// One thing that is malformed about a value, not yet tied to a variable and a place.
public struct Fault: Sendable, Hashable {
    /// Which kind of thing it is.
    public var code: FindingCode
    /// What is wrong, as a sentence whose subject is the variable's name: `has no database`. Never with the value or a
    /// piece of it.
    public var predicate: String

    /// Describes a fault.
    ///
    /// - Parameters:
    ///   - code: Which kind of thing it is.
    ///   - predicate: What is wrong, to be read behind the variable's name.
    init(_ code: FindingCode, _ predicate: String) {
        self.code = code
        self.predicate = predicate
    }
}

extension Sequence where Element == Fault {
    /// Whether one of them makes the value unusable, so that rules about what it means cannot be asked.
    var haveError: Bool { contains { $0.code.severity == .error } }
}
