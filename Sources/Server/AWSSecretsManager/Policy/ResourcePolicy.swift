internal import Findings

/// A policy that hangs on a secret: who may do what with it (AWS, "IAM JSON policy elements reference").
///
/// What is read: `Version`, `Id`, `Statement` with `Sid`, `Effect`, `Principal` or `NotPrincipal`, `Action` or
/// `NotAction`, `Resource` or `NotResource`, and `Condition` (see ``PolicyCondition`` for the operators). Anything else is
/// a syntax error, so that nobody relies on a word that is passed over.
struct ResourcePolicy: Sendable, Equatable {
    /// The statements; their order does not matter.
    let statements: [Statement]

    /// One statement.
    struct Statement: Sendable, Equatable {
        /// Whether it gives or takes.
        enum Effect: String, Sendable {
            case allow = "Allow"
            case deny = "Deny"
        }

        /// What the statement is called (`Sid`); nil when it has no name.
        var name: String?
        var effect: Effect
        var principals: [Principal]
        var exceptsPrincipals: Bool
        var actions: [String]
        var exceptsActions: Bool
        var resources: [String]
        var exceptsResources: Bool
        var conditions: [PolicyCondition]
    }

    /// Whom a statement is about.
    enum Principal: Sendable, Equatable {
        /// Everybody.
        case anyone
        /// Everybody of an account.
        case account(String)
        /// One, by ARN.
        case one(String)
        /// A service, a federated user, a canonical user: none of them comes here.
        case other
    }

    /// What was found.
    enum Decision: Sendable, Equatable {
        /// A statement allows it and none denies it.
        case allowed
        /// A statement denies it.
        case denied
        /// No statement is about it.
        case silent
    }

    /// The longest policy, in characters (the service model).
    static let lengthAtMost = 20_480
    private static let limits = JSONLimits(bytes: 4 * lengthAtMost, depth: 8, values: 4096)

    /// Reads a policy.
    ///
    /// - Parameter text: JSON.
    /// - Throws: ``AWSError`` `MalformedPolicyDocumentException` with AWS's text.
    init(_ text: String) throws(AWSError) {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: Array(text.utf8), limits: Self.limits)
        } catch {
            throw .policySyntax
        }
        guard let object = document.asObject, object.keys.allSatisfy(["Version", "Id", "Statement"].contains) else {
            throw .policySyntax
        }
        switch object["Version"] {
        case nil, .string("2012-10-17"), .string("2008-10-17"): break
        default: throw .policySyntax
        }
        let elements: [JSONValue]
        switch object["Statement"] {
        case .array(let list) where !list.isEmpty: elements = list
        case .some(.object(let one)): elements = [.object(one)]
        default: throw .policySyntax
        }
        var statements: [Statement] = []
        for element in elements {
            guard let statement = element.asObject else { throw .policySyntax }
            statements.append(try Statement(statement))
        }
        self.statements = statements
    }

    /// Takes statements.
    init(statements: [Statement]) { self.statements = statements }

    /// What the policy says of a request. A statement that denies wins over all that allow.
    func decision(on request: PolicyRequest) -> Decision {
        if denying(request) != nil { return .denied }
        return statements.contains { $0.effect == .allow && $0.applies(to: request) } ? .allowed : .silent
    }

    /// The position of the first statement that denies a request; nil when none does.
    func denying(_ request: PolicyRequest) -> Int? {
        statements.firstIndex { $0.effect == .deny && $0.applies(to: request) }
    }
}

extension ResourcePolicy.Statement {
    fileprivate init(_ object: JSONObject) throws(AWSError) {
        let known = [
            "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
        ]
        guard object.keys.allSatisfy(known.contains), let word = object["Effect"]?.asString,
            let effect = Effect(rawValue: word)
        else { throw .policySyntax }
        self.effect = effect
        name = object["Sid"]?.asString
        (principals, exceptsPrincipals) = try Self.either(object, "Principal", Self.principals)
        (actions, exceptsActions) = try Self.either(object, "Action", Self.actions)
        // A policy on a secret may leave out the resource: it is the secret.
        if object["Resource"] == nil && object["NotResource"] == nil {
            (resources, exceptsResources) = (["*"], false)
        } else {
            (resources, exceptsResources) = try Self.either(object, "Resource", Self.texts)
        }
        conditions = try object["Condition"].map(PolicyCondition.list) ?? []
    }

    /// An element or its negation, one of the two.
    private static func either<Value>(
        _ object: JSONObject,
        _ name: String,
        _ read: (JSONValue) throws(AWSError) -> Value
    ) throws(AWSError) -> (Value, Bool) {
        switch (object[name], object["Not" + name]) {
        case (let value?, nil): return (try read(value), false)
        case (nil, let value?): return (try read(value), true)
        default: throw .policySyntax
        }
    }

    private static func texts(_ value: JSONValue) throws(AWSError) -> [String] {
        switch value {
        case .string(let text): return [text]
        case .array(let elements) where !elements.isEmpty:
            let texts = elements.compactMap(\.asString)
            guard texts.count == elements.count else { throw .policySyntax }
            return texts
        default: throw .policySyntax
        }
    }

    private static func actions(_ value: JSONValue) throws(AWSError) -> [String] {
        let actions = try texts(value)
        guard actions.allSatisfy({ $0 == "*" || $0.lowercased().hasPrefix("secretsmanager:") }) else {
            throw .policySyntax
        }
        return actions
    }

    private static func principals(_ value: JSONValue) throws(AWSError) -> [ResourcePolicy.Principal] {
        if value == .string("*") { return [.anyone] }
        guard let object = value.asObject, object.count > 0 else { throw .policySyntax }
        var principals: [ResourcePolicy.Principal] = []
        for member in object {
            let names = try texts(member.value)
            switch member.key {
            case "AWS":
                for name in names {
                    guard let principal = ResourcePolicy.Principal(name) else {
                        throw AWSError(.malformedPolicy, "This resource policy contains an unsupported principal.")
                    }
                    principals.append(principal)
                }
            case "Service", "Federated", "CanonicalUser": principals.append(.other)
            default: throw .policySyntax
            }
        }
        return principals
    }

    fileprivate func applies(to request: PolicyRequest) -> Bool {
        guard principals.contains(where: request.isMeant) != exceptsPrincipals else { return false }
        let action = request.action.lowercased()
        guard actions.contains(where: { Wildcard.matches(action, $0.lowercased()) }) != exceptsActions else {
            return false
        }
        let isUnclear = resources.contains { $0.contains("${") }
        if isUnclear {
            // A variable that is not known here: it gives nothing and takes all.
            guard effect == .deny else { return false }
        } else {
            let isMeant = resources.contains { Wildcard.matches(request.resource, $0) }
            guard isMeant != exceptsResources else { return false }
        }
        return conditions.allSatisfy { condition in
            switch condition.holds(for: request) {
            case true?: true
            case false?: false
            case nil: effect == .deny
            }
        }
    }
}

extension ResourcePolicy.Principal {
    /// Reads a principal of the kind `AWS`: `*`, an account's number or its root, or one ARN.
    fileprivate init?(_ text: String) {
        if text == "*" {
            self = .anyone
        } else if AWSAccount.isAccount(text) {
            self = .account(text)
        } else {
            let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
            guard parts.count == 6, parts[0] == "arn", parts[2] == "iam" || parts[2] == "sts",
                AWSAccount.isAccount(String(parts[4])), !parts[5].isEmpty, !parts[5].contains("*")
            else { return nil }
            self = parts[5] == "root" ? .account(String(parts[4])) : .one(text)
        }
    }
}

extension AWSError {
    /// For whatever is no policy.
    static let policySyntax = AWSError(.malformedPolicy, "This resource policy contains a syntax error.")
}
