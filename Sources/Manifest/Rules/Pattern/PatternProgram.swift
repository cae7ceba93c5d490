/// An expression as a machine that is in several states at once (Thompson's construction, as in Pike's matcher): each
/// character is looked at once, whatever the expression.
struct PatternProgram: Sendable {
    private enum Instruction: Sendable {
        case one(ScalarSet)
        case split(Int, Int)
        case jump(Int)
        case start
        case end
        case match
    }

    private var instructions: [Instruction] = []
    private var steps = 0
    private let ignoresCase: Bool

    /// More states are refused: `(a{1000}){1000}` would have a million.
    private static let largest = 20_000

    init(_ tree: PatternTree, ignoresCase: Bool) throws(Pattern.Problem) {
        self.ignoresCase = ignoresCase
        try emit(tree)
        instructions.append(.match)
    }

    private mutating func emit(_ tree: PatternTree) throws(Pattern.Problem) {
        // Steps are counted too: `((){1000}){1000}` has no states, but a million nothings.
        steps += 1
        guard instructions.count < Self.largest, steps < 2 * Self.largest else {
            throw .init(column: 1, message: "the expression is too large once its {n,m} are written out")
        }
        switch tree {
        case .empty: break
        case .one(let set): instructions.append(.one(set))
        case .start: instructions.append(.start)
        case .end: instructions.append(.end)
        case .sequence(let parts):
            for part in parts { try emit(part) }
        case .choice(let branches): try emitChoice(branches[...])
        case .times(let part, let least, let most):
            for _ in 0..<least { try emit(part) }
            if let most {
                try emitOptional(part, count: most - least)
            } else {
                let split = instructions.count
                instructions.append(.match)
                try emit(part)
                instructions.append(.jump(split))
                instructions[split] = .split(split + 1, instructions.count)
            }
        }
    }

    private mutating func emitChoice(_ branches: ArraySlice<PatternTree>) throws(Pattern.Problem) {
        var jumps: [Int] = []
        for (position, branch) in branches.enumerated() {
            guard position < branches.count - 1 else {
                try emit(branch)
                break
            }
            let split = instructions.count
            instructions.append(.match)
            try emit(branch)
            jumps.append(instructions.count)
            instructions.append(.match)
            instructions[split] = .split(split + 1, instructions.count)
        }
        for jump in jumps { instructions[jump] = .jump(instructions.count) }
    }

    private mutating func emitOptional(_ part: PatternTree, count: Int) throws(Pattern.Problem) {
        var splits: [Int] = []
        for _ in 0..<count {
            splits.append(instructions.count)
            instructions.append(.match)
            try emit(part)
        }
        for split in splits { instructions[split] = .split(split + 1, instructions.count) }
    }

    func matchesWhole(_ value: String) -> Bool {
        let scalars = value.unicodeScalars
        var current = States(capacity: instructions.count)
        var next = States(capacity: instructions.count)
        add(0, to: &current, isStart: true, isEnd: scalars.isEmpty)
        var index = scalars.startIndex
        while index != scalars.endIndex {
            let scalar = scalars[index]
            scalars.formIndex(after: &index)
            next.clear()
            for state in current.list {
                guard case .one(let set) = instructions[state] else { continue }
                if ignoresCase ? set.containsIgnoringCase(scalar) : set.contains(scalar) {
                    add(state + 1, to: &next, isStart: false, isEnd: index == scalars.endIndex)
                }
            }
            swap(&current, &next)
            if current.list.isEmpty { return false }
        }
        return current.list.contains { if case .match = instructions[$0] { true } else { false } }
    }

    /// Adds a state and all that are reached from it without a character.
    private func add(_ first: Int, to states: inout States, isStart: Bool, isEnd: Bool) {
        var open = [first]
        while let state = open.popLast() {
            guard states.insert(state) else { continue }
            switch instructions[state] {
            case .one, .match: break
            case .jump(let target): open.append(target)
            case .split(let one, let other): open += [other, one]
            case .start: if isStart { open.append(state + 1) }
            case .end: if isEnd { open.append(state + 1) }
            }
        }
    }

    /// A set of states that is emptied without touching all of its room.
    private struct States {
        private(set) var list: [Int] = []
        private var round: [Int]
        private var current = 1

        init(capacity: Int) { round = Array(repeating: 0, count: capacity) }

        mutating func clear() {
            list.removeAll(keepingCapacity: true)
            current += 1
        }

        mutating func insert(_ state: Int) -> Bool {
            guard round[state] != current else { return false }
            round[state] = current
            list.append(state)
            return true
        }
    }
}
