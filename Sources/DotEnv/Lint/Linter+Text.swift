// What is wrong with the bytes of a file, whatever its bindings are.

extension Linter {
    /// Byte order mark, NUL, bytes that are not UTF-8, and characters that one does not see.
    mutating func lintText() {
        let mark = [UInt8].byteOrderMark.count
        var index = 0
        if bytes.starts(with: [UInt8].byteOrderMark) {
            report(.byteOrderMark, at: 0, edit: DotEnvLint.Edit(range: 0..<mark, replacement: []))
            index = mark
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte >= 0x20 && byte < 0x7F {
                index += 1
            } else if byte < 0x80 {
                lintControl(at: index)
                index += 1
            } else {
                index += lintWide(at: index)
            }
        }
    }

    private mutating func lintControl(at index: Int) {
        switch bytes[index] {
        case 0: report(.nul, at: index)
        case Byte.lineFeed, Byte.carriageReturn, Byte.tab: break
        default: report(.invisibleCharacter, at: index)
        }
    }

    /// Looks at a character beyond ASCII.
    ///
    /// - Returns: How many bytes it takes.
    private mutating func lintWide(at index: Int) -> Int {
        let window = Array(bytes[index..<min(index + 4, bytes.count)])
        if window.firstInvalidUTF8() == 0
            && String(validating: window.prefix(scalarLength(window)), as: UTF8.self) == nil
        {
            report(.invalidText, at: index)
            return 1
        }
        guard let scalar = String(decoding: window, as: UTF8.self).unicodeScalars.first else { return 1 }
        if Self.isInvisible(scalar) {
            // An unusual space can become a usual one; what else is invisible can go.
            let isSpace = scalar.properties.generalCategory == .spaceSeparator
            let range = index..<index + UTF8.width(scalar)
            let edit = DotEnvLint.Edit(range: range, replacement: isSpace ? [Byte.space] : [])
            report(.invisibleCharacter, at: index, edit: isOutsideOfValues(index) ? edit : nil)
        }
        return UTF8.width(scalar)
    }

    private func scalarLength(_ window: [UInt8]) -> Int {
        switch window[0] {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
    }

    /// Whether one sees nothing of a character, or only that something is moved: spaces beyond the ASCII one, controls,
    /// marks of direction, joiners, fillers and line separators.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator: true
        default: scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    /// A value keeps what is in it: it may be meant.
    private func isOutsideOfValues(_ index: Int) -> Bool {
        let next = reading.bindings.partitioningIndex { Int($0.valueStart) > index }
        return next == 0 || Int(reading.bindings[next - 1].valueEnd) <= index
    }

    /// Different line ends, carriage returns, a last line without an end, white space before an end.
    mutating func lintLineEnds() {
        var firstOfKind: [Int: Int] = [:]
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            guard byte == Byte.lineFeed || byte == Byte.carriageReturn else {
                index += 1
                continue
            }
            let isPair = byte == Byte.carriageReturn && nextIsLineFeed(index)
            let kind = byte == Byte.lineFeed ? 0 : isPair ? 1 : 2
            if firstOfKind[kind] == nil {
                firstOfKind[kind] = index
                if firstOfKind.count > 1 {
                    report(.mixedLineEnds, at: index)
                } else if kind > 0 {
                    report(.carriageReturn, at: index)
                }
            }
            lintTrailing(before: index)
            index += isPair ? 2 : 1
        }
        guard let last = bytes.last, last != Byte.lineFeed && last != Byte.carriageReturn else { return }
        lintTrailing(before: bytes.count)
        let lineEnd: [UInt8] = firstOfKind.keys.min() == 1 ? [Byte.carriageReturn, Byte.lineFeed] : [Byte.lineFeed]
        let edit = DotEnvLint.Edit(range: bytes.count..<bytes.count, replacement: lineEnd)
        report(.noFinalLineEnd, at: bytes.count, edit: edit)
    }

    private mutating func lintTrailing(before end: Int) {
        var start = end
        while start > 0 && (bytes[start - 1] == Byte.space || bytes[start - 1] == Byte.tab) { start -= 1 }
        guard start < end && isOutsideOfValues(start) else { return }
        report(.trailingWhitespace, at: start, edit: DotEnvLint.Edit(range: start..<end, replacement: []))
    }
}

extension [Binding] {
    /// The index of the first binding that meets a condition which, once met, all later ones meet too.
    func partitioningIndex(where condition: (Binding) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
