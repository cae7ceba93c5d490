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
    /// What else HashiCorp Vault's API has at the places of mounts, and the mount of plain paths itself.
    private static let reserved: Set<String> = ["auth", "cubbyhole", "identity", mount, "sys"]
    /// What begins the first segment of a path that is in another mount.
    public static let mountMark: Character = "@"

    /// The resource of an aspect of a secret.
    public static func text(_ aspect: Aspect, _ path: SecretPath) -> String {
        let (mount, rest) = split(path.text)
        // A mount of Vault's first version has no aspects: its paths are the secrets' own.
        if mount.utf8.first == UInt8(ascii: "@") { return meant("\(mount.dropFirst())/\(rest)") }
        return meant("\(mount)/\(aspect.rawValue)/\(rest)")
    }

    /// The resource of a listing: of everything when there is no prefix.
    public static func listing(_ prefix: SecretPath?) -> String {
        guard let prefix else { return "\(mount)/metadata/" }
        let (mount, rest) = split(prefix.text)
        if mount.utf8.first == UInt8(ascii: "@") {
            return meant(rest.isEmpty ? "\(mount.dropFirst())/" : "\(mount.dropFirst())/\(rest)/")
        }
        return rest.isEmpty ? "\(mount)/metadata/" : meant("\(mount)/metadata/\(rest)/")
    }

    /// The resource with what stands for bytes that no path has (`=20` for a space) turned back: a rule is about the name
    /// that people know, whichever client asks.
    private static func meant(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "=")) else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "="), rest.count >= 2, let high = digit(rest[rest.startIndex]),
                let low = digit(rest[rest.startIndex + 1])
            {
                bytes.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        // What is no text after all is asked about as it is spelled.
        return String(validating: bytes, as: UTF8.self) ?? text
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func split(_ path: String) -> (mount: Substring, rest: Substring) {
        guard path.utf8.first == UInt8(ascii: "@") else { return (mount[...], path[...]) }
        let parts = path.dropFirst().split(separator: "/", maxSplits: 1)
        // What no secrets are in: a rule about those is not about a secret that is called like them.
        if let name = parts.first, reserved.contains(String(name.drop { $0 == mountMark })) {
            return (mount[...], path[...])
        }
        return (parts.first ?? "", parts.count > 1 ? parts[1] : "")
    }
}
