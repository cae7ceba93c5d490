extension Manifest {
    /// The components that read a variable that names none: every server component, or every component where there
    /// is no server.
    ///
    /// - Parameter components: The manifest's components.
    /// - Returns: Their names, in order.
    static func usualReaders(among components: [Component]) -> [String] {
        let servers = components.filter { $0.audience == .server }
        return (servers.isEmpty ? components : servers).map(\.name)
    }
}

extension Variable {
    /// How often a variable of this type changes when the manifest does not say: signing keys, database passwords and
    /// AWS credentials every 90 days, other secrets every 180, everything else never.
    public var usualRotationDays: Int? {
        switch type {
        case .secret, .postgresURL, .awsAccessKeyID, .awsSecretKey: 90
        default: isSecret ? 180 : nil
        }
    }
}

extension ValueType {
    /// The type of a name in the manifest, or nil.
    ///
    /// - Parameters:
    ///   - name: The name, such as `postgres-url`.
    ///   - values: The words, for an enumeration.
    public init?(named name: String, values: [String] = []) {
        if name == "enumeration" {
            self = .enumeration(values)
        } else if let type = Self.byName[name] {
            self = type
        } else {
            return nil
        }
    }

    private static let byName = Dictionary(simple.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}
