private import CLibYAML

/// One step through a YAML text.
struct YAMLEvent {
    /// What comes.
    enum Kind: Equatable {
        case streamStart, streamEnd, documentStart, documentEnd, sequenceStart, sequenceEnd, mappingStart, mappingEnd
        case alias(String)
        case scalar(String, YAMLScalar, isPlain: Bool)
    }

    var kind: Kind
    var mark: YAMLMark
    /// The name by which aliases repeat it.
    var anchor: String?
    /// Whether a type is written before it.
    var hasTag = false
}

/// The events of a YAML text, one after the other, from libyaml.
///
/// A class with memory of its own, because the C parser keeps its own address and that of the text.
@safe final class YAMLEvents {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let event: UnsafeMutablePointer<yaml_event_t>
    private let text: UnsafeMutableBufferPointer<UInt8>
    /// Whether libyaml had the memory for its parser.
    private let isReady: Bool
    private let takesControlCharacters: Bool

    /// Takes a copy of a text.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, already checked.
    ///   - takesControlCharacters: Whether escapes may make control characters.
    init(_ bytes: [UInt8], takesControlCharacters: Bool = false) {
        self.takesControlCharacters = takesControlCharacters
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        unsafe event = .allocate(capacity: 1)
        unsafe event.initialize(to: yaml_event_t())
        unsafe text = .allocate(capacity: bytes.count)
        _ = unsafe text.initialize(from: bytes)
        isReady = unsafe yaml_parser_initialize(parser) == 1
        guard isReady else { return }
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    }

    deinit {
        if isReady { unsafe yaml_parser_delete(parser) }
        unsafe parser.deallocate()
        unsafe event.deallocate()
        unsafe text.deallocate()
    }

    /// The next event.
    ///
    /// - Throws: What is wrong with the text at this place.
    func next() throws(YAMLProblem) -> YAMLEvent {
        guard isReady, unsafe yaml_parser_parse(parser, event) == 1 else { throw problem() }
        defer { unsafe yaml_event_delete(event) }
        let mark = unsafe Self.mark(event.pointee.start_mark)
        switch unsafe event.pointee.type {
        case YAML_STREAM_START_EVENT: return YAMLEvent(kind: .streamStart, mark: mark)
        case YAML_DOCUMENT_START_EVENT: return YAMLEvent(kind: .documentStart, mark: mark)
        case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, mark: mark)
        case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, mark: mark)
        case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, mark: mark)
        case YAML_ALIAS_EVENT:
            let name = unsafe Self.text(event.pointee.data.alias.anchor)
            return YAMLEvent(kind: .alias(name ?? ""), mark: mark)
        case YAML_SEQUENCE_START_EVENT:
            let start = unsafe event.pointee.data.sequence_start
            let (anchor, tag) = unsafe (Self.text(start.anchor), start.tag != nil)
            return YAMLEvent(kind: .sequenceStart, mark: mark, anchor: anchor, hasTag: tag)
        case YAML_MAPPING_START_EVENT:
            let start = unsafe event.pointee.data.mapping_start
            let (anchor, tag) = unsafe (Self.text(start.anchor), start.tag != nil)
            return YAMLEvent(kind: .mappingStart, mark: mark, anchor: anchor, hasTag: tag)
        case YAML_SCALAR_EVENT: return try scalar(at: mark)
        default: return YAMLEvent(kind: .streamEnd, mark: mark)
        }
    }

    private func scalar(at mark: YAMLMark) throws(YAMLProblem) -> YAMLEvent {
        let scalar = unsafe event.pointee.data.scalar
        let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        let style = unsafe scalar.style
        // Only escapes in double quotes can make control characters: elsewhere libyaml refuses them itself.
        let isChecked = style == YAML_DOUBLE_QUOTED_SCALAR_STYLE && !takesControlCharacters
        if isChecked, unsafe Self.hasControlCharacter(bytes) {
            throw YAMLProblem(
                code: .manifestSyntax,
                message: "an escape in this text makes a control character",
                fix: "Leave the control character out: no environment variable and no terminal takes it.",
                mark: mark
            )
        }
        let text = unsafe String(decoding: bytes, as: UTF8.self)
        let (anchor, tag) = unsafe (Self.text(scalar.anchor), scalar.tag != nil)
        let isPlain = style == YAML_PLAIN_SCALAR_STYLE
        let meaning = isPlain ? YAMLScalar(text) : .text
        let kind = YAMLEvent.Kind.scalar(text, meaning, isPlain: isPlain)
        return YAMLEvent(kind: kind, mark: mark, anchor: anchor, hasTag: tag)
    }

    private static func text(_ name: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        unsafe name.map { unsafe String(cString: $0) }
    }

    /// Whether there is a C0 or C1 control character other than tab, line feed and carriage return.
    private static func hasControlCharacter(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var previous: UInt8 = 0
        for index in bytes.indices {
            let byte = unsafe bytes[index]
            if byte < 0x20, byte != 0x09, byte != 0x0A, byte != 0x0D { return true }
            if byte == 0x7F || (previous == 0xC2 && (0x80...0x9F).contains(byte)) { return true }
            previous = byte
        }
        return false
    }

    private static func mark(_ mark: yaml_mark_t) -> YAMLMark { YAMLMark(line: mark.line + 1, column: mark.column + 1) }

    /// What libyaml says is wrong, in words of ours: its own are for people who know the grammar.
    private func problem() -> YAMLProblem {
        let error = unsafe parser.pointee.error
        guard isReady, error != YAML_MEMORY_ERROR else {
            return YAMLProblem(
                code: .manifestTooLarge,
                message: "there is not enough memory to read the file",
                fix: "Free some memory and try again.",
                mark: .start
            )
        }
        if error == YAML_READER_ERROR {
            // The reader knows a byte's offset only, and all it refuses in checked UTF-8 is control characters.
            let offset = unsafe min(parser.pointee.problem_offset, text.count)
            return YAMLProblem(
                code: .manifestSyntax,
                message: "a control character stands here",
                fix: "Remove the invisible character.",
                mark: unsafe Self.mark(of: offset, in: UnsafeBufferPointer(text))
            )
        }
        let said = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? ""
        let (message, fix) = YAMLWords.explain(said)
        let mark = unsafe Self.mark(parser.pointee.problem_mark)
        guard unsafe parser.pointee.context != nil else {
            return YAMLProblem(code: .manifestSyntax, message: message, fix: fix, mark: mark)
        }
        let beginning = unsafe Self.mark(parser.pointee.context_mark)
        // What is never closed is noticed behind the last line: where it begins is the place to look at.
        let lines = unsafe text.count { $0 == UInt8(ascii: "\n") } + 1
        if mark.line > lines {
            return YAMLProblem(code: .manifestSyntax, message: message, fix: fix, mark: beginning)
        }
        let origin = beginning.line < mark.line ? " (what it belongs to begins in line \(beginning.line))" : ""
        return YAMLProblem(code: .manifestSyntax, message: message + origin, fix: fix, mark: mark)
    }

    private static func mark(of offset: Int, in text: UnsafeBufferPointer<UInt8>) -> YAMLMark {
        var mark = YAMLMark.start
        for index in 0..<offset {
            let byte = unsafe text[index]
            if byte == UInt8(ascii: "\n") {
                mark = YAMLMark(line: mark.line + 1, column: 1)
            } else if byte & 0xC0 != 0x80 {
                mark = YAMLMark(line: mark.line, column: mark.column + 1)
            }
        }
        return mark
    }
}
