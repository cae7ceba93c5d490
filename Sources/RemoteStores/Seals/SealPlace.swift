public import SecretStore
public import Vaulting

/// Where the key of a slot is that a service keeps, as the slot has it in the clear: `name=value`, one a line.
///
/// There are no credentials in it. Those come from the environment of the process, under the names that the service's own
/// tools read, or from files that the environment names.
struct SealPlace: Sendable {
    /// The members in their order.
    let members: [(name: String, value: String)]

    init(_ members: [(String, String?)]) {
        self.members = members.compactMap { name, value in value.map { (name, $0) } }
    }

    /// - Throws: `KF-STORE-029` for a place that is none, without repeating it.
    init(_ text: String, names: Set<String>) throws(StoreError) {
        var members: [(name: String, value: String)] = []
        for line in text.split(separator: "\n") {
            guard let sign = line.firstIndex(of: "="), names.contains(String(line[..<sign])),
                !members.contains(where: { $0.name == line[..<sign] })
            else { throw .serviceRefused("the slot does not say where its key is") }
            members.append((String(line[..<sign]), String(line[line.index(after: sign)...])))
        }
        self.members = members
    }

    subscript(name: String) -> String? { members.first { $0.name == name }?.value }

    var text: String { members.map { "\($0.name)=\($0.value)" }.joined(separator: "\n") }

    /// Whether a name can stand in a place, a URL's path and a header: letters, digits and `extra`.
    static func isPlain(_ name: String, _ extra: String, limit: Int = 512) -> Bool {
        (1...limit).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || extra.utf8.contains(byte)
            }
            && !name.split(separator: "/", omittingEmptySubsequences: false).contains { ["", ".", ".."].contains($0) }
    }
}

/// The services that can keep a slot's key.
public enum SealServices {
    /// The service of a slot.
    ///
    /// - Parameters:
    ///   - slot: One whose kind is a service's.
    ///   - environment: Gives a variable of the environment. It is asked when the service is.
    /// - Throws: `KF-STORE-029` for a slot that is none of a service's.
    public static func service(
        of slot: SealSlot,
        environment: @escaping @Sendable (String) -> String?
    ) throws(StoreError) -> any WrappingService {
        let place = slot.place ?? ""
        switch slot.kind {
        case .awsKMS: return try AWSKeySeal(place: place, environment)
        case .vaultTransit: return try TransitSeal(place: place, environment)
        case .azureKeyVault: return try AzureKeySeal(place: place, environment)
        default: throw .serviceRefused("the slot is of another kind")
        }
    }
}

/// A setting of the environment, or of the file that the same name with `_FILE` names.
struct SealEnvironment: Sendable {
    let variable: @Sendable (String) -> String?

    subscript(name: String) -> String? { variable(name) }

    /// A secret.
    ///
    /// - Throws: `KF-STORE-029`, naming the variable.
    func secret(_ name: String) throws(StoreError) -> SealCredential {
        if let path = variable(name + "_FILE") { return try SealCredential(file: path, named: name) }
        guard let value = variable(name) else { throw .serviceRefused("\(name) is not set") }
        return SealCredential(value)
    }
}
