/// What a place in the manifest may hold.
///
/// One tree of shapes (``ManifestShapes``) is the format: the reader checks files with it, did-you-mean takes its
/// words from it, and the JSON Schema for editors is printed from it. So the three cannot disagree.
indirect enum Shape: Sendable {
    /// Text of a form.
    case text(TextForm)
    /// One of a few words.
    case word([String], what: String)
    /// Text, a number or a switch, taken as it was written: `False` stays `False`.
    case written(what: String)
    /// `true` or `false`.
    case flag
    /// `true`, where `false` would mean nothing.
    case yes
    /// A whole number within bounds.
    case integer(ClosedRange<Int>)
    /// A number.
    case number
    /// Nothing: the key alone.
    case nothing
    /// Items of one shape, at least this many.
    case list(Shape, atLeast: Int)
    /// Names of the file's own, with values of one shape, at least and at most this many.
    case map(TextForm, Shape, atLeast: Int, atMost: Int? = nil)
    /// Keys of the format.
    case object(ObjectShape)
    /// One of several shapes, which differ in kind, so that the kind of what was written tells which is meant.
    case either([Shape])
}

/// The form of a text: what JSON Schema says with a pattern, and the reader with a function that is faster.
struct TextForm: Sendable {
    /// What it is, for messages: `a folder inside the project`.
    var what: String
    /// The pattern (ECMA-262) that means the same as `accepts`; nil for any text.
    var pattern: String?
    /// The fewest Unicode scalars.
    var minimumLength = 1
    /// The most Unicode scalars.
    var maximumLength: Int
    /// Whether the text has the form. Its length is checked apart from it.
    var accepts: @Sendable (String) -> Bool
}

/// A mapping whose keys the format knows.
struct ObjectShape: Sendable {
    /// Its name among the schema's definitions.
    var name: String
    /// What it is, for messages and editors.
    var what: String
    /// Its keys, in the canonical order.
    var keys: [Key]
    /// How many keys it must have at least: 1 for a mapping that means nothing without one.
    var atLeast = 0
    /// How many keys it may have at most.
    var atMost: Int?
    /// What people write for a key, beyond misspellings of it.
    var synonyms: [String: String] = [:]
    /// Which keys belong together.
    var conditions: [Condition] = []
    private let places: [String: Int]

    /// A key with what it takes.
    struct Key: Sendable {
        /// The key.
        var name: String
        /// What it takes.
        var shape: Shape
        /// Whether it must be there.
        var isRequired = false
        /// What it says, for editors.
        var summary: String
    }

    /// A key that belongs to a word of another key.
    struct Condition: Sendable {
        /// The key whose word decides.
        var key: String
        /// The word.
        var word: String
        /// The key that must be there with the word, and that may be there only with it, or without the deciding key.
        var companion: String
    }

    init(
        _ name: String,
        what: String,
        keys: [Key],
        atLeast: Int = 0,
        atMost: Int? = nil,
        synonyms: [String: String] = [:],
        conditions: [Condition] = []
    ) {
        self.name = name
        self.what = what
        self.keys = keys
        self.atLeast = atLeast
        self.atMost = atMost
        self.synonyms = synonyms
        self.conditions = conditions
        places = Dictionary(keys.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The place of a key among the keys, or nil.
    ///
    /// - Parameters:
    ///   - name: The key.
    ///   - hint: Where it probably is: files have their keys mostly in the canonical order.
    func place(of name: String, near hint: Int = 0) -> Int? {
        if hint < keys.count, keys[hint].name == name { return hint }
        return places[name]
    }
}

extension Shape {
    /// What it takes, in words, for messages.
    var words: String {
        switch self {
        case .text(let form): form.what
        case .word(_, let what): what
        case .written(let what): what
        case .flag: "true or false"
        case .yes: "true"
        case .integer(let range) where range.count == 1: "\(range.lowerBound)"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number: "a number"
        case .nothing: "nothing"
        case .list(let shape, _): "a list (each: \(shape.words))"
        case .map(let form, _, _, _): "a mapping (each key: \(form.what))"
        case .object(let object): object.what
        case .either(let shapes): shapes.filter { !$0.isNothing }.map(\.words).joined(separator: ", or ")
        }
    }

    private var isNothing: Bool {
        if case .nothing = self { return true }
        return false
    }

    /// Whether what was written is of the kind that the shape takes, whatever is inside it.
    func takesKind(of node: YAMLNode) -> Bool {
        switch (self, node.content) {
        case (.either(let shapes), _): shapes.contains { $0.takesKind(of: node) }
        case (.list, .sequence), (.map, .mapping), (.object, .mapping): true
        case (.text, .scalar), (.word, .scalar): node.text != nil
        case (.written, .scalar): !node.isNull
        case (.flag, .scalar), (.yes, .scalar): node.boolean != nil
        case (.integer, .scalar): node.isWholeNumber
        case (.number, .scalar): node.number != nil || node.isWholeNumber
        case (.nothing, .scalar): node.isNull
        default: false
        }
    }
}

extension YAMLNode {
    /// Whether it is a whole number, even one too large to count with.
    var isWholeNumber: Bool {
        switch scalar {
        case .integer: true
        case .float(let value): value.isFinite && value == value.rounded()
        default: false
        }
    }
}
