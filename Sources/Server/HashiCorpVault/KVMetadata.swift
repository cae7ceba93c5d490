internal import Findings

/// What a client says about a secret as a whole: the body of a write or a patch of `metadata/PATH`, checked.
struct KVMetadataChange: Sendable, Equatable {
    /// What happens to one setting.
    enum Change<Value: Sendable & Equatable>: Sendable, Equatable {
        case keep, clear
        case set(Value)
    }

    /// The names that change in the custom metadata; a text of nil takes the name away.
    struct Names: Sendable, Equatable {
        /// Whether what is not named goes.
        let replacesAll: Bool
        let names: [String: String?]

        /// The map with the change.
        func applied(to map: [String: String]) -> [String: String] {
            var result = replacesAll ? [:] : map
            for (name, text) in names { result[name] = text }
            return result
        }
    }

    var versionsKept: Change<Int> = .keep
    var isCheckAndSetRequired: Change<Bool> = .keep
    var deletesVersionsAfter: Change<Int> = .keep
    var names: Names?

    /// Whether nothing is to change.
    var isEmpty: Bool { self == KVMetadataChange() }

    /// Reads a body.
    ///
    /// - Parameters:
    ///   - parameters: The body.
    ///   - isPatch: Whether it is a merge patch: `null` takes a setting away, and custom metadata is merged.
    init(_ parameters: LogicalParameters, isPatch: Bool) throws(LogicalFault) {
        func isCleared(_ name: String) -> Bool { isPatch && parameters.object[name] == .null }
        if let number = try parameters.integer("max_versions") {
            guard (0...Self.mostVersions).contains(number) else {
                throw .invalid("max_versions must be between 0 and \(Self.mostVersions)")
            }
            versionsKept = .set(number)
        } else if isCleared("max_versions") {
            versionsKept = .clear
        }
        if let flag = try parameters.flag("cas_required") {
            isCheckAndSetRequired = .set(flag)
        } else if isCleared("cas_required") {
            isCheckAndSetRequired = .clear
        }
        if let seconds = try parameters.duration("delete_version_after") {
            guard seconds >= 0 else { throw .invalid("delete_version_after cannot be negative") }
            deletesVersionsAfter = .set(seconds)
        } else if isCleared("delete_version_after") {
            deletesVersionsAfter = .clear
        }
        if isCleared("custom_metadata") {
            names = Names(replacesAll: true, names: [:])
        } else if let object = try parameters.object("custom_metadata") {
            names = Names(replacesAll: !isPatch, names: try Self.names(object, isPatch: isPatch))
        }
    }

    private init() {}

    /// The most versions that a client can ask to keep.
    static let mostVersions = 1 << 20
    private static let mostNames = 64
    private static let longestName = 128
    private static let longestText = 512
    private static let prefix = "custom_metadata validation failed"

    private static func names(_ object: JSONObject, isPatch: Bool) throws(LogicalFault) -> [String: String?] {
        guard object.count <= mostNames else { throw tooMany(object.count) }
        var names: [String: String?] = [:]
        var faults: [String] = []
        for (index, member) in object.enumerated() {
            if isPatch, member.value == .null {
                names[member.key] = .some(nil)
                continue
            }
            guard let text = LogicalParameters.text(member.value) else {
                throw .invalid("\(prefix): value \(index + 1) is not a string")
            }
            faults += Self.faults(in: member.key, text, at: index + 1)
            names[member.key] = text
        }
        guard faults.isEmpty else { throw .invalid(list(faults)) }
        return names
    }

    /// Checks a map as it would be stored: a patch may add to what is there.
    static func checkCount(_ map: [String: String]) throws(LogicalFault) {
        guard map.count <= mostNames else { throw tooMany(map.count) }
    }

    private static func tooMany(_ count: Int) -> LogicalFault {
        .invalid(list(["\(prefix): payload must contain at most \(mostNames) keys, provided \(count)"]))
    }

    /// What is wrong with one name and its text. Vault shows the name; here its place has to do: see ``LogicalFault``.
    private static func faults(in name: String, _ text: String, at place: Int) -> [String] {
        var faults: [String] = []
        let (nameBytes, textBytes) = (name.utf8.count, text.utf8.count)
        if !(1...longestName).contains(nameBytes) {
            faults.append(
                "\(prefix): length of key \(place) is \(nameBytes) but must be 0 < len(key) <= \(longestName)"
            )
        }
        if !(1...longestText).contains(textBytes) {
            faults.append(
                "\(prefix): length of value for key \(place) is \(textBytes) but must be 0 < len(value) <= \(longestText)"
            )
        }
        if !isPrintable(name) { faults.append("\(prefix): key \(place) contains unprintable characters") }
        if !isPrintable(text) { faults.append("\(prefix): value for key \(place) contains unprintable characters") }
        return faults
    }

    private static func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
            case .spaceSeparator: scalar == " "
            default: true
            }
        }
    }

    /// Several faults in one text.
    private static func list(_ faults: [String]) -> String {
        let count = faults.count == 1 ? "1 error" : "\(faults.count) errors"
        return "\(count) occurred:\n" + faults.map { "\t* \($0)\n" }.joined() + "\n"
    }
}

/// Numbers of versions, as `delete`, `undelete` and `destroy` take them: numbers, texts of numbers, or one text with
/// commas, which is what the command line sends.
enum KVVersions {
    /// The most versions in one request.
    static let most = 1000

    /// Reads `versions`.
    static func numbers(_ parameters: LogicalParameters) throws(LogicalFault) -> [Int] {
        guard let texts = try parameters.list("versions"), !texts.isEmpty else {
            throw .invalid("No version number provided")
        }
        guard texts.count <= most else { throw .invalid("more than \(most) version numbers provided") }
        var numbers: [Int] = []
        for text in texts {
            guard let number = Int(text), number >= 0 else { throw LogicalParameters.mistyped("versions", "integers") }
            numbers.append(number)
        }
        return numbers
    }
}
