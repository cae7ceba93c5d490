public import SecretStore

/// What a policy's rule is about, as one text for every protocol: HashiCorp Vault's layout of paths.
///
/// Reading the secret `shop/production` is `read` on `secret/data/shop/production`, whether Vault's client asks, AWS's,
/// Azure's or `keyfolio` itself; so one policy holds for all of them. Secrets of another mount than `secret`, and of
/// another AWS region than the default one, have the mount as the first segment of their path, after an `@`.
public enum Resource {
    /// Which part of a secret.
    public enum Aspect: String, Sendable, Hashable, CaseIterable {
        /// Its current payload, and new ones.
        case data
        /// What is known of it without a payload, and the whole of it.
        case metadata
        /// The deletion of named versions.
        case delete
        /// Having deleted versions back.
        case undelete
        /// Destroying payloads.
        case destroy
    }

    /// The mount that plain paths are in.
    public static let mount = "secret"
    /// What begins the first segment of a path that is in another mount.
    public static let mountMark: Character = "@"

    /// The resource of an aspect of a secret.
    public static func text(_ aspect: Aspect, _ path: SecretPath) -> String {
        let (mount, rest) = split(path.text)
        return "\(mount)/\(aspect.rawValue)/\(rest)"
    }

    /// The resource of a listing: of everything when there is no prefix.
    public static func listing(_ prefix: SecretPath?) -> String {
        guard let prefix else { return "\(mount)/metadata/" }
        let (mount, rest) = split(prefix.text)
        return rest.isEmpty ? "\(mount)/metadata/" : "\(mount)/metadata/\(rest)/"
    }

    private static func split(_ path: String) -> (mount: Substring, rest: Substring) {
        guard path.utf8.first == UInt8(ascii: "@") else { return (mount[...], path[...]) }
        let parts = path.dropFirst().split(separator: "/", maxSplits: 1)
        return (parts.first ?? "", parts.count > 1 ? parts[1] : "")
    }
}
