/// A value percent-encoded (RFC 3986, section 2.1), as the common encoders do.
enum PercentForms {
    /// What one encoder leaves as it is, letters and digits apart.
    private struct Encoder {
        let kept: [Bool]
        let spaceIsPlus: Bool

        init(keeping punctuation: String, letters: Bool = true, spaceIsPlus: Bool = false) {
            var kept = [Bool](repeating: false, count: 256)
            for byte in punctuation.utf8 { kept[Int(byte)] = true }
            if letters {
                for byte in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8 {
                    kept[Int(byte)] = true
                }
            }
            self.kept = kept
            self.spaceIsPlus = spaceIsPlus
        }
    }

    private static let encoders = [
        // The unreserved characters of RFC 3986: most libraries' default for a component.
        Encoder(keeping: "-._~"),
        // The same in a form's field.
        Encoder(keeping: "-._~", spaceIsPlus: true),
        // Forms as the URL standard, Java and PHP write them.
        Encoder(keeping: "*-._", spaceIsPlus: true),
        Encoder(keeping: "-._", spaceIsPlus: true),
        // JavaScript: encodeURIComponent, encodeURI.
        Encoder(keeping: "-_.!~*'()"),
        Encoder(keeping: "-_.!~*'();,/?:@&=+$#"),
        // Python's quote.
        Encoder(keeping: "-._~/"),
        // The characters of a path's segment in RFC 3986, and with the slash those of a path.
        Encoder(keeping: "-._~!$&'()*+,;=:@"),
        Encoder(keeping: "-._~!$&'()*+,;=:@/"),
        // User and password in an authority.
        Encoder(keeping: "-._~!$&'()*+,;="),
        Encoder(keeping: "-._~$&+,;="),
        // As little as a URL can do with.
        Encoder(keeping: "-._~!$&'()*+,;=:@/?#[]\\^|{}`"),
    ]
    private static let full = Encoder(keeping: "", letters: false)

    /// Adds the forms of a value.
    ///
    /// - Parameter full: Whether also the form with every byte encoded is wanted.
    static func add(_ value: [UInt8], full wantsFull: Bool, to patterns: inout PatternSet) {
        if wantsFull { add(value, full, to: &patterns) }
        // Where nothing is encoded there is nothing to add, and that is the usual case.
        guard !value.allSatisfy({ encoders[3].kept[Int($0)] }) else { return }
        for encoder in encoders { add(value, encoder, to: &patterns) }
    }

    private static func add(_ value: [UInt8], _ encoder: Encoder, to patterns: inout PatternSet) {
        for digits in HexDigits.allCases {
            patterns.add { output in
                for byte in value {
                    if encoder.kept[Int(byte)] {
                        output.append(byte)
                    } else if byte == 0x20, encoder.spaceIsPlus {
                        output.append(UInt8(ascii: "+"))
                    } else {
                        output.append(UInt8(ascii: "%"))
                        digits.append(byte, to: &output)
                    }
                }
            }
        }
    }
}
