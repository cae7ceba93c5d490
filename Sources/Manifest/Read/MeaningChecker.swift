internal import Findings

extension ManifestDecoder {
    /// Checks a variable against itself and its readers.
    ///
    /// - Parameters:
    ///   - variable: What was read.
    ///   - pair: Where it was read from.
    mutating func checkMeaning(of variable: Variable, at pair: YAMLNode.Pair) {
    }
}
