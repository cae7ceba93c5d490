/// Turns the bindings of a file into values.
///
/// A reader that goes through the file once knows, at each line, the names above it. Our own dialect knows all of the
/// file, so a name may stand below; it is the one that can meet a circle.
struct Resolver {
    private enum State {
        case untouched
        case underway
        case done(Result<[UInt8]?, DotEnvError>)
    }

    private let bytes: [UInt8]
    private let bindings: [Binding]
    private let options: DialectOptions
    private let environment: (String) -> String?
    private let interpolates: Bool
    private let decoder: Decoder
    private var states: [State]
    /// Where each key stands: the indices of its bindings, ascending. Filled at the first expansion.
    private var places: [[UInt8]: [Int]]?
    private var expandedBytes = 0
    private var depth = 0
    private var wordDepth = 0
    /// Whether a value was ever asked for by name, from the file or from the environment.
    private(set) var hasLookedUp = false

    init(
        bytes: [UInt8],
        bindings: [Binding],
        options: DialectOptions,
        interpolates: Bool,
        environment: @escaping (String) -> String?
    ) {
        self.bytes = bytes
        self.bindings = bindings
        self.options = options
        self.interpolates = interpolates
        self.environment = environment
        decoder = Decoder(bytes: bytes, options: options)
        states = Array(repeating: .untouched, count: bindings.count)
    }

    /// The value of one binding.
    ///
    /// - Parameter index: Of the binding; every one before it must have been resolved.
    /// - Returns: The value, nil where the key has none, or what went wrong.
    mutating func resolve(_ index: Int) -> Result<[UInt8]?, DotEnvError> {
        switch states[index] {
        case .done(let result): return result
        case .underway: return .failure(error(.cycle, in: bindings[index]))
        case .untouched: break
        }
        guard depth < ExpansionLimits.depth else { return .failure(error(.nestingTooDeep, in: bindings[index])) }
        states[index] = .underway
        depth += 1
        let result = evaluate(index)
        depth -= 1
        states[index] = .done(result)
        return result
    }

    private mutating func evaluate(_ index: Int) -> Result<[UInt8]?, DotEnvError> {
        let binding = bindings[index]
        guard binding.hasValue else {
            guard options.missingValue == .inherited else { return .success(nil) }
            hasLookedUp = true
            return .success(environment(name(binding.keyRange)).map { Array($0.utf8) })
        }
        do throws(Stumble) {
            let pieces = try pieces(of: binding)
            if case .text(let text)? = pieces.first, pieces.count == 1 { return .success(text) }
            var result: [UInt8] = []
            do throws(DotEnvError) {
                try append(pieces, of: index, to: &result)
                return .success(result)
            } catch {
                return .failure(error)
            }
        } catch {
            return .failure(self.error(error.kind, in: binding, at: error.offset))
        }
    }

    /// The parts of a value, with its quotes and escapes off.
    private func pieces(of binding: Binding) throws(Stumble) -> [Piece] {
        if options.interpolation == .shell {
            var word = ShellWord(bytes, in: binding.valueRange)
            let pieces = try word.read()
            return interpolates ? pieces : pieces.map(sourceText)
        }
        let text = decoder.decode(binding)
        let expands = options.interpolation == .ruby ? decoder.expandsRuby(binding) : decoder.expands(binding.quoting)
        guard interpolates && expands && text.contains(Byte.dollar) else { return [.text(text)] }
        var parser = ExpansionParser(text, rules: options.interpolation)
        return try parser.parse()
    }

    private func sourceText(_ piece: Piece) -> Piece {
        guard case .expansion(let expansion) = piece else { return piece }
        return .text(Array(bytes[expansion.range]))
    }

    private mutating func append(_ pieces: [Piece], of index: Int, to result: inout [UInt8]) throws(DotEnvError) {
        for piece in pieces {
            switch piece {
            case .text(let text): result.append(contentsOf: text)
            case .expansion(let expansion): try append(expansion, of: index, to: &result)
            case .unparsed(let text): try append(contentsOf: text, of: index, to: &result)
            }
        }
    }

    private mutating func append(contentsOf text: [UInt8], of index: Int, to result: inout [UInt8]) throws(DotEnvError)
    {
        guard wordDepth < ExpansionLimits.depth else { throw error(.nestingTooDeep, in: bindings[index]) }
        var parser = ExpansionParser(text, rules: options.interpolation)
        let pieces: [Piece]
        do throws(Stumble) {
            pieces = try parser.parse()
        } catch {
            throw self.error(error.kind, in: bindings[index])
        }
        wordDepth += 1
        defer { wordDepth -= 1 }
        try append(pieces, of: index, to: &result)
    }

    private mutating func append(
        _ expansion: Expansion,
        of index: Int,
        to result: inout [UInt8]
    ) throws(DotEnvError) {
        let value = try lookUp(expansion, from: index)
        let isFull = value.map { !$0.isEmpty } ?? false
        switch expansion.operation {
        case .defaultIfEmpty where !isFull, .defaultIfUnset where value == nil,
            .alternativeIfFull where isFull, .alternativeIfSet where value != nil:
            try append(expansion.word, of: index, to: &result)
        case .errorIfEmpty where !isFull, .errorIfUnset where value == nil:
            throw error(.requiredName, in: bindings[index], at: expansion.range.lowerBound)
        case .alternativeIfFull, .alternativeIfSet: break
        case .none where value == nil && options.interpolation == .keyfolio:
            throw error(.undefinedName, in: bindings[index], at: expansion.range.lowerBound)
        default:
            guard let value else { return }
            expandedBytes += value.count
            guard expandedBytes <= ExpansionLimits.bytes else {
                throw error(.expansionTooLarge, in: bindings[index], at: expansion.range.lowerBound)
            }
            result.append(contentsOf: value)
        }
    }

    // MARK: - Names

    private mutating func lookUp(_ expansion: Expansion, from index: Int) throws(DotEnvError) -> [UInt8]? {
        hasLookedUp = true
        if options.precedence == .environment, let value = environment(text(expansion.name)) {
            return Array(value.utf8)
        }
        if let place = try place(of: expansion, from: index) {
            switch resolve(place) {
            case .success(let value):
                // Python knows a key without a value: it is empty, and no default stands in for it.
                if let value { return value }
                if options.interpolation == .python { return [] }
            case .failure(let failure): throw failure
            }
        }
        return options.precedence == .file ? environment(text(expansion.name)).map { Array($0.utf8) } : nil
    }

    /// The binding that a name means: the last one above, or, in our own dialect, the last one of the file.
    private mutating func place(of expansion: Expansion, from index: Int) throws(DotEnvError) -> Int? {
        guard let candidates = placesOfKeys()[expansion.name] else { return nil }
        let above = candidates.partitioningIndex { $0 >= index }
        if above > 0 { return candidates[above - 1] }
        guard options.interpolation == .keyfolio, let last = candidates.last, last != index else {
            // Only the value itself has the name. That is how one adds to a value of the environment, and a circle
            // if the environment has none.
            if options.interpolation == .keyfolio, expansion.operation == .none,
                environment(text(expansion.name)) == nil
            {
                throw error(.cycle, in: bindings[index], at: expansion.range.lowerBound)
            }
            return nil
        }
        return last
    }

    private mutating func placesOfKeys() -> [[UInt8]: [Int]] {
        if let places { return places }
        var places: [[UInt8]: [Int]] = [:]
        for (index, binding) in bindings.enumerated() {
            // A name without a value says nothing of it, but to Python.
            guard binding.hasValue || options.interpolation == .python || options.missingValue == .inherited else {
                continue
            }
            places[Array(bytes[binding.keyRange]), default: []].append(index)
        }
        self.places = places
        return places
    }

    private func text(_ name: [UInt8]) -> String { String(decoding: name, as: UTF8.self) }

    private func name(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    // MARK: - Errors

    /// An error at the key of a binding, or at a place in its value where that is known.
    private func error(_ kind: DotEnvError.Code.Kind, in binding: Binding, at offset: Int? = nil) -> DotEnvError {
        var (line, column) = (Int(binding.line), Int(binding.column))
        if let offset, let exact = sourceOffset(of: offset, in: binding) {
            for index in Int(binding.keyStart)..<exact {
                let isEnd =
                    bytes[index] == Byte.lineFeed
                    || bytes[index] == Byte.carriageReturn && bytes[index + 1] != Byte.lineFeed
                if isEnd {
                    (line, column) = (line + 1, 1)
                } else if !bytes[index].continuesScalar {
                    column += 1
                }
            }
        }
        return DotEnvError(kind, line: line, column: column)
    }

    /// Where a byte of the decoded value stands in the file; nil when escapes have moved it.
    private func sourceOffset(of offset: Int, in binding: Binding) -> Int? {
        if options.interpolation == .shell { return offset }
        let inner = binding.innerRange
        let exact = inner.lowerBound + offset
        guard inner.contains(exact), decoder.decode(binding).count == inner.count else { return nil }
        return exact
    }
}

extension [Int] {
    /// The index of the first element that meets a condition which, once met, all later ones meet too.
    func partitioningIndex(where condition: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
