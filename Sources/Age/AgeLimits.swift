/// The bounds of what this module reads and writes. Crossing one is an error of its own, never a crash.
public enum AgeLimits {
    /// The largest header in bytes. A post-quantum stanza takes about 1600 bytes, an X25519 stanza about 100.
    public static let headerBytes = 2 << 20
    /// The most stanzas in a header.
    public static let stanzas = 1024
    /// The longest line of a header in bytes.
    public static let headerLineBytes = 16 << 10
    /// The most bytes of white space before and after an armored file.
    public static let armorWhitespaceBytes = 1024
    /// The largest file of identities or recipients in bytes.
    public static let keyFileBytes = 1 << 20
    /// The longest line in such a file in bytes. A post-quantum recipient takes about 2000.
    public static let keyLineBytes = 8 << 10
    /// The highest scrypt work factor (the base-two logarithm of N) that can be asked for or accepted: 22 takes 4 GiB
    /// of memory and more than ten seconds.
    public static let workFactor = 22
    /// The scrypt work factor that new files get: 18 takes 256 MiB and about a second.
    public static let defaultWorkFactor = 18
    /// How much content is sealed at once, in bytes. This one is the format's, not ours.
    public static let chunkBytes = 64 << 10
}
