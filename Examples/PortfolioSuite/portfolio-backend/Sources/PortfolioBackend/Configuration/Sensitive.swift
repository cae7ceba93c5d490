/// Text that does not print: however it is turned into text, it reads `••••`.
public struct Sensitive: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    /// - Parameter value: The text to keep from being printed.
    public init(_ value: String) {
        self.value = value
    }

    /// The text. The one way out.
    public func reveal() -> String { value }

    /// Four dots.
    public var description: String { "••••" }
    /// Four dots.
    public var debugDescription: String { "••••" }
    /// Nothing to see for `dump` either.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
