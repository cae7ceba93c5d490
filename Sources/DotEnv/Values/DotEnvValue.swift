/// A key with its value, expansions made.
///
/// It does not print its value: `description` and mirrors leave it out. Put it into a `Secret` where it goes further.
public struct DotEnvValue: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The key.
    public let key: String

    /// The value, in UTF-8 as a rule; a dialect that lets other bytes through gives them as they are.
    public let bytes: [UInt8]

    /// The line of the key, from 1.
    public let line: Int

    /// The column of the key, from 1, in Unicode scalars.
    public let column: Int

    /// The value as text. Bytes that are not UTF-8 are U+FFFD here.
    public var value: String { String(decoding: bytes, as: UTF8.self) }

    /// The key and its place.
    public var description: String { "\(key) (line \(line))" }

    /// A mirror without the value.
    public var customMirror: Mirror {
        Mirror(self, children: ["key": key, "line": line, "column": column], displayStyle: .struct)
    }
}

extension [DotEnvValue] {
    /// For each key its last value, as every reader takes it, in the order in which the keys first appear.
    public func lastOfEachKey() -> [DotEnvValue] {
        var places: [String: Int] = [:]
        var result: [DotEnvValue] = []
        for value in self {
            if let place = places[value.key] {
                result[place] = value
            } else {
                places[value.key] = result.count
                result.append(value)
            }
        }
        return result
    }
}
