import Interchange
import Secrets

extension NamedValue {
    /// A value in a test, which may show it.
    init(_ name: String, _ value: String) { self.init(name: name, value: Secret(value)) }

    /// Name and value as bytes: Swift compares texts by meaning, and these tests are about bytes.
    var bytes: [[UInt8]] { [Array(name.utf8), Array(value.reveal().utf8)] }
}

extension [NamedValue] {
    /// The values as bytes.
    var bytes: [[[UInt8]]] { map(\.bytes) }
}

extension Exporter {
    /// The one text that a format is.
    func text(_ values: [NamedValue]) throws -> [UInt8] { try write(values).files.first?.content.reveal() ?? [] }
}

extension Importer {
    /// Name and value in the clear, as `NAME=value`.
    static func shown(_ text: String, _ format: Format) throws -> [String] {
        try read(Array(text.utf8), format: format).map { "\($0.name)=\($0.value.reveal())" }
    }
}
