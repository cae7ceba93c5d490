/// The bounds on what a store keeps. Crossing one is an error before anything is written.
public enum StoreLimits {
    /// The longest path, in bytes.
    public static let pathBytes = 1024
    /// The longest name of a field, in bytes.
    public static let fieldNameBytes = 256
    /// The most fields of one secret.
    public static let fields = 4096
    /// The largest payload, all names and values together, in bytes: 16 MiB.
    public static let payloadBytes = 16 << 20
    /// The longest name of an environment, in bytes.
    public static let environmentBytes = 64
    /// The longest name of a label, in bytes. AWS allows its staging labels as much.
    public static let labelBytes = 256
    /// The most labels of one secret, beside `current` and `previous`.
    public static let labels = 20
    /// The longest name of a principal, in bytes.
    public static let principalBytes = 256
    /// The numbers that rows of secrets have: two thousand million are more than a file can hold.
    package static let secretNumbers: Range<Int64> = 1..<(1 << 31)
    /// The largest number of a version.
    package static let largestVersion: Int64 = 1 << 31
    /// How many versions of a secret are kept unless the store is told otherwise. When another one is written, the
    /// oldest go; `current`, `previous` and versions with a label of their own stay.
    public static let versionsKept = 50

    /// Whether a number that comes from a file can be a count or a place in an order: from 0 up to 2^53, which nothing
    /// here ever reaches and arithmetic does not overflow from.
    package static func isCount(_ number: Int64) -> Bool { (0...(1 << 53)).contains(number) }
}
