internal import SecretStore

/// Everything in a store, in the clear, as JSON Lines: what a backup encrypts.
///
/// ```
/// {"audit":{"hash":…,"public_key":…,"sequence":…,"signature":…,"state":…,"time":…},"created":…,"format":"keyfolio-snapshot-1","store":…}
/// {"record":{…}}                     one for each record of the audit log, from the first, as canonical JSON
/// {"secret":{"attributes":{…},"created":…,"current":…,"environment":…,"id":…,"labels":[{"label":…,"version":…}],"path":…,"versions":…}}
/// {"version":{"created":…,"fields":[…],"id":…,"kind":"fields","number":…,"principal":…,"removed":[…],"state":"live"}}
/// {"entry":{"collection":…,"content":{…},"name":…}}
/// {"end":{"entries":…,"records":…,"secrets":…,"versions":…}}
/// ```
/// A secret's versions follow it, by ascending number. Each of a version's `fields` is
/// `{"change":…,"changed":…,"name":…,"principal":…,"value":…,"version":…}`: what the version did to the field, when and
/// by whom and in which version the field got its value. A payload of kind `text` or `bytes` is one field without a
/// name, whose value is the text, or the bytes in base64. A destroyed version has no values. Times are RFC 3339,
/// hashes and keys hexadecimal. Fingerprints are not in it: they belong to a store's key, and are made again.
enum SnapshotFormat {
    static let name = "keyfolio-snapshot-1"
    static let recordPrefix = Array(#"{"record":"#.utf8)
    /// The longest line: the largest payload with every byte escaped, and what describes it.
    static let lineBytes = 128 << 20
}

/// What a snapshot holds.
public struct SnapshotCounts: Sendable, Hashable {
    /// How many secrets.
    public var secrets = 0
    /// How many versions of them.
    public var versions = 0
    /// How many entries of the directory: principals, tokens and their like.
    public var entries = 0
    /// How many records of the audit log.
    public var records = 0
}
