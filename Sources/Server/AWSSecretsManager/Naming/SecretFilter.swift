internal import Findings

/// The filters of ListSecrets and BatchGetSecretValue.
///
/// A secret is listed when it meets every filter. It meets a filter when one of its values is met; a value that begins
/// with `!` is met when the secret has nothing that begins with the rest. A filter whose values are all negated is met
/// when all of them are: `!dev` and `!test` together mean neither.
struct SecretFilter: Sendable, Equatable {
    /// What is looked at.
    enum Key: String, Sendable, CaseIterable {
        case description, name, all
        case tagKey = "tag-key"
        case tagValue = "tag-value"
        case primaryRegion = "primary-region"
        case owningService = "owning-service"
    }

    /// What a filter sees of a secret.
    struct Subject: Sendable {
        var name: String
        var description: String?
        var tags: [String: String]
    }

    let key: Key
    let values: [String]

    private static let rule = Members.TextRule(
        length: 0...512,
        pattern: (#"^\!?[a-zA-Z0-9 :_@\/\+\=\.\-\!]*$"#, { $0.utf8.allSatisfy(isFilterByte) })
    )

    /// Reads the member `Filters`; an empty list when it is not there.
    static func list(_ members: inout Members) throws(AWSError) -> [SecretFilter] {
        var filters: [SecretFilter] = []
        for element in try members.list("Filters", 0...10) ?? [] {
            guard case .object(let object) = element else {
                throw AWSError(.serialization, "Unexpected field type")
            }
            var filter = Members(object)
            let key = try filter.word("Key", Key.self)
            let values = try filter.texts("Values", 1...10, rule)
            members.merge(filter)
            guard let key, let values else {
                throw AWSError(.invalidParameter, "Every filter must have a Key and Values.")
            }
            filters.append(SecretFilter(key: key, values: values))
        }
        return filters
    }

    /// Whether a secret meets the filter.
    func matches(_ subject: Subject) -> Bool {
        let negated = values.filter { $0.hasPrefix("!") }.map { $0.dropFirst() }
        let plain = values.filter { !$0.hasPrefix("!") }
        if negated.contains(where: { isFound($0, in: subject) }) { return false }
        return plain.isEmpty || plain.contains { isFound($0[...], in: subject) }
    }

    private func isFound(_ value: Substring, in subject: Subject) -> Bool {
        switch key {
        case .name: subject.name.hasPrefix(value)
        case .description: subject.description?.lowercased().hasPrefix(value.lowercased()) ?? false
        case .tagKey: subject.tags.keys.contains { $0.hasPrefix(value) }
        case .tagValue: subject.tags.values.contains { $0.hasPrefix(value) }
        case .primaryRegion, .owningService:
            // No secret here is a replica, and none is owned by another service.
            false
        case .all: isFoundAnywhere(value, in: subject)
        }
    }

    /// Every word of the value begins a word of some attribute; upper and lower case are one.
    private func isFoundAnywhere(_ value: Substring, in subject: Subject) -> Bool {
        var attributes = [subject.name, subject.description ?? ""]
        attributes += subject.tags.keys
        attributes += subject.tags.values
        let words = attributes.flatMap { $0.lowercased().split(whereSeparator: Self.parts) }
        let searched = value.lowercased().split(whereSeparator: Self.parts)
        return searched.allSatisfy { search in words.contains { $0.hasPrefix(search) } }
    }

    private static func parts(_ character: Character) -> Bool { !(character.isLetter || character.isNumber) }

    private static func isFilterByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: " "), UInt8(ascii: ":"), UInt8(ascii: "_"),
            UInt8(ascii: "@"), UInt8(ascii: "/"), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: "."),
            UInt8(ascii: "-"), UInt8(ascii: "!"):
            true
        default: false
        }
    }
}
