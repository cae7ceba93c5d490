/// A YAML text as texts and mappings, for modules of this package that read other tools' YAML.
///
/// What the manifest refuses (anchors, aliases, tags, repeated keys, a second document) is refused here, too.
package indirect enum YAMLTree {
    /// A scalar as it was written; nil for nothing (`null`, `~`).
    case text(String?)
    /// Keys with values and lines, in order.
    case mapping([(key: String, line: Int, value: YAMLTree)])
    /// A sequence, whatever is in it.
    case sequence

    /// Why a text is not read; nothing from the text is in it.
    package struct Problem: Error {
        /// What is wrong.
        package let message: String
        /// What mends it.
        package let fix: String
        /// The line, from 1.
        package let line: Int
    }

    /// Reads a text.
    ///
    /// - Parameter bytes: The text, in UTF-8.
    /// - Returns: Its root; nil when there is no document in it.
    package static func read(_ bytes: [UInt8]) throws(Problem) -> YAMLTree? {
        do throws(YAMLProblem) {
            let (root, repeated) = try YAMLComposer.compose(bytes, taking: .values)
            if let first = repeated.first { throw first }
            return root.map(Self.init)
        } catch {
            throw Problem(message: error.message, fix: error.fix, line: error.mark.line)
        }
    }

    private init(_ node: YAMLNode) {
        switch node.content {
        case .scalar: self = .text(node.writtenText)
        case .sequence: self = .sequence
        case .mapping(let pairs): self = .mapping(pairs.map { ($0.key, $0.keyMark.line, YAMLTree($0.value)) })
        }
    }
}
