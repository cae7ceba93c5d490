/// One key of a `.env` file, and how it is written there.
public struct DotEnvEntry: Sendable, Hashable {
    /// The key.
    public let key: String

    /// The line of the key, from 1.
    public let line: Int

    /// The column of the key, from 1, in Unicode scalars.
    public let column: Int

    /// Whether `export` stands before the key.
    public let isExported: Bool

    /// Whether the key has a value, be it empty. `KEY` alone has none.
    public let hasValue: Bool

    /// Which quotes the value stands in.
    public let quoting: DotEnvQuoting

    init(_ binding: Binding, in bytes: [UInt8]) {
        key = String(decoding: bytes[binding.keyRange], as: UTF8.self)
        line = Int(binding.line)
        column = Int(binding.column)
        isExported = binding.isExported
        hasValue = binding.hasValue
        quoting = binding.quoting
    }
}
