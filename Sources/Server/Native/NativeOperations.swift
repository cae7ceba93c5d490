internal import Findings

/// Every operation of the native API.
enum NativeOperations {
    static let all = secrets + versions + tokens + people + policies + access + audit + watching + store

    /// A limit of a listing.
    static let limit = NativeOperation.Parameter(
        name: "limit",
        schema: ["type": "integer", "minimum": 1, "maximum": 1000],
        summary: "The most lines, at most 1000."
    )
    /// A version.
    static let version = NativeOperation.Parameter(
        name: "version",
        schema: Schema.text,
        summary: "A number, an id or a label; the current version without it."
    )
}
