/// Whether patterns are regular expressions.
enum RegularExpression {
    /// Whether a pattern compiles.
    ///
    /// - Parameter pattern: The pattern, of bounded length: the shape sees to that.
    static func isValid(_ pattern: String) -> Bool { (try? Regex(pattern)) != nil }
}
