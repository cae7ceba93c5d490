public import Logging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Writes each event as one line to standard error: text for people, or JSON for machines.
///
/// A line break or a control character inside a value is escaped, so that nobody can write a line of his own.
public struct LineLogHandler: LogHandler {
    /// The least level that is written.
    public var logLevel: Logger.Level
    /// What goes with every event.
    public var metadata: Logger.Metadata = [:]

    private let format: Settings.LogFormat
    private let output: @Sendable (String) -> Void

    /// - Parameters:
    ///   - level: The least level that is written.
    ///   - format: How a line looks.
    ///   - output: Where a finished line goes; standard error unless a test listens.
    public init(
        level: Logger.Level,
        format: Settings.LogFormat,
        output: @escaping @Sendable (String) -> Void = Self.toStandardError
    ) {
        logLevel = level
        self.format = format
        self.output = output
    }

    /// One of the values that go with every event.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes an event.
    ///
    /// - Parameter event: The event.
    public func log(event: LogEvent) {
        let time = Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        let level = event.level.rawValue.uppercased()
        let values = metadata.merging(event.metadata ?? [:]) { $1 }
            .sorted { $0.key < $1.key }
            .map { (key: $0.key, value: $0.value.description) }
        switch format {
        case .text:
            let pairs = values.map { " \($0.key)=\(Self.word($0.value))" }.joined()
            output("\(time) \(level) \(Self.escape(event.message.description))\(pairs)\n")
        case .json:
            let fields = [("time", time), ("level", level), ("message", event.message.description)] + values
            output("{" + fields.map { "\(Self.quote($0)):\(Self.quote($1))" }.joined(separator: ",") + "}\n")
        }
    }

    /// One call of `write`, so that lines of several threads do not mix.
    public static func toStandardError(_ line: String) {
        var line = line
        line.withUTF8 { bytes in _ = unsafe write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
    }

    private static func word(_ value: String) -> String {
        value.contains { $0 == " " || $0 == "\"" || $0 == "=" } || value.isEmpty ? quote(value) : escape(value)
    }

    private static func quote(_ value: String) -> String {
        "\"" + escape(value, also: "\"") + "\""
    }

    /// Escapes as JSON does: backslash, control characters, and what `also` names.
    private static func escape(_ value: String, also character: Unicode.Scalar? = nil) -> String {
        var result = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\", character:
                result.append(contentsOf: ["\\", scalar])
            case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                let padding = String(repeating: "0", count: 4 - digits.count)
                result.append(contentsOf: ("\\u" + padding + digits).unicodeScalars)
            default:
                result.append(scalar)
            }
        }
        return String(result)
    }
}
