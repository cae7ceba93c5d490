/// Why a policy text, a policy's name or the path of a request is refused.
///
/// It tells the kind of fault and the place and nothing of what stands there: a policy may hold values of parameters, and
/// a path is the word of a stranger.
public struct PolicyError: Error, Sendable, Hashable {
    /// The kinds of fault.
    enum Kind: Sendable, Hashable, CaseIterable {
        case tooLong, tooManyRules, tooDeep, notUTF8
        case unfinished, unexpected, badEscape, badNumber, lineBreakInText, unfinishedComment, badJSON
        case unknownKey, duplicateKey, pathWithoutLabel, expectedText, expectedList, expectedObject
        case unknownCapability, unknownLegacyPolicy, unsupportedRestriction, badDuration, boundsCrossed
        case starAfterPlus, unbalancedTemplate, longPattern
        case badName, rootName
        case pathTooLong, pathEscape, pathNotUTF8, pathControl, pathDots, pathEmptySegment, pathCharacter
    }

    let kind: Kind
    /// The line of the text, counted from 1; nil when it is about a name or a path.
    public let line: Int?
    /// The column, counted from 1 in Unicode scalars; nil when it is about a name or a path.
    public let column: Int?

    init(_ kind: Kind, line: Int? = nil, column: Int? = nil) {
        self.kind = kind
        self.line = line
        self.column = column
    }

    /// The stable name of the fault, such as `KF-POLICY-010`.
    public var code: String { kind.entry.code }
    /// What is wrong, with the place and without any of the content.
    public var message: String {
        guard let line, let column else { return kind.entry.message }
        return "\(kind.entry.message) (line \(line), column \(column))"
    }
    /// What mends it.
    public var fix: String { kind.entry.fix }

    /// Every fault with its code, what it is, why it counts and what mends it, for the generated page of codes.
    public static let catalogue: [(code: String, title: String, reason: String, fix: String)] =
        Kind.allCases.map { ($0.entry.code, $0.entry.message, $0.reason, $0.entry.fix) }
}

extension PolicyError: CustomStringConvertible {
    /// The code, the message and what mends it.
    public var description: String { "\(code): \(message); \(fix)" }
}

/// The bounds on what is read.
public enum PolicyLimits {
    /// The longest policy text, in bytes.
    public static let textBytes = 1 << 20
    /// The most rules in one policy.
    public static let rules = 10_000
    /// How deep lists and objects may be nested. The parser recurses once per level.
    public static let depth = 32
    /// The longest pattern and the longest path of a request, in bytes.
    public static let pathBytes = 4096
    /// The longest name of a policy, in bytes.
    public static let nameBytes = 256
}

extension PolicyError.Kind {
    fileprivate var reason: String {
        switch self {
        case .tooLong, .tooManyRules, .tooDeep, .longPattern:
            "Every input has a bound: a policy is read again for each session, and asked with each request."
        case .notUTF8, .unfinished, .unexpected, .badEscape, .badNumber, .lineBreakInText, .unfinishedComment, .badJSON,
            .duplicateKey, .pathWithoutLabel, .expectedText, .expectedList, .expectedObject:
            "A policy is taken as a whole or not at all: a half that is understood could open what the other half closes."
        case .unknownKey, .unknownCapability, .unknownLegacyPolicy, .unsupportedRestriction:
            "A word that is not known may be meant to close something, so it is not passed over."
        case .badDuration, .boundsCrossed:
            "The rule bounds how long an answer is wrapped, and a bound that cannot be kept closes nothing."
        case .starAfterPlus, .unbalancedTemplate:
            "A pattern that can be meant in two ways would give another right than its author thought."
        case .badName: "Names of policies stand in paths, records and other policies."
        case .rootName: "Root may do everything, and is given to root tokens by the server alone."
        case .pathTooLong, .pathEscape, .pathNotUTF8, .pathControl, .pathDots, .pathEmptySegment, .pathCharacter:
            "A path that can be read in two ways could pass a rule as one thing and be used as another."
        }
    }

    fileprivate var entry: (code: String, message: String, fix: String) {
        switch self {
        case .tooLong:
            ("KF-POLICY-001", "the policy is longer than \(PolicyLimits.textBytes) bytes", "split it into several")
        case .tooManyRules:
            ("KF-POLICY-002", "the policy has more than \(PolicyLimits.rules) rules", "split it into several")
        case .tooDeep:
            (
                "KF-POLICY-003", "lists and objects are nested more than \(PolicyLimits.depth) deep",
                "name the parameters' values plainly"
            )
        case .notUTF8: ("KF-POLICY-004", "the text is not UTF-8", "save it as UTF-8")
        case .unfinished:
            ("KF-POLICY-010", "the text ends in the middle of something", "close what was opened: \", [ or {")
        case .unexpected:
            (
                "KF-POLICY-011", "something else is expected here",
                "write path \"secret/data/x\" { capabilities = [\"read\"] }"
            )
        case .badEscape:
            ("KF-POLICY-012", "the escape after the backslash is not known", "write a backslash as two")
        case .badNumber: ("KF-POLICY-013", "this is no number that is read here", "put it in double quotes as text")
        case .lineBreakInText:
            ("KF-POLICY-014", "a control character stands in a quoted text", "write a line break as \\n")
        case .unfinishedComment: ("KF-POLICY-015", "this comment is never closed", "close it with */")
        case .badJSON:
            (
                "KF-POLICY-016", "the text begins as JSON and is none",
                "check it with a JSON tool, or write path \"…\" { … } instead"
            )
        case .unknownKey:
            (
                "KF-POLICY-020", "this key is not known here",
                "a policy has `path`; a rule has `capabilities`: see the guide"
            )
        case .duplicateKey: ("KF-POLICY-021", "this key was given before", "keep one of the two")
        case .pathWithoutLabel:
            ("KF-POLICY-022", "a rule has one path", "write path \"secret/data/x\" { … }")
        case .expectedText: ("KF-POLICY-023", "a text in double quotes is expected here", "put it in double quotes")
        case .expectedList: ("KF-POLICY-024", "a list is expected here", "put it in square brackets")
        case .expectedObject: ("KF-POLICY-025", "an object is expected here", "put it in curly brackets")
        case .unknownCapability:
            (
                "KF-POLICY-026", "this capability is not known",
                "use create, read, update, patch, delete, list, sudo or deny"
            )
        case .unknownLegacyPolicy:
            ("KF-POLICY-027", "this value of `policy` is not known", "use read, write, sudo or deny, or `capabilities`")
        case .unsupportedRestriction:
            (
                "KF-POLICY-028", "this restriction is not kept here, and ignoring it would open what it closes",
                "remove the line, and close the path otherwise"
            )
        case .badDuration:
            ("KF-POLICY-029", "this is no length of time", "write seconds, or a text such as 90s, 15m, 1h30m")
        case .boundsCrossed:
            ("KF-POLICY-030", "max_wrapping_ttl is less than min_wrapping_ttl", "raise the one or lower the other")
        case .starAfterPlus:
            ("KF-POLICY-031", "`+*` is no pattern", "end the pattern in /+/* or in *")
        case .unbalancedTemplate:
            ("KF-POLICY-032", "the curly brackets of a template do not match", "write it as {{identity.entity.id}}")
        case .longPattern:
            ("KF-POLICY-033", "the pattern is longer than \(PolicyLimits.pathBytes) bytes", "shorten it with * or +")
        case .badName:
            (
                "KF-POLICY-040",
                "a policy's name has letters, digits and . _ - : / @, \(PolicyLimits.nameBytes) at most",
                "choose another name"
            )
        case .rootName:
            ("KF-POLICY-041", "the root policy cannot be given here", "give a policy that names what is needed")
        case .pathTooLong:
            ("KF-POLICY-050", "the path is longer than \(PolicyLimits.pathBytes) bytes", "ask for a shorter path")
        case .pathEscape:
            ("KF-POLICY-051", "a percent escape of the path is broken or escaped twice", "escape the path once")
        case .pathNotUTF8: ("KF-POLICY-052", "the path is not UTF-8", "send it as UTF-8, percent escaped")
        case .pathControl: ("KF-POLICY-053", "the path holds a control character", "remove it")
        case .pathDots: ("KF-POLICY-054", "a segment of the path is . or ..", "ask for the path itself")
        case .pathEmptySegment: ("KF-POLICY-055", "the path has an empty segment", "write one slash, not several")
        case .pathCharacter: ("KF-POLICY-056", "the path holds a ; or a backslash", "use another name")
        }
    }
}
