#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// How few bits tell a text, when words, runs and repeats may be named instead of spelt: the cheapest way from its first
/// character to its last, each step a character or a pattern.
///
/// The cost is that of a code in which every text could be written, so a saving of n bits happens to about one in 2ⁿ
/// random texts (Kraft's inequality): it tells whether the text is random. An attacker guesses whole words instead, so
/// text that is not random is worth less than its cost: ``guessing``.
struct StructureCost {
    private let text: [UInt8]
    private let plain: [UInt8]
    private let perCharacter: Double
    /// The cheapest cost up to each place, and the step that led there.
    private var costs: [Double]
    private var steps: [Step]

    private struct Step {
        var from: Int
        var guessing: Double
        var reason: Strength.Reason?
    }

    /// The cost of the cheapest way.
    private(set) var total = 0.0
    /// What the same way is worth to someone who guesses.
    private(set) var guessing = 0.0
    /// The patterns on it, those that save most first.
    private(set) var reasons: [Strength.Reason] = []

    init(of text: [UInt8], perCharacter: Double) {
        self.text = text
        self.perCharacter = perCharacter
        plain = text.map(CommonWords.plain)
        costs = Array(repeating: .infinity, count: text.count + 1)
        steps = Array(repeating: Step(from: 0, guessing: 0, reason: nil), count: text.count + 1)
        costs[0] = 0
        let repeats = Self.longestRepeats(in: text)
        for start in text.indices {
            relax(start, 1, perCharacter, nil)
            takeRuns(at: start)
            takeWords(at: start)
            takeDates(at: start)
            if repeats[start] >= 4 {
                relax(start, repeats[start], log2(Double(start)) + log2(Double(repeats[start])) + 1, .repetition)
            }
        }
        total = costs[text.count]
        walkBack()
    }

    /// What it takes to say which of a dozen patterns comes next.
    private static let patternBits = 4.0

    private mutating func relax(
        _ start: Int,
        _ length: Int,
        _ cost: Double,
        guessing: Double? = nil,
        _ reason: Strength.Reason?
    ) {
        let end = start + length
        let step = cost + (reason == nil ? 0 : Self.patternBits)
        guard costs[start] + step < costs[end] else { return }
        costs[end] = costs[start] + step
        steps[end] = Step(from: start, guessing: guessing ?? cost, reason: reason)
    }

    private mutating func walkBack() {
        var saved: [Strength.Reason: Double] = [:]
        var end = text.count
        while end > 0 {
            let step = steps[end]
            guessing += step.guessing
            if let reason = step.reason {
                saved[reason, default: 0] += Double(end - step.from) * perCharacter - step.guessing
            }
            end = step.from
        }
        reasons = saved.sorted { ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue) }.map(\.key)
    }
}

// MARK: - Runs

extension StructureCost {
    private static let keyboards: [[UInt8]] = [
        "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
        "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "1234567890", "!@#$%^&*()",
    ].flatMap { [Array($0.utf8), Array($0.utf8.reversed())] }

    private mutating func takeRuns(at start: Int) {
        let run = sequenceLength(at: start, stride: 1)
        if run.length >= (run.delta == 0 ? 3 : 4) {
            let reason: Strength.Reason = run.delta == 0 ? .repetition : .sequence
            relax(start, run.length, perCharacter + 2 + log2(Double(run.length)), reason)
        }
        let woven = wovenLength(at: start)
        if woven >= 6 { relax(start, woven, 2 * perCharacter + 3 + log2(Double(woven)), .sequence) }
        let row = keyboardLength(at: start)
        if row >= 4 { relax(start, row, perCharacter + 2 + log2(Double(row)), .keyboard) }
    }

    /// How far characters of one kind go on by the same step of −1, 0 or 1.
    private func sequenceLength(at start: Int, stride: Int) -> (length: Int, delta: Int) {
        var index = start
        var delta: Int?
        while index + stride < text.count, let step = step(from: text[index], to: text[index + stride]),
            delta == nil || delta == step
        {
            delta = step
            index += stride
        }
        return ((index - start) / stride + 1, delta ?? 0)
    }

    /// Two sequences that alternate, such as `a1b2c3d4`.
    private func wovenLength(at start: Int) -> Int {
        guard start + 1 < text.count else { return 1 }
        let first = sequenceLength(at: start, stride: 2)
        guard first.length >= 3 else { return 1 }
        let second = sequenceLength(at: start + 1, stride: 2)
        return min(first.length, second.length) * 2
    }

    /// From one character to another of its kind: −1, 0 or 1, also around the end (`9` to `0`, `z` to `a`, and `f` to
    /// `a`, because samples of hexadecimal keys go round there).
    private func step(from: UInt8, to: UInt8) -> Int? {
        if from == to { return 0 }
        let isOneKind = from.isDigit && to.isDigit || from.isLower && to.isLower || from.isUpper && to.isUpper
        guard isOneKind else { return nil }
        let difference = Int(to) - Int(from)
        if abs(difference) == 1 { return difference }
        let isRound =
            from == UInt8(ascii: "9") && to == UInt8(ascii: "0")
            || to.lowercased == UInt8(ascii: "a")
                && (from.lowercased == UInt8(ascii: "z") || from.lowercased == UInt8(ascii: "f"))
        return isRound ? 1 : nil
    }

    private func keyboardLength(at start: Int) -> Int {
        var longest = 1
        for row in Self.keyboards {
            guard let place = row.firstIndex(of: text[start].lowercased) else { continue }
            var length = 1
            while start + length < text.count, place + length < row.count,
                text[start + length].lowercased == row[place + length]
            {
                length += 1
            }
            longest = max(longest, length)
        }
        return longest
    }

    /// For each place, the longest text from there that also begins earlier.
    private static func longestRepeats(in text: [UInt8]) -> [Int] {
        var longest = [Int](repeating: 0, count: text.count)
        // common[j] is how much the texts from the current place and from j have in common.
        var common = [Int](repeating: 0, count: text.count + 1)
        for index in text.indices.reversed() {
            for earlier in 0..<index {
                // common[earlier + 1] still belongs to the place behind this one.
                let length = text[index] == text[earlier] ? common[earlier + 1] + 1 : 0
                common[earlier] = length
                if length > longest[index] { longest[index] = length }
            }
        }
        return longest
    }
}

// MARK: - Words and dates

extension StructureCost {
    private mutating func takeWords(at start: Int) {
        if let length = CommonWords.longest(in: plain, at: start), let spelling = spellingBits(start, length) {
            relax(start, length, log2(Double(CommonWords.count)) + spelling, .commonWord)
        }
        if let phrase = phrase(at: start) {
            relax(start, phrase.length, phrase.cost, guessing: min(phrase.guessing, phrase.cost), .language)
        }
    }

    /// What capitals and digits in place of letters add to a word, or nil when the capitals are strewn: people write
    /// words in one case or with a capital in front.
    private func spellingBits(_ start: Int, _ length: Int) -> Double? {
        let word = text[start..<(start + length)]
        let capitals = word.filter(\.isUpper).count
        let letters = word.filter(\.isLetter).count
        let isUsual = capitals == 0 || capitals == letters || capitals == 1 && word.first?.isUpper == true
        guard isUsual, letters > 0 else { return nil }
        return (capitals == 0 ? 0 : 1) + Double(length - letters)
    }

    private typealias Phrase = (length: Int, cost: Double, guessing: Double)

    /// Words that read like language from here, written together (`TheQuickFox`) or with one separator between them.
    ///
    /// Of the pairs of letters in language three quarters are common, and there are some 4.6 common ones for each first
    /// letter: a letter that goes on commonly costs log₂(4.6 / 0.75) bits, another log₂(21.4 / 0.25). A word drawn from
    /// a list of thousands has some 13 bits and 5 letters, so guessing costs 2.5 bits a letter.
    private func phrase(at start: Int) -> Phrase? {
        guard text[start].isLetter, start == 0 || !text[start - 1].isLetter || text[start].isUpper else { return nil }
        var end = start
        var phrase: Phrase = (0, 0, 0)
        while let word = wordEnd(from: end) {
            // The first letter, the case, and where the word ends.
            phrase.cost += log2(26) + 4.5
            phrase.guessing += 2.5 * Double(word - end) + 1
            for index in end..<(word - 1) {
                phrase.cost += CommonWords.isCommonPair(plain[index], plain[index + 1]) ? 2.6 : 6.4
            }
            end = word
            let hasNext = end + 1 < text.count && " -_.".utf8.contains(text[end]) && wordEnd(from: end + 1) != nil
            if hasNext {
                end += 1
                phrase.cost += 3
                phrase.guessing += 1
            }
        }
        phrase.length = end - start
        return phrase.length >= 7 ? phrase : nil
    }

    /// Where a word ends: a letter and at least two small ones, or three capitals and more.
    private func wordEnd(from start: Int) -> Int? {
        guard start + 2 < text.count, text[start].isLetter else { return nil }
        let isCapital = text[start].isUpper && text[start + 1].isUpper
        var end = start + 1
        while end < text.count, isCapital ? text[end].isUpper : text[end].isLower { end += 1 }
        return end - start >= 3 ? end : nil
    }

    /// A year of the last or this century, or a date with one.
    private mutating func takeDates(at start: Int) {
        let digits = text[start...].prefix { $0.isDigit }.prefix(8)
        if isYear(digits.prefix(4)) { relax(start, 4, 7, .date) }
        if isDate(digits) { relax(start, 8, 16, .date) }
        // 2025-10-23 and 23.10.2025
        let ten = text[start...].prefix(10)
        guard ten.count == 10 else { return }
        let isDigitOrSeparator = ten.allSatisfy { $0.isDigit || "-./_".utf8.contains($0) }
        if isDigitOrSeparator, isDate(ten.filter(\.isDigit)[...]) { relax(start, 10, 16, .date) }
    }

    /// `20251023`, `23102025` or `10232025`.
    private func isDate(_ digits: Bytes) -> Bool {
        guard digits.count == 8 else { return false }
        func areDayAndMonth(_ pair: Bytes) -> Bool {
            guard let one = pair.prefix(2).decimal, let other = pair.suffix(2).decimal else { return false }
            return (1...31).contains(one) && (1...31).contains(other) && min(one, other) <= 12
        }
        return isYear(digits.prefix(4)) && areDayAndMonth(digits.suffix(4))
            || isYear(digits.suffix(4)) && areDayAndMonth(digits.prefix(4))
    }

    private func isYear(_ digits: Bytes) -> Bool {
        guard digits.count == 4, let year = digits.decimal else { return false }
        return (1940...2039).contains(year)
    }
}
