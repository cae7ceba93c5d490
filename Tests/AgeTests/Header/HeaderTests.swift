import Testing

@testable import Age

@Suite struct HeaderTests {
    private static let version = "age-encryption.org/v1\n"
    private static let mac = "--- " + String(repeating: "A", count: 43) + "\n"
    private static let column64 = String(repeating: "A", count: 64)

    private func parse(_ text: String, pieceSize: Int = 1 << 22) throws(AgeError) -> Header? {
        try parse(Array(text.utf8), pieceSize: pieceSize)
    }

    private func parse(_ bytes: [UInt8], pieceSize: Int = 1 << 22) throws(AgeError) -> Header? {
        var parser = HeaderParser()
        var used = 0
        try inPieces(bytes, of: pieceSize) { piece throws(AgeError) in
            if parser.header == nil { used += try parser.read(piece) }
        }
        guard let header = parser.header else { throw parser.errorAtEnd() }
        #expect(header.encoded() == Array(bytes.prefix(used)), "a header that is read is written the same")
        return header
    }

    @Test func `a header is read up to its end, and not further`() throws {
        var parser = HeaderParser()
        let text = Self.version + "-> a b\n\n" + Self.mac
        #expect(try parser.read(Array((text + "-> payload").utf8)[...]) == text.utf8.count)
        #expect(parser.header?.stanzas == [AgeStanza(type: "a", arguments: ["b"], body: [])])
    }

    @Test(arguments: [
        ("-> x\n\n", [AgeStanza(type: "x", arguments: [], body: [])]),
        ("-> x\nAA\n", [AgeStanza(type: "x", arguments: [], body: [0])]),
        (
            "-> ! ~ -> ---\n\(column64)\n\n",
            [AgeStanza(type: "!", arguments: ["~", "->", "---"], body: .init(zeros: 48))]
        ),
        (
            "-> x\n\(column64)\nAA\n-> y\n\n",
            [
                AgeStanza(type: "x", arguments: [], body: .init(zeros: 49)),
                AgeStanza(type: "y", arguments: [], body: []),
            ]
        ),
    ])
    func `stanzas are read as they are`(text: String, stanzas: [AgeStanza]) throws {
        for pieceSize in [1, 7, 1 << 20] {
            #expect(try parse(Self.version + text + Self.mac, pieceSize: pieceSize)?.stanzas == stanzas)
        }
    }

    @Test(arguments: [
        ("", AgeError.Kind.notAgeFile, Int?.none), ("a", .notAgeFile, nil), ("hello\n", .notAgeFile, nil),
        ("age-encryption.org/", .headerTruncated, 1), ("age-encryption.org/v1", .headerTruncated, 1),
        ("age-encryption.org/v2\n", .unsupportedVersion, 1), ("age-encryption.org/v1 \n", .unsupportedVersion, 1),
        ("Age-encryption.org/v1\n", .notAgeFile, nil), ("\(version)", .headerTruncated, 2),
        ("age-encryption.org/v1\r\n", .malformedHeader(.carriageReturn), 1),
        ("\(version)\(mac)", .malformedHeader(.noStanza), 2), ("\(version)\n", .malformedHeader(.stanzaStart), 2),
        ("\(version)->\n", .malformedHeader(.stanzaStart), 2), ("\(version)-> \n", .malformedHeader(.arguments), 2),
        ("\(version)->  x\n", .malformedHeader(.arguments), 2), ("\(version)-> x \n", .malformedHeader(.arguments), 2),
        ("\(version)-> x  y\n", .malformedHeader(.arguments), 2),
        ("\(version)-> x\ty\n", .malformedHeader(.arguments), 2),
        ("\(version)-> é\n", .malformedHeader(.arguments), 2), ("\(version)-> x\r\n", .malformedHeader(.arguments), 2),
        ("\(version)-> x\u{7F}\n", .malformedHeader(.arguments), 2),
        ("\(version)->x\n", .malformedHeader(.stanzaStart), 2),
        ("\(version)-> x\n\(column64)A\n", .malformedHeader(.bodyLine), 3),
        ("\(version)-> x\nA\n", .malformedHeader(.body), 3), ("\(version)-> x\nAB\n", .malformedHeader(.body), 3),
        ("\(version)-> x\nAA==\n", .malformedHeader(.body), 3), ("\(version)-> x\nAA\r\n", .malformedHeader(.body), 3),
        ("\(version)-> x\n\(column64)\n\(mac)", .malformedHeader(.body), 4),
        ("\(version)-> x\nAA\nAA\n\(mac)", .malformedHeader(.stanzaStart), 4),
        ("\(version)-> x\n\n---\n", .malformedHeader(.finalLine), 4),
        ("\(version)-> x\n\n--- \n", .malformedHeader(.finalLine), 4),
        ("\(version)-> x\n\n---\(mac.dropFirst(4))", .malformedHeader(.finalLine), 4),
        ("\(version)-> x\n\n--- A\(mac.dropFirst(4))", .malformedHeader(.finalLine), 4),
        ("\(version)-> x\n\n--- \(mac.dropFirst(5))", .malformedHeader(.finalLine), 4),
        ("\(version)-> x\n\n---  \(mac.dropFirst(5))", .malformedHeader(.finalLine), 4),
        ("\(version)-> x\n\n--- \(mac.dropFirst(5).dropLast())B\n", .malformedHeader(.finalLine), 4),
        ("\(version)-> x\n\n\(mac.dropLast()) \n", .malformedHeader(.finalLine), 4),
        ("\(version)-> x\n\n\(mac.dropLast())=\n", .malformedHeader(.finalLine), 4),
        ("\(version)-> x\n\n\(mac.dropLast())", .headerTruncated, 4), ("\(version)-> x\n", .headerTruncated, 3),
    ])
    func `a line that the ABNF does not have is refused`(text: String, kind: AgeError.Kind, line: Int?) {
        for pieceSize in [1, 7, 1 << 20] {
            #expect(throws: AgeError(kind, line: line)) { try parse(text, pieceSize: pieceSize) }
        }
    }

    @Test func `a header that is text in UTF-16 is named as such`() {
        #expect(throws: AgeError(.textEncodedByShell)) { try parse([0xFF, 0xFE, 0x61, 0x00, 0x0A, 0x00]) }
    }

    @Test func `the bounds hold, and one less is accepted`() throws {
        let stanza = "-> x\n\n"
        let most = String(repeating: stanza, count: AgeLimits.stanzas)
        #expect(try parse(Self.version + most + Self.mac)?.stanzas.count == AgeLimits.stanzas)
        #expect(throws: AgeError(.headerTooLarge, line: 2 + 2 * AgeLimits.stanzas)) {
            try parse(Self.version + most + stanza + Self.mac)
        }
        let longest = "-> " + String(repeating: "x", count: AgeLimits.headerLineBytes - 3)
        #expect(try parse(Self.version + longest + "\n\n" + Self.mac) != nil)
        #expect(throws: AgeError(.headerTooLarge, line: 2)) { try parse(Self.version + longest + "x\n\n" + Self.mac) }
        let endless = [UInt8](repeating: UInt8(ascii: "x"), count: AgeLimits.headerLineBytes + 1)
        #expect(throws: AgeError(.notAgeFile)) { try parse(endless) }
    }

    @Test func `the longest header that is accepted is read in linear time`() throws {
        let overhead = (Self.version + "-> x\n\n" + Self.mac).utf8.count
        let most = (AgeLimits.headerBytes - overhead) / 65
        let header = { lines in
            Array(
                (Self.version + "-> x\n" + String(repeating: Self.column64 + "\n", count: lines) + "\n" + Self.mac).utf8
            )
        }
        func seconds(_ lines: Int) throws -> Double {
            let text = header(lines)
            return try (0..<2).map { _ in
                var parser = HeaderParser()
                let before = threadSeconds()
                _ = try parser.read(text[...])
                #expect(parser.header?.stanzas[0].body.count == 48 * lines)
                return threadSeconds() - before
            }.min() ?? 0
        }
        // Eight times the lines: about eight times as long, where a copy for each line makes it sixty-four.
        #expect(try seconds(most) < 20 * seconds(most / 8))
        #expect(throws: AgeError.self) { try parse(header(most + 1)) }
    }

    @Test(arguments: TestKitVector.all)
    func `a header of the test kit that is read is written the same`(vector: TestKitVector) {
        // The comparison is in `parse`.
        do throws(AgeError) { _ = try parse(vector.file) } catch {
            #expect(["header failure", "armor failure"].contains(vector.expect) || vector.isArmored)
        }
    }

    @Test func `a changed header is found by its code`() throws {
        let fileKey = AgeFileKey()
        let stanzas = [AgeStanza(type: "x", arguments: ["y"], body: [1, 2, 3])]
        let header = Header(stanzas: stanzas, fileKey: fileKey)
        #expect(header.isAuthentic(fileKey: fileKey))
        #expect(!header.isAuthentic(fileKey: AgeFileKey()))
        for index in header.authenticated.indices {
            var changed = header.authenticated
            changed[index] ^= 1
            #expect(!Header(stanzas: stanzas, authenticated: changed, mac: header.mac).isAuthentic(fileKey: fileKey))
        }
    }
}

extension [UInt8] {
    init(zeros count: Int) {
        self.init(repeating: 0, count: count)
    }
}
