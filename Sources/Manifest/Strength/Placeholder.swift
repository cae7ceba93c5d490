public import Secrets

/// Text of a template, left where a value belongs.
public enum Placeholder {
    /// Whether a value is a template's text and no value.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - isSecret: Whether it is a secret's: then words such as `secret` or `example` alone give it away too.
    /// - Returns: Whether it is.
    public static func isPlaceholder(_ value: Secret<String>, isSecret: Bool) -> Bool {
        let text = value.reveal().lowercased()
        if text.hasPrefix("<") && text.hasSuffix(">") { return true }
        return text.contains("changeme") || (text.hasPrefix("your") && text.hasSuffix("here"))
    }
}
