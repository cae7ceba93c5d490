import Testing

@testable import Age

/// BIP 173, section "Test vectors". Its limit of 90 characters does not hold for age.
@Suite struct Bech32Tests {
    @Test(arguments: [
        "A12UEL5L", "a12uel5l",
        "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
        "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
        "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "?1ezyfcl",
    ])
    func `a valid text is read`(text: String) throws {
        do {
            _ = try Bech32.decode(text.utf8)
        } catch {
            // These three hold a number of bits that is no number of bytes, which BIP 173 allows and age does not.
            #expect(error.kind == .malformedKey(.padding), "\(error)")
        }
    }

    @Test func `a text of whole bytes comes back, whatever its length`() throws {
        for count in [0, 1, 2, 3, 4, 5, 16, 32, 33, 1216] {
            let text = Bech32.encode(prefix: "age", content(count))
            let (prefix, capitals, bytes) = try Bech32.decode(text)
            #expect(prefix == "age" && !capitals && bytes == content(count))
            let capital = String(decoding: text, as: UTF8.self).uppercased()
            let again = try Bech32.decode(capital.utf8)
            #expect(again.prefix == "age" && again.capitals && again.bytes == content(count))
        }
    }

    @Test(arguments: [
        ("\u{20}1nwldj5", AgeError.KeyFault.character), ("\u{7F}1axkwrx", .character), ("é1eym55h", .character),
        ("pzry9x0s0muk", .unknown), ("1pzry9x0s0muk", .unknown), ("x1b4n0q5v", .character), ("li1dgmt3", .length),
        ("de1lg7wt\u{FF}", .character), ("A1G7SGD8", .checksum), ("10a06t8", .unknown), ("1qzzfhee", .unknown),
        ("", .unknown), ("1", .unknown), ("age1", .length), ("a12uel5m", .checksum), ("A12uEL5L", .mixedCase),
        ("age12uel5l", .checksum), ("a12uel5l\n", .character), (" a12uel5l", .character),
    ])
    func `an invalid text is refused, and it is said why`(text: String, fault: AgeError.KeyFault) {
        #expect(throws: AgeError(.malformedKey(fault))) { try Bech32.decode(text.utf8) }
    }

    /// The text for groups of five bits, with the checksum written once more from BIP 173.
    private func text(prefix: String, groups: [UInt8]) -> [UInt8] {
        let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
        let expanded = prefix.utf8.map { $0 >> 5 } + [0] + prefix.utf8.map { $0 & 31 }
        var code: UInt32 = 1
        for value in expanded + groups + [UInt8](zeros: 6) {
            let top = code >> 25
            code = (code & 0x1FF_FFFF) << 5 ^ UInt32(value)
            if top & 1 != 0 { code ^= 0x3B6A_57B2 }
            if top & 2 != 0 { code ^= 0x2650_8E6D }
            if top & 4 != 0 { code ^= 0x1EA1_19FA }
            if top & 8 != 0 { code ^= 0x3D42_33DD }
            if top & 16 != 0 { code ^= 0x2A14_62B3 }
        }
        let checksum = (0..<6).map { UInt8((code ^ 1) >> UInt32(5 * (5 - $0)) & 31) }
        return Array("\(prefix)1".utf8) + (groups + checksum).map { alphabet[Int($0)] }
    }

    @Test func `the bits after the last byte are zeros, and fewer than five`() throws {
        #expect(text(prefix: "age", groups: [31, 28]) == Bech32.encode(prefix: "age", [0xFF]))
        for last in UInt8(29)...31 {
            let text = text(prefix: "age", groups: [31, last])
            #expect(throws: AgeError(.malformedKey(.padding))) { try Bech32.decode(text) }
        }
        for groups in [[0], [31, 28, 0], [31, 31, 31, 31, 31, 31, 31, 31, 0]] as [[UInt8]] {
            let text = text(prefix: "age", groups: groups)
            #expect(throws: AgeError(.malformedKey(.padding))) { try Bech32.decode(text) }
        }
    }

    @Test func `any one wrong character is found`() throws {
        let text = Array("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj".utf8)
        for index in text.indices {
            for character in Array("qpzry9x8gf2tvdw0s3jn54khce6mua7lb1Q".utf8) where character != text[index] {
                var changed = text
                changed[index] = character
                #expect(throws: AgeError.self) { try X25519Recipient(bytes: changed) }
            }
        }
    }

    @Test func `a text longer than any key is refused before it is looked at`() {
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: AgeLimits.keyLineBytes + 1)
        #expect(throws: AgeError(.malformedKey(.tooLong))) { try Bech32.decode(text) }
    }
}
