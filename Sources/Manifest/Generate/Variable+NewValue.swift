public import Secrets

extension Variable {
    /// What making a new value gave.
    public enum NewValue: Sendable {
        /// A new value. Of a PostgreSQL URL only the password is new.
        case made(Secret<String>)
        /// The manifest does not say how: a person must give the value.
        case noGenerator
        /// A PostgreSQL URL is kept but for its password, and there is none to keep yet.
        case needsURL
        /// It cannot be told where the URL's password is; the faults tell why.
        case unreadableURL([Fault])
    }

    /// Makes a new value from the system's cryptographic random source, as `keyfolio generate` does.
    ///
    /// - Parameter current: The value to replace, if there is one. For a PostgreSQL URL there must be.
    /// - Returns: The new value, or why there is none.
    public func newValue(replacing current: Secret<String>?) -> NewValue {
        var source = SystemRandomNumberGenerator()
        return newValue(replacing: current, using: &source)
    }

    /// Makes a new value; see ``newValue(replacing:)``.
    ///
    /// - Parameters:
    ///   - current: The value to replace.
    ///   - source: Where the randomness comes from. It must be cryptographic for anything but tests.
    /// - Returns: The new value, or why there is none.
    public func newValue(
        replacing current: Secret<String>?,
        using source: inout some RandomNumberGenerator
    ) -> NewValue {
        guard type == .postgresURL else {
            return generator.map { .made($0.make(using: &source)) } ?? .noGenerator
        }
        guard let current, !current.isEmpty else { return .needsURL }
        let password = (generator ?? passwordGenerator).make(using: &source)
        if let url = PostgresURL.replacingPassword(in: current, with: password) { return .made(url) }
        return .unreadableURL(PostgresURL.parse(current).faults)
    }

    /// Passwords as long as any environment asks, with each kind of character, where the manifest does not say more.
    private var passwordGenerator: Generator {
        let asked = [rules] + environments.values.map(\.rules)
        return .password(length: max(32, asked.compactMap(\.minimumPasswordLength).max() ?? 0))
    }
}
