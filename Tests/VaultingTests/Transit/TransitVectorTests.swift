import Findings
import SecretStore
import Secrets
import Testing

@testable import Vaulting

/// Published vectors through keys of the encryption service, and texts that another implementation made.
@Suite struct TransitVectorTests {
    // "The Galois/Counter Mode of Operation (GCM)", McGrew and Viega, appendix B, cases 4 and 16; RFC 8439, 2.8.2.
    static let ciphers: [(TransitKeyType, key: String, nonce: String, data: String, plaintext: String, box: String)] = [
        (
            .aes128, "feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
            "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5"
                + "aa0de657ba637b39",
            "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b39"
                + "6a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47"
        ),
        (
            .aes256, "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5"
                + "aa0de657ba637b39",
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e63"
                + "93ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"
        ),
        (
            .chaCha20, "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
            "070000004041424344454647", "50515253c0c1c2c3c4c5c6c7",
            "4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a204966204920636f756c64"
                + "206f6666657220796f75206f6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73637265656e"
                + "20776f756c642062652069742e",
            "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a"
                + "9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b"
                + "7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691"
        ),
    ]

    @Test(arguments: ciphers)
    func `what is published opens`(
        _ row: (TransitKeyType, key: String, nonce: String, data: String, plaintext: String, box: String)
    ) throws {
        let key = try TransitTesting.key(row.0, row.key)
        var use = TransitKey.Use()
        use.associatedData = try bytes(row.data)
        let text = VersionedText.text(1, try bytes(row.nonce + row.box))
        #expect(try key.decrypt(text, use).reveal() == bytes(row.plaintext))
        use.associatedData[0] ^= 1
        #expect(throws: TransitError.self) { try key.decrypt(text, use) }
    }

    // RFC 8032, 7.1, tests 1 and 2: Ed25519 has one signature of a message.
    @Test(arguments: [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0"
                + "595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eae"
                + "b4302aeeb00d291612bb0c00"
        ),
    ])
    func `Ed25519 verifies what RFC 8032 signed, and signs what verifies`(
        _ row: (seed: String, message: String, signature: String)
    ) throws {
        let key = try TransitTesting.key(.ed25519, row.seed)
        let message = Secret(try bytes(row.message))
        let text = VersionedText.text(1, try bytes(row.signature))
        #expect(try key.isValid(text, for: message, TransitSigning()))
        #expect(try !key.isValid(text, for: Secret(try bytes(row.message) + [0]), TransitSigning()))
        #expect(try key.isValid(try key.sign(message, TransitSigning()).text, for: message, TransitSigning()))
    }

    // RFC 6979, A.2.5 to A.2.7: r and s of "sample", one after the other.
    static let curves: [(TransitKeyType, TransitHash, scalar: String, signature: String)] = [
        (
            .ecdsaP256, .sha2x256, "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
            "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900db"
                + "b9aff4064dc4ab2f843acda8"
        ),
        (
            .ecdsaP384, .sha2x384,
            "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5",
            "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe4699ef4aeb"
                + "15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8"
        ),
        (
            .ecdsaP521, .sha2x512,
            "00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75caa896eb32f1f47c70855836a6d16fcc1466f6d8"
                + "fbec67db89ec0c08b0e996b83538",
            "00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e25a1ee9017b5d450606add152b534931d7d4"
                + "e8455cc91f9b15bf05ec36e377fa00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af282623ea"
                + "a63e5b5c0723d8b8c37ff0777b1a20f8ccb1dccc43997f1ee0e44da4a67a"
        ),
    ]

    @Test(arguments: curves)
    func `ECDSA verifies what RFC 6979 signed`(
        _ row: (TransitKeyType, TransitHash, scalar: String, signature: String)
    ) throws {
        let key = try TransitTesting.key(row.0, row.scalar)
        let message = Secret(Array("sample".utf8))
        var options = TransitSigning()
        (options.hash, options.marshaling) = (row.1, .jws)
        let signature = VersionedText.text(1, try bytes(row.signature), forURL: true)
        #expect(try key.isValid(signature, for: message, options))
        #expect(try !key.isValid(signature, for: Secret(Array("Sample".utf8)), options))
        options.isPrehashed = true
        #expect(try key.isValid(signature, for: Secret(row.1.sum(of: message)), options))
        #expect(throws: TransitError("the input is as long as no hash: with prehashed it must be one")) {
            try key.isValid(signature, for: message, options)
        }
        #expect(throws: TransitError.self) { try key.sign(message, options) }
    }

    // RFC 4231, test case 6.
    @Test func `codes are those of RFC 4231`() throws {
        let key = try TransitTesting.key(.hmac, String(repeating: "aa", count: 131), bytes: 131)
        let message = Secret(Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8))
        for (hash, code) in [
            (TransitHash.sha2x256, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
            (
                .sha2x512,
                "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73"
                    + "f63f0aec8b915a985d786598"
            ),
        ] {
            let text = VersionedText.text(1, try bytes(code))
            #expect(try key.code(of: message, hash, version: 0) == text)
            #expect(try key.isValid(code: text, for: message, hash))
            #expect(
                try !key.isValid(code: VersionedText.text(1, Array(try bytes(code).dropLast())), for: message, hash)
            )
        }
    }

    // FIPS 180-4 and FIPS 202, of "abc".
    @Test(arguments: [
        (TransitHash.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (.sha2x256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (.sha3x256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"),
    ])
    func `hashes are the published ones`(_ row: (TransitHash, String)) throws {
        #expect(row.0.sum(of: Secret(Array("abc".utf8))) == (try bytes(row.1)))
        #expect(try bytes(row.1).count == row.0.byteCount)
    }

    // Made with Python's cryptography: HKDF-SHA256 of the context, nonce from HMAC-SHA256 of the plaintext.
    static let convergent: [(TransitKeyType, data: String, box: String)] = [
        (.aes256, "", "119e1621c0c4526de2526bf16ca30a14466ff0d42ed65beb6c156e2469551695f21ab47be783"),
        (.aes128, "", "c5337e343060ab7998ff667a86f08a24058cb29ec0baeb2ecdd8fc43f8257e15b5cfebf6468e"),
        (.chaCha20, "", "119e1621c0c4526de2526bf116aba1bae0845cc571d8434c56382a8eb114517c578268258fb4"),
        (.aes256, "row 7", "d3121cb79a4b038752f63febf6f657ea047b2689089c76f802fc06923c44f797f7cc9a3d338b"),
    ]

    @Test(arguments: convergent)
    func `convergent encryption is Vault's third version, and has associated data in its nonce`(
        _ row: (TransitKeyType, data: String, box: String)
    ) throws {
        let raw = Hex.encode((0..<UInt8(row.0.cipherKeyBytes ?? 0)).map { $0 })
        let key = try TransitTesting.key(row.0, raw, isConvergent: true)
        var use = TransitKey.Use()
        (use.context, use.associatedData) = (Array("tenant-1".utf8), Array(row.data.utf8))
        let plaintext = Secret(Array("convergent".utf8))
        let text = VersionedText.text(1, try bytes(row.box))
        #expect(try key.encrypt(plaintext, use).text == text)
        #expect(try key.decrypt(text, use) == plaintext)
        use.context.append(0)
        #expect(try key.encrypt(plaintext, use).text != text)
    }

    @Test func `an Ed25519 key of a context is one of HKDF`() throws {
        let raw = Hex.encode((0..<32).map { $0 })
        let key = try TransitTesting.key(.ed25519, raw, isDerived: true)
        var options = TransitSigning()
        options.context = Array("tenant-1".utf8)
        let signed = try key.sign(Secret(Array("m".utf8)), options)
        #expect(
            signed.publicKey == (try bytes("9b621d4a59a844b8de11ca3a4201c3dd5aaff92343bfd435be11d97096224628"))
        )
        #expect(
            signed.text
                == VersionedText.text(
                    1,
                    try bytes(
                        "f894dcbbae11bf9ae04dd49f72ae52e6db308cc3ce42365b82b86ad8737e31bd7c8f5e95f366db8e47241d5662ea9932"
                            + "44988dc12cacef36a162912b18e84f0e"
                    )
                )
        )
    }
}

/// Keys whose bytes a test chooses.
enum TransitTesting {
    static let time = Timestamp(microseconds: 1_700_000_000_000_000)

    static func key(
        _ type: TransitKeyType,
        _ hex: String,
        bytes count: Int = 0,
        isDerived: Bool = false,
        isConvergent: Bool = false
    ) throws -> TransitKey {
        let raw = try #require(Hex.decode(hex))
        let code = Secret([UInt8](repeating: 7, count: 32))
        var key = TransitKey(
            "k",
            type,
            isDerived: isDerived || isConvergent,
            isConvergent: isConvergent,
            byteCount: count
        )
        key.versions[1] = try #require(
            TransitVersion(type, created: time, raw: Secret(raw), code: type == .hmac ? nil : code)
        )
        key.latest = 1
        return key
    }
}
