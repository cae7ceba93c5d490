/// What the members of more than one action must be (the service model of 2017-10-17).
extension Members.TextRule {
    static let secretID = Self(length: 1...2048)
    static let name = Self(length: 1...512)
    static let clientRequestToken = Self(length: 32...64)
    static let versionID = Self(length: 32...64)
    static let versionStage = Self(length: 1...256)
    static let description = Self(length: 0...2048)
    static let keyID = Self(length: 0...2048)
    static let nextToken = Self(length: 1...4096)
    static let tagKey = Self(length: 1...128)
    static let tagValue = Self(length: 0...256)
    static let policy = Self(length: 1...20_480)
    static let lambdaARN = Self(length: 0...2048)
    static let region = Self(
        length: 1...128,
        pattern: (#"^([a-z]+-)+\d+$"#, { AWSRegion.isName($0) })
    )
    static let policyName = Self(
        length: 1...64,
        pattern: (
            #"[0-9A-Za-z\-\_]+"#,
            {
                $0.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                }
            }
        )
    )
    /// A value has 65,536 bytes at most.
    static let secretString = Self(length: 0...65_536, isCountedInBytes: true)
}
