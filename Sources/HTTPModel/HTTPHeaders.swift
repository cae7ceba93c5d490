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
        fields.first { $0.name.isSameASCII(as: name) }?.value
    }

    /// The value of a field that is there exactly once; nil when it is not there, or several times: then who reads the first
    /// one and who reads the last one would read two.
    public func only(_ name: String) -> String? {
        var found: String?
        for field in fields where field.name.isSameASCII(as: name) {
            guard found == nil else { return nil }
            found = field.value
        }
        return found
    }

    /// Every value of a field, in order.
    ///
    /// - Parameter name: In any case.
    public func values(of name: String) -> [String] {
        fields.filter { $0.name.isSameASCII(as: name) }.map(\.value)
    }

    /// Adds a field after the others.
    public mutating func add(_ name: String, _ value: String) { fields.append(Field(name, value)) }

    /// Sets a field, and takes away every other of the name.
    public mutating func set(_ name: String, _ value: String) {
        fields.removeAll { $0.name.isSameASCII(as: name) }
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
    /// Whether two texts are the same when ASCII letters count without their case, as in the names of header
    /// fields.
    public func isSameASCII(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        var others = other.utf8.makeIterator()
        for byte in utf8 {
            guard let expected = others.next() else { return false }
            if byte == expected { continue }
            guard byte | 0x20 == expected | 0x20, (0x61...0x7A).contains(byte | 0x20) else { return false }
        }
        return true
    }
}
