internal import Findings
internal import SecretStore
internal import Vaulting

/// One line of a `Condition`: an operator, a key, and the values of which one must fit.
///
/// Operators: `StringEquals`, `StringNotEquals`, the same with `IgnoreCase`, `StringLike`, `StringNotLike`, `ArnEquals`,
/// `ArnLike`, `ArnNotEquals`, `ArnNotLike`, `Bool`, `Null`, `IpAddress`, `NotIpAddress`, and `Numeric…` and `Date…` with
/// `Equals`, `NotEquals`, `LessThan`, `LessThanEquals`, `GreaterThan`, `GreaterThanEquals`; each but `Null` with
/// `IfExists` too. Keys: `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalType`, `aws:username`, `aws:SourceIp`,
/// `aws:SecureTransport`, `aws:CurrentTime`, `aws:EpochTime`, `aws:ResourceTag/…`, `secretsmanager:ResourceTag/…`,
/// `secretsmanager:SecretId`, `secretsmanager:VersionStage`.
///
/// An operator that is not among them (`ForAllValues:…`, `BinaryEquals`) and a value with a variable (`${…}`) are read
/// and stored, and nobody can tell whether they hold: then an `Allow` does not apply and a `Deny` does.
struct PolicyCondition: Sendable, Equatable {
    var name: String
    var key: String
    var values: [String]

    /// Reads the element `Condition`.
    ///
    /// - Throws: ``AWSError`` `MalformedPolicyDocumentException`.
    static func list(_ value: JSONValue) throws(AWSError) -> [PolicyCondition] {
        guard let operators = value.asObject else { throw .policySyntax }
        var conditions: [PolicyCondition] = []
        for line in operators {
            guard let keys = line.value.asObject else { throw .policySyntax }
            for member in keys {
                let values = try (member.value.asArray ?? [member.value]).map(text)
                conditions.append(PolicyCondition(name: line.key, key: member.key, values: values))
            }
        }
        return conditions
    }

    /// Whether it holds; nil when that cannot be told.
    func holds(for request: PolicyRequest) -> Bool? {
        guard !values.contains(where: { $0.contains("${") }) else { return nil }
        let found = request.context[key.lowercased()]
        if name == "Null" {
            guard values.count == 1, let isNull = Self.flag(values[0]) else { return nil }
            return (found == nil) == isNull
        }
        let isOptional = name.hasSuffix("IfExists")
        guard let comparison = Comparison(rawValue: isOptional ? String(name.dropLast(8)) : name) else { return nil }
        guard let found else { return isOptional || comparison.isNegated }
        let fits = values.contains { comparison.fits(found, $0) }
        return fits != comparison.isNegated
    }

    private static func text(_ value: JSONValue) throws(AWSError) -> String {
        switch value {
        case .string(let text): return text
        case .bool(let flag): return flag ? "true" : "false"
        case .integer(let number): return String(number)
        case .number(let number): return number.spelling
        default: throw .policySyntax
        }
    }

    fileprivate static func flag(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true": true
        case "false": false
        default: nil
        }
    }
}

extension PolicyCondition {
    /// How a value is compared.
    fileprivate enum Comparison: String {
        case stringEquals = "StringEquals"
        case stringNotEquals = "StringNotEquals"
        case stringEqualsIgnoreCase = "StringEqualsIgnoreCase"
        case stringNotEqualsIgnoreCase = "StringNotEqualsIgnoreCase"
        case stringLike = "StringLike"
        case stringNotLike = "StringNotLike"
        case arnEquals = "ArnEquals"
        case arnNotEquals = "ArnNotEquals"
        case arnLike = "ArnLike"
        case arnNotLike = "ArnNotLike"
        case bool = "Bool"
        case ipAddress = "IpAddress"
        case notIpAddress = "NotIpAddress"
        case numericEquals = "NumericEquals"
        case numericNotEquals = "NumericNotEquals"
        case numericLessThan = "NumericLessThan"
        case numericLessThanEquals = "NumericLessThanEquals"
        case numericGreaterThan = "NumericGreaterThan"
        case numericGreaterThanEquals = "NumericGreaterThanEquals"
        case dateEquals = "DateEquals"
        case dateNotEquals = "DateNotEquals"
        case dateLessThan = "DateLessThan"
        case dateLessThanEquals = "DateLessThanEquals"
        case dateGreaterThan = "DateGreaterThan"
        case dateGreaterThanEquals = "DateGreaterThanEquals"

        /// Whether it holds when no value fits.
        var isNegated: Bool {
            switch self {
            case .stringNotEquals, .stringNotEqualsIgnoreCase, .stringNotLike, .arnNotEquals, .arnNotLike,
                .notIpAddress,
                .numericNotEquals, .dateNotEquals:
                true
            default: false
            }
        }

        func fits(_ found: String, _ value: String) -> Bool {
            switch self {
            case .stringEquals, .stringNotEquals: found == value
            case .stringEqualsIgnoreCase, .stringNotEqualsIgnoreCase: found.lowercased() == value.lowercased()
            case .stringLike, .stringNotLike, .arnEquals, .arnNotEquals, .arnLike, .arnNotLike:
                Wildcard.matches(found, value)
            case .bool: PolicyCondition.flag(found) == PolicyCondition.flag(value) && PolicyCondition.flag(value) != nil
            case .ipAddress, .notIpAddress: AddressRange(value)?.contains(found) ?? false
            case .numericEquals, .numericNotEquals: compare(Double(found), Double(value), ==)
            case .numericLessThan: compare(Double(found), Double(value), <)
            case .numericLessThanEquals: compare(Double(found), Double(value), <=)
            case .numericGreaterThan: compare(Double(found), Double(value), >)
            case .numericGreaterThanEquals: compare(Double(found), Double(value), >=)
            case .dateEquals, .dateNotEquals: compare(PolicyDate.seconds(found), PolicyDate.seconds(value), ==)
            case .dateLessThan: compare(PolicyDate.seconds(found), PolicyDate.seconds(value), <)
            case .dateLessThanEquals: compare(PolicyDate.seconds(found), PolicyDate.seconds(value), <=)
            case .dateGreaterThan: compare(PolicyDate.seconds(found), PolicyDate.seconds(value), >)
            case .dateGreaterThanEquals: compare(PolicyDate.seconds(found), PolicyDate.seconds(value), >=)
            }
        }

        private func compare<Number>(_ left: Number?, _ right: Number?, _ holds: (Number, Number) -> Bool) -> Bool {
            guard let left, let right else { return false }
            return holds(left, right)
        }
    }
}

/// Moments in conditions.
enum PolicyDate {
    /// Seconds since 1970 of `2026-01-31T12:00:00Z`, `2026-01-31` or a number of seconds.
    static func seconds(_ text: String) -> Int64? {
        if let number = Int64(text) { return number }
        let bytes = Array(text.utf8)
        let whole: String
        switch bytes.count {
        case 10: whole = text + "T00:00:00.000000Z"
        case 20 where bytes.last == UInt8(ascii: "Z"): whole = text.dropLast() + ".000000Z"
        default: return nil
        }
        return Timestamp(whole)?.seconds
    }
}
