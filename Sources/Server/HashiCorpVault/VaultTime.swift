internal import Findings
internal import SecretStore

/// Moments as Vault prints them: RFC 3339 in UTC, the fraction without zeros at its end (Go's `time.RFC3339Nano`).
enum VaultTime {
    /// What Go prints of a moment that is not set.
    static let zero = "0001-01-01T00:00:00Z"

    /// Prints a moment.
    static func text(_ time: Timestamp) -> String {
        var bytes: [UInt8] = []
        append(time, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends what ``text(_:)`` prints.
    static func append(_ time: Timestamp, to bytes: inout [UInt8]) {
        time.append(to: &bytes)
        bytes.removeLast()
        while bytes.last == UInt8(ascii: "0") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
        bytes.append(UInt8(ascii: "Z"))
    }

    /// A moment for an answer; an empty text for none, as KV has it.
    static func value(_ time: Timestamp?) -> JSONValue { .string(time.map(text) ?? "") }
}
