/// A rule as it counts for one identity: all rules with one pattern together.
public struct AppliedRule: Sendable, Hashable {
    /// One policy's part in it.
    public struct Source: Sendable, Hashable {
        /// The policy's name.
        public let policy: String
        /// What that policy says.
        public let capabilities: CapabilitySet
    }

    /// The pattern, with its templates filled in.
    public let pattern: String
    /// What the rule gives in sum; deny alone when one of the policies denies.
    public internal(set) var capabilities: CapabilitySet
    /// The policies that have the pattern.
    public internal(set) var sources: [Source]
}

/// How long an answer must be wrapped for.
public struct WrappingBounds: Sendable, Hashable {
    /// The shortest time to live in seconds; 0 is no bound.
    public let minimum: Int
    /// The longest time to live in seconds; 0 is no bound.
    public let maximum: Int

    /// Sets the bounds.
    public init(minimum: Int, maximum: Int) {
        self.minimum = minimum
        self.maximum = maximum
    }

    /// Whether a request fits that asks to wrap its answer for some time.
    ///
    /// - Parameter seconds: The time to live asked for; nil when the answer is not to be wrapped.
    public func admits(_ seconds: Int?) -> Bool {
        if minimum == 0 && maximum == 0 { return true }
        guard let seconds else { return false }
        return seconds >= minimum && (maximum == 0 || seconds <= maximum)
    }
}

/// The answer to whether something may be done.
public struct Decision: Sendable, Hashable {
    /// Why not. Parameters have their names in it, in lower case and as the request spells them, never their values.
    public enum Refusal: Sendable, Hashable {
        /// No rule means the path.
        case noRule
        /// The rule that decides denies.
        case denied
        /// The rule that decides does not give the capability.
        case notGiven
        /// A parameter that must be there is not.
        case parameterMissing(String)
        /// A parameter, or its value, is denied.
        case parameterDenied(String)
        /// A parameter is none of those that are allowed.
        case parameterNotAllowed(String)
        /// A parameter has a value that is none of those that are allowed.
        case parameterValueNotAllowed(String)
    }

    /// What a rule that gives the capability asks beside it.
    public enum Condition: Sendable, Hashable {
        /// The answer must be wrapped, for a time within the bounds.
        case wrapped(WrappingBounds)
        /// The request must have other parameters.
        case parameters
    }

    /// Whether it may be done, if the answer is wrapped as ``wrapping`` says: see ``admits(wrapping:)``.
    public let isAllowed: Bool
    /// Whether that is because of the root policy.
    public let isRoot: Bool
    /// The rule that decides; nil for root and when none matches.
    public let rule: AppliedRule?
    /// Whether the rule that decides gives sudo as well. Paths that are protected beyond their capability need it; asking
    /// for ``Capability/sudo`` by itself would find another rule than the one of a listing.
    public var hasSudo: Bool { isRoot || (isAllowed && rule?.capabilities.contains(.sudo) == true) }
    /// Why not; nil when it is allowed.
    public let refusal: Refusal?
    /// How the answer must be wrapped.
    public let wrapping: WrappingBounds

    /// Whether it may be done when the answer is wrapped for some time, or not at all.
    ///
    /// - Parameter seconds: The time to live of the wrapped answer; nil when it is not wrapped.
    public func admits(wrapping seconds: Int?) -> Bool { isAllowed && wrapping.admits(seconds) }

    /// What is missing when it is refused though the rule gives the capability; nil when the rule does not, or none does.
    ///
    /// - Parameter seconds: The time to live of the wrapped answer; nil when it is not wrapped.
    public func unmetCondition(wrapping seconds: Int?) -> Condition? {
        switch refusal {
        case .parameterMissing, .parameterDenied, .parameterNotAllowed, .parameterValueNotAllowed: .parameters
        case .noRule, .denied, .notGiven: nil
        case nil: wrapping.admits(seconds) ? nil : .wrapped(wrapping)
        }
    }

    static let root = Decision(isAllowed: true, isRoot: true, rule: nil, refusal: nil, wrapping: .none)
    static let noRule = Decision(isAllowed: false, isRoot: false, rule: nil, refusal: .noRule, wrapping: .none)
}

extension WrappingBounds {
    /// No bounds.
    public static let none = WrappingBounds(minimum: 0, maximum: 0)
}
