public import Findings
public import SecretStore

/// A person or a machine that may have credentials here.
public struct PrincipalRecord: Sendable, Hashable {
    /// What it is.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case person, machine
    }

    /// The name, in lower case: letters and digits of ASCII and `. _ - @ :`.
    public var name: String
    /// What it is.
    public var kind: Kind
    /// 32 hexadecimal digits, for templates of policies and the entity of Vault's clients.
    public var id: String
    /// The roles that it has.
    public var roles: [String]
    /// The policies that it has beside those of its roles.
    public var policies: [String]
    /// What is noted about it: the templates of policies read `project` and `environment` here.
    public var metadata: [String: String]
    /// Only from these networks; from anywhere when empty.
    public var addresses: [AddressRange]
    /// Whether it may do nothing for now.
    public var isDisabled: Bool
    /// When it was made.
    public var created: Timestamp

    /// A new principal.
    ///
    /// - Throws: ``StoreError`` `KF-STORE-082` when the name is none.
    public init(
        name: String,
        kind: Kind,
        roles: [String] = [],
        policies: [String] = [],
        metadata: [String: String] = [:],
        addresses: [AddressRange] = [],
        created: Timestamp = .now
    ) throws(StoreError) {
        self.name = try Self.normalized(name)
        self.kind = kind
        id = Hex.encode(randomBytes(16))
        self.roles = roles
        self.policies = policies
        self.metadata = metadata
        self.addresses = addresses
        isDisabled = false
        self.created = created
    }

    /// The one spelling of a name: in lower case, without spaces around it. Two spellings of one name would have two
    /// counts of wrong passwords.
    ///
    /// - Throws: ``StoreError`` `KF-STORE-082` when it is no name.
    public static func normalized(_ name: String) throws(StoreError) -> String {
        var bytes: [UInt8] = []
        for byte in name.utf8.drop(while: { $0 == 0x20 || $0 == 0x09 }) {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes.append(byte | 0x20)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "@"), UInt8(ascii: ":"), 0x20, 0x09:
                bytes.append(byte)
            default: throw .invalidAttribute("a name has letters and digits of ASCII and . _ - @ :")
            }
        }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
        guard (1...128).contains(bytes.count), !bytes.contains(0x20), !bytes.contains(0x09) else {
            throw .invalidAttribute("a name has 1 to 128 characters and no spaces")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension PrincipalRecord {
    /// The principal as a document.
    public var json: JSONValue {
        [
            "addresses": .array(addresses.map { .string($0.text) }), "created": .string(created.description),
            "disabled": .bool(isDisabled), "id": .string(id), "kind": .string(kind.rawValue),
            "metadata": .map(metadata), "name": .string(name), "policies": .texts(policies), "roles": .texts(roles),
        ]
    }

    init?(_ value: JSONValue) {
        guard let name = value["name"]?.asString, let kind = value["kind"]?.asString.flatMap(Kind.init(rawValue:)),
            let id = value["id"]?.asString
        else { return nil }
        self.name = name
        self.kind = kind
        self.id = id
        roles = value["roles"].texts
        policies = value["policies"].texts
        metadata = value["metadata"].map
        addresses = value["addresses"].texts.compactMap(AddressRange.init)
        isDisabled = value["disabled"] == .bool(true)
        created = value["created"]?.asString.flatMap(Timestamp.init) ?? .earliest
    }
}

extension JSONValue {
    /// An array of strings.
    package static func texts(_ texts: some Sequence<String>) -> JSONValue { .array(texts.map(JSONValue.string)) }

    /// An object of strings, by name.
    package static func map(_ map: [String: String]) -> JSONValue {
        var object = JSONObject()
        for (name, value) in map.sorted(by: { $0.key < $1.key }) { object[name] = .string(value) }
        return .object(object)
    }
}

extension JSONValue? {
    /// The strings of an array; none when it is nothing of the sort.
    package var texts: [String] { self?.asArray?.compactMap(\.asString) ?? [] }

    /// The strings of an object.
    package var map: [String: String] {
        var map: [String: String] = [:]
        for member in self?.asObject?.members ?? [] { map[member.key] = member.value.asString }
        return map
    }
}
