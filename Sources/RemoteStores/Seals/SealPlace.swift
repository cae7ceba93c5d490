public import SecretStore
public import Vaulting

/// Where the key of a slot is that a service keeps, as the slot has it in the clear: `name=value`, one a line.
///
/// There are no credentials in it. Those come from the environment of the process, under the names that the service's own
/// tools read, or from files that the environment names. It is authenticated only once the store is open, so whoever can
/// write the file can write it: it chooses among the addresses that the environment names, and never names one itself.
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
    ///   - environment: Gives a variable of the environment. Credentials are asked for when the service is.
    /// - Throws: `KF-STORE-029` for a slot that is none of a service's, and for one whose address the environment does not
    ///   name.
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

    /// Further addresses, for all services: separated by commas.
    static let addresses = "KEYFOLIO_SEAL_ADDRESSES"

    /// Refuses an address that stands in a slot unless the environment names it: credentials go to no other.
    ///
    /// - Parameter names: The variables of the service's own tools that hold an address.
    /// - Throws: `KF-STORE-029`, naming the variables, and for a variable that holds no address.
    func require(_ address: ServerAddress, in names: [String]) throws(StoreError) {
        // Its own variable first: what another tool's holds may be no address that can be used here.
        for name in [Self.addresses] + names {
            for text in (variable(name) ?? "").split(separator: ",") {
                let text = text.drop { $0 == " " }.prefix { $0 != " " }
                guard !text.isEmpty else { continue }
                do throws(RemoteError) {
                    if try ServerAddress(String(text)) == address { return }
                } catch { throw .serviceRefused("an address in \(name) cannot be used: \(error.message)") }
            }
        }
        throw .serviceRefused(
            "the slot names the address \(address), which \(names[0]) does not: set \(names[0]) or \(Self.addresses) to it"
                + " if it is the right one; no credential was read"
        )
    }

    /// A secret.
    ///
    /// - Throws: `KF-STORE-029`, naming the variable.
    func secret(_ name: String) throws(StoreError) -> SealCredential {
        if let path = variable(name + "_FILE") { return try SealCredential(file: path, named: name) }
        guard let value = variable(name) else { throw .serviceRefused("\(name) is not set") }
        return SealCredential(value)
    }
}
