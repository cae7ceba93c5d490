public import Secrets

/// A value on its way in or out.
public struct NamedValue: Sendable, Equatable {
    /// The variable's name.
    public var name: String
    /// Its value.
    public var value: Secret<String>
    /// The line that it was read from, from 1, when it came from a text.
    public var line: Int?

    /// Pairs a name with a value.
    public init(name: String, value: Secret<String>, line: Int? = nil) {
        self.name = name
        self.value = value
        self.line = line
    }
}
