import Testing

@testable import Age

@Suite struct ArmorTests {
    private static let begin = "-----BEGIN AGE ENCRYPTED FILE-----"
    private static let end = "-----END AGE ENCRYPTED FILE-----"
    private static let full = String(repeating: "AAAA", count: 16)

    private func read(_ text: String, pieceSize: Int = 1 << 20) throws(AgeError) -> [UInt8] {
        var reader = ArmorReader()
        var bytes: [UInt8] = []
        try inPieces(Array(text.utf8), of: pieceSize) { piece throws(AgeError) in try reader.read(piece, into: &bytes) }
        try reader.finish()
        return bytes
    }

    private func write(_ bytes: [UInt8], pieceSize: Int = 1 << 20) -> String {
        var writer = ArmorWriter()
        var text: [UInt8] = []
        inPieces(bytes, of: pieceSize) { writer.write($0, into: &text) }
        writer.finish(into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    @Test(arguments: [0, 1, 2, 3, 47, 48, 49, 50, 95, 96, 97, 1000])
    func `every length comes back, in pieces of every size`(count: Int) throws {
        let bytes = content(count)
        for pieceSize in [1, 2, 47, 48, 49, 64, 1 << 20] {
            let text = write(bytes, pieceSize: pieceSize)
            #expect(text == write(bytes))
            #expect(try read(text, pieceSize: pieceSize) == bytes)
        }
    }

    @Test func `lines are 64 columns wide and the label is exact`() {
        let lines = write(content(100)).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 6 && lines[0] == Self.begin && lines[4] == Self.end && lines[5] == "")
        #expect(lines[1].count == 64 && lines[2].count == 64 && lines[3].count == 8)
    }

    @Test(arguments: [
        "\(begin)\n\(full)\n\(end)\n", "\(begin)\r\n\(full)\r\n\(end)\r\n", "\(begin)\n\(full)\r\n\(end)",
        "\n \t\r\n\(begin)\n\(full)\n\(end)\n\n\t \r\n", "\(begin)\n\(full)\nAA==\n\(end)\n",
        "\(begin)\n\(full)\n\(end)\r", "\(begin)\n\(end)\n",
    ])
    func `line ends and white space around the whole are free`(text: String) throws {
        for pieceSize in [1, 3, 1 << 20] { #expect(try read(text, pieceSize: pieceSize).count <= 49) }
    }

    @Test(arguments: [
        ("", AgeError.ArmorFault.begin, 1), ("\n\n", .begin, 3), (" \(begin) \n\(end)\n", .begin, 1),
        ("x\(begin)\n\(end)\n", .begin, 1), ("\(begin)", .noEnd, 1), ("-----BEGIN AGE", .begin, 1),
        ("-----begin age encrypted file-----\n", .begin, 1), ("-----BEGIN PGP MESSAGE-----\n", .begin, 1),
        ("\(begin)\n", .noEnd, 2), ("\(begin)\n\(full)\n", .noEnd, 3), ("\(begin)\n\(full)", .noEnd, 2),
        ("\(begin)\n\n\(full)\n\(end)\n", .emptyLine, 2), ("\(begin)\n\(full)\n\n\(end)\n", .emptyLine, 3),
        ("\(begin)\nHeader: x\n\n\(full)\n\(end)\n", .base64, 2), ("\(begin)\n\(full)A\n\(end)\n", .length, 2),
        ("\(begin)\n\(full)AAAA\n\(end)\n", .length, 2), ("\(begin)\nAAAA\n\(full)\n\(end)\n", .length, 3),
        ("\(begin)\nAAAA\nAAAA\n\(end)\n", .length, 3), ("\(begin)\nAA\n\(end)\n", .base64, 2),
        ("\(begin)\nAB==\n\(end)\n", .base64, 2), ("\(begin)\n \(full)\n\(end)\n", .length, 2),
        ("\(begin)\nAAAA \n\(end)\n", .base64, 2), ("\(begin)\nAA=\n=\n\(end)\n", .base64, 2),
        ("\(begin)\n\(full)\n\(end) \n", .base64, 3), ("\(begin)\n\(full)\n\(end)\nx", .trailing, 4),
        ("\(begin)\n\(full)\n\(end)\n\(begin)\n", .trailing, 4), ("\(begin)\nAAAA\n=AAA\n\(end)\n", .length, 3),
        ("\(begin)\n\(full)\n\(end)x\n", .base64, 3), ("\(begin)\nAA\u{0}A\n\(end)\n", .base64, 2),
        ("\(begin)\n\(full)\r\r\n\(end)\n", .length, 2), ("\(begin)\rAAAA\n\(end)\n", .begin, 1),
    ])
    func `whatever is not exact is refused, with its line`(text: String, fault: AgeError.ArmorFault, line: Int) {
        for pieceSize in [1, 5, 1 << 20] {
            #expect(throws: AgeError(.armor(fault), line: line)) { try read(text, pieceSize: pieceSize) }
        }
    }

    @Test func `white space around the armor is bounded`() throws {
        let space = String(repeating: " ", count: AgeLimits.armorWhitespaceBytes)
        #expect(try read("\(space)\(Self.begin)\n\(Self.end)\n").isEmpty)
        #expect(throws: AgeError(.armor(.whitespace), line: 1)) { try read(" \(space)\(Self.begin)\n\(Self.end)\n") }
        #expect(throws: AgeError(.armor(.whitespace), line: 3)) { try read("\(Self.begin)\n\(Self.end)\n \(space)") }
    }

    @Test func `no changed byte gives the same file another text`() throws {
        let bytes = content(100)
        let text = Array(write(bytes).utf8)
        var accepted = 0
        for index in text.indices {
            for byte in UInt8.min...UInt8.max where byte != text[index] {
                var reader = ArmorReader()
                var (changed, found) = (text, [UInt8]())
                changed[index] = byte
                do throws(AgeError) {
                    try reader.read(changed[...], into: &found)
                    try reader.finish()
                } catch { continue }
                accepted += 1
                // The last line feed may be other white space: that is the one freedom left.
                #expect(found != bytes || index == text.count - 1)
            }
        }
        #expect(accepted > 0)
    }
}
