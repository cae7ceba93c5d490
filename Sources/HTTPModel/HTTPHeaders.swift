/// The header fields of a message, in their order, with every occurrence.
///
/// Names are compared without regard to case (RFC 9110, section 5.1). Kept as a plain list: a request has a dozen, and
/// who checks a signature must see the second occurrence of a field as well as the first.
public struct HTTPHeaders: Sendable, Hashable {
    /// One field.
    public struct Field: Sendable, Hashable {
        /// The name as it was sent.
        public var name: String
        /// The value, without white space around it.
        public var value: String

        /// Puts a field together.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The fields.
    public var fields: [Field]

    /// Takes fields.
    public init(_ fields: [Field] = []) { self.fields = fields }

    /// The first value of a field.
    ///
    /// - Parameter name: In any case.
    public subscript(name: String) -> String? {
        fields.first { $0.name.isSameHeader(as: name) }?.value
    }

    /// Every value of a field, in order.
    ///
    /// - Parameter name: In any case.
    public func values(of name: String) -> [String] {
        fields.filter { $0.name.isSameHeader(as: name) }.map(\.value)
    }

    /// Adds a field after the others.
    public mutating func add(_ name: String, _ value: String) { fields.append(Field(name, value)) }

    /// Sets a field, and takes away every other of the name.
    public mutating func set(_ name: String, _ value: String) {
        fields.removeAll { $0.name.isSameHeader(as: name) }
        fields.append(Field(name, value))
    }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    /// Fields from a literal, in its order.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field($0.0, $0.1) }
    }
}

extension String {
    /// Whether two names of header fields are the same: ASCII letters without regard to case.
    func isSameHeader(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        return zip(utf8, other.utf8).allSatisfy { left, right in
            left == right || (left | 0x20 == right | 0x20 && (0x61...0x7A).contains(left | 0x20))
        }
    }
}
