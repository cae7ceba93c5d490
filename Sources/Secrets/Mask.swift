/// How a value is shown when it must not be shown.
public enum Mask {
    /// What stands for any secret.
    public static let dots = "••••"

    /// The dots and the value's length, as findings and listings show it: `•••• (64 characters)`.
    ///
    /// - Parameter secret: The value to stand for.
    /// - Returns: The masked form. It tells the length and nothing else.
    public static func describe(_ secret: Secret<String>) -> String {
        let count = unsafe secret.withUnsafeBytes { bytes in
            // Characters of UTF-8 text: bytes that do not continue one. Close enough to what a person counts.
            unsafe bytes.reduce(into: 0) { total, byte in total += byte & 0xC0 == 0x80 ? 0 : 1 }
        }
        switch count {
        case 0: return "(empty)"
        case 1: return "\(dots) (1 character)"
        default: return "\(dots) (\(count) characters)"
        }
    }
}
