/// Where a text stops being UTF-8.
enum UTF8Check {
    /// The place of the first byte that belongs to no character, or nil when there is none.
    ///
    /// - Parameter bytes: The text.
    static func firstFault(in bytes: [UInt8]) -> YAMLMark? {
        let isValid = unsafe bytes.withUnsafeBufferPointer { unsafe String(validating: $0, as: UTF8.self) != nil }
        guard !isValid else { return nil }
        var mark = YAMLMark.start
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            if scalar == "\n" {
                mark = YAMLMark(line: mark.line + 1, column: 1)
            } else {
                mark = YAMLMark(line: mark.line, column: mark.column + 1)
            }
        }
        return mark
    }
}
