/// Reads an expression into a tree.
struct PatternParser {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var depth = 0
    private(set) var ignoresCase = false

    /// Deeper groups are refused: the tree is walked recursively.
    private static let deepest = 50

    init(_ expression: String) { scalars = Array(expression.unicodeScalars) }

    mutating func parse() throws(Pattern.Problem) -> PatternTree {
        if scalars.starts(with: "(?i)".unicodeScalars) {
            ignoresCase = true
            index = 4
        }
        let tree = try readChoice()
        guard index == scalars.count else { throw problem("a closing parenthesis without an opening one") }
        return tree
    }

    private func problem(_ message: String) -> Pattern.Problem { .init(column: index + 1, message: message) }

    private var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        index += 1
        return true
    }

    private mutating func readChoice() throws(Pattern.Problem) -> PatternTree {
        var branches = [try readSequence()]
        while take("|") { branches.append(try readSequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func readSequence() throws(Pattern.Problem) -> PatternTree {
        var pieces: [PatternTree] = []
        while let next = peek, next != "|", next != ")" {
            pieces.append(try readQuantifier(of: try readAtom()))
        }
        return pieces.isEmpty ? .empty : .sequence(pieces)
    }

    private mutating func readAtom() throws(Pattern.Problem) -> PatternTree {
        guard let scalar = peek else { throw problem("the expression ends too early") }
        switch scalar {
        case "(": return try readGroup()
        case "[": return .one(try readClass())
        case "\\": return .one(try readEscape())
        case "*", "+", "?", "{": throw problem("a quantifier with nothing in front of it")
        case "]", "}": throw problem("a closing bracket without an opening one; write \\\(scalar) for the character")
        default: break
        }
        index += 1
        switch scalar {
        case ".": return .one(.any)
        case "^": return .start
        case "$": return .end
        default: return .one(ScalarSet(ranges: [scalar.value...scalar.value]))
        }
    }

    private mutating func readGroup() throws(Pattern.Problem) -> PatternTree {
        index += 1
        depth += 1
        defer { depth -= 1 }
        if depth > Self.deepest { throw problem("groups nested deeper than \(Self.deepest)") }
        if take("?") {
            guard take(":") else {
                throw problem("only (?:…) is supported: lookaround cannot be matched in linear time")
            }
        }
        let tree = try readChoice()
        guard take(")") else { throw problem("a group without its closing parenthesis") }
        return tree
    }

    private mutating func readQuantifier(of tree: PatternTree) throws(Pattern.Problem) -> PatternTree {
        var tree = tree
        switch peek {
        case "*": tree = .times(tree, 0, nil)
        case "+": tree = .times(tree, 1, nil)
        case "?": tree = .times(tree, 0, 1)
        case "{":
            index += 1
            guard let least = readNumber() else { throw problem("a number belongs behind {") }
            var most: Int? = least
            if take(",") { most = readNumber() }
            guard peek == "}" else { throw problem("a quantifier is {n}, {n,} or {n,m} with numbers up to 1000") }
            if let most, most < least { throw problem("a quantifier's second number is smaller than its first") }
            tree = .times(tree, least, most)
        default: return tree
        }
        index += 1
        // A lazy quantifier finds another match first, but the whole value matches or not all the same.
        _ = take("?")
        if let next = peek, "*+?{".unicodeScalars.contains(next) { throw problem("two quantifiers in a row") }
        return tree
    }

    private mutating func readNumber() -> Int? {
        var number: Int?
        while let digit = peek, ("0"..."9").contains(digit) {
            let next = (number ?? 0) * 10 + Int(digit.value - 0x30)
            guard next <= 1000 else { return nil }
            number = next
            index += 1
        }
        return number
    }

    private mutating func readClass() throws(Pattern.Problem) -> ScalarSet {
        index += 1
        var result = ScalarSet()
        result.isNegated = take("^")
        var isFirst = true
        while let scalar = peek, scalar != "]" || isFirst {
            isFirst = false
            let low = try readClassAtom()
            guard peek == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
                result.parts.append(low)
                continue
            }
            index += 1
            let high = try readClassAtom()
            guard let from = low.single, let to = high.single, from <= to else {
                throw problem("a range of characters goes from a lower to a higher one")
            }
            result.ranges.append(from...to)
        }
        guard take("]") else { throw problem("a class of characters without its closing bracket") }
        return result
    }

    private mutating func readClassAtom() throws(Pattern.Problem) -> ScalarSet {
        guard let scalar = peek else { throw problem("a class of characters without its closing bracket") }
        if scalar == "\\" { return try readEscape() }
        if scalar == "[" { throw problem("a bracket inside a class; write \\[ for the character") }
        index += 1
        return ScalarSet(ranges: [scalar.value...scalar.value])
    }

    private mutating func readEscape() throws(Pattern.Problem) -> ScalarSet {
        index += 1
        guard let scalar = peek else { throw problem("a backslash at the end") }
        index += 1
        switch scalar {
        case "d": return .digits
        case "D": return .digits.negated
        case "w": return .word
        case "W": return .word.negated
        case "s": return .space
        case "S": return .space.negated
        case "n": return .characters("\n")
        case "r": return .characters("\r")
        case "t": return .characters("\t")
        case "x": return try readCode(digits: 2)
        case "u": return peek == "{" ? try readBracedCode() : try readCode(digits: 4)
        case "p": return try readCategory()
        case "P": return try readCategory().negated
        default:
            let isNamed = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            if isNamed {
                index -= 1
                throw problem("an escape that is not supported; backreferences and \\b cannot be used")
            }
            return ScalarSet(ranges: [scalar.value...scalar.value])
        }
    }

    private mutating func readCode(digits: Int) throws(Pattern.Problem) -> ScalarSet {
        let text = String(String.UnicodeScalarView(scalars[index...].prefix(digits)))
        guard text.utf8.count == digits, let code = UInt32(text, radix: 16), Unicode.Scalar(code) != nil else {
            throw problem("\(digits) hexadecimal digits of a character's code are missing")
        }
        index += digits
        return ScalarSet(ranges: [code...code])
    }

    private mutating func readBracedCode() throws(Pattern.Problem) -> ScalarSet {
        let inner = readBraces()
        guard let code = UInt32(inner, radix: 16), Unicode.Scalar(code) != nil else {
            throw problem("a character's code in hexadecimal digits belongs into \\u{…}")
        }
        return ScalarSet(ranges: [code...code])
    }

    private mutating func readCategory() throws(Pattern.Problem) -> ScalarSet {
        guard peek == "{", let categories = Unicode.GeneralCategory.named(readBraces()) else {
            throw problem("the name of a Unicode category belongs into \\p{…}: L, Lu, Ll, N, Nd, P, S, Z and the like")
        }
        return ScalarSet(categories: [categories])
    }

    private mutating func readBraces() -> String {
        index += 1
        let inner = scalars[index...].prefix { $0 != "}" }.prefix(8)
        index = min(index + inner.count + 1, scalars.count)
        return String(String.UnicodeScalarView(inner))
    }
}

extension ScalarSet {
    /// The one character of a set that has one.
    fileprivate var single: UInt32? {
        guard parts.isEmpty, categories.isEmpty, !isNegated, ranges.count == 1, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }
}

extension Unicode.GeneralCategory {
    /// The categories that a name such as `L` or `Lu` stands for, or nil.
    fileprivate static func named(_ name: String) -> Set<Unicode.GeneralCategory>? {
        let found = names.filter { $0.name == name || name.utf8.count == 1 && $0.name.hasPrefix(name) }
        return found.isEmpty ? nil : Set(found.map(\.category))
    }

    private static let names: [(name: String, category: Unicode.GeneralCategory)] = [
        ("Lu", .uppercaseLetter), ("Ll", .lowercaseLetter), ("Lt", .titlecaseLetter), ("Lm", .modifierLetter),
        ("Lo", .otherLetter), ("Mn", .nonspacingMark), ("Mc", .spacingMark), ("Me", .enclosingMark),
        ("Nd", .decimalNumber), ("Nl", .letterNumber), ("No", .otherNumber), ("Pc", .connectorPunctuation),
        ("Pd", .dashPunctuation), ("Ps", .openPunctuation), ("Pe", .closePunctuation), ("Pi", .initialPunctuation),
        ("Pf", .finalPunctuation), ("Po", .otherPunctuation), ("Sm", .mathSymbol), ("Sc", .currencySymbol),
        ("Sk", .modifierSymbol), ("So", .otherSymbol), ("Zs", .spaceSeparator), ("Zl", .lineSeparator),
        ("Zp", .paragraphSeparator), ("Cc", .control), ("Cf", .format), ("Co", .privateUse), ("Cn", .unassigned),
    ]
}
