/// The patterns of a manifest, each read once.
struct PatternCache: Sendable {
    private let patterns: [String: Result<Pattern, Pattern.Problem>]

    init(_ manifest: Manifest) {
        var found: Set<String> = []
        for variable in manifest.variables {
            found.formUnion([variable.rules.pattern].compactMap(\.self))
            found.formUnion(variable.environments.values.compactMap(\.rules.pattern))
        }
        patterns = Dictionary(uniqueKeysWithValues: found.map { ($0, Self.read($0)) })
    }

    private static func read(_ expression: String) -> Result<Pattern, Pattern.Problem> {
        do throws(Pattern.Problem) {
            return .success(try Pattern(expression))
        } catch {
            return .failure(error)
        }
    }

    /// A pattern, or why it is none.
    subscript(_ expression: String) -> Result<Pattern, Pattern.Problem> {
        patterns[expression] ?? Self.read(expression)
    }
}
