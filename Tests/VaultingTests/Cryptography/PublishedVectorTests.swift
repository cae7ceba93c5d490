import Crypto
import SecretStore
import Secrets
import Testing

@testable import Vaulting

/// Published vectors through the engine's own wrappers, so that a change of construction shows.
@Suite struct PublishedVectorTests {
    // RFC 5869, appendix A.1 to A.3.
    @Test(arguments: [
        (
            key: "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", salt: "000102030405060708090a0b0c",
            info: "f0f1f2f3f4f5f6f7f8f9",
            output: "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
        ),
        (
            key: hexRange(0x00...0x4F), salt: hexRange(0x60...0xAF), info: hexRange(0xB0...0xFF),
            output: "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
                + "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"
        ),
        (
            key: "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", salt: "", info: "",
            output: "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
        ),
    ])
    func `keys are derived as RFC 5869 says`(vector: (key: String, salt: String, info: String, output: String)) throws {
        let derived = Derivation.key(
            from: SymmetricKey(data: try bytes(vector.key)),
            salt: try bytes(vector.salt),
            info: try bytes(vector.info),
            count: vector.output.count / 2
        )
        #expect(hex(derived) == vector.output)
    }

    // RFC 7914, section 12, the vectors that do not have an empty passphrase and fit a test's memory.
    @Test(arguments: [
        (
            passphrase: "password", salt: "NaCl", logN: 10, blockSize: 8, parallelism: 16,
            output: "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
        ),
        (
            passphrase: "pleaseletmein", salt: "SodiumChloride", logN: 14, blockSize: 8, parallelism: 1,
            output: "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
        ),
    ])
    func `keys come from passphrases as RFC 7914 says`(
        vector: (passphrase: String, salt: String, logN: Int, blockSize: Int, parallelism: Int, output: String)
    ) throws {
        let parameters = ScryptParameters(
            logN: vector.logN,
            blockSize: vector.blockSize,
            parallelism: vector.parallelism,
            salt: Array(vector.salt.utf8)
        )
        #expect(hex(try Derivation.key(from: Secret(vector.passphrase), parameters, count: 64)) == vector.output)
    }

    // McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, test cases 13 to 16.
    @Test(arguments: [
        (
            key: String(repeating: "00", count: 32), nonce: String(repeating: "00", count: 12), clear: "", context: "",
            sealed: "530f8afbc74536b9a963b4f1c4cb738b"
        ),
        (
            key: String(repeating: "00", count: 32), nonce: String(repeating: "00", count: 12),
            clear: String(repeating: "00", count: 16), context: "",
            sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
        ),
        (
            key: String(repeating: "feffe9928665731c6d6a8f9467308308", count: 2), nonce: "cafebabefacedbaddecaf888",
            clear: gcmClear + "1aafd255", context: "",
            sealed: gcmSealed + "898015adb094dac5d93471bdec1a502270e3cc6c"
        ),
        (
            key: String(repeating: "feffe9928665731c6d6a8f9467308308", count: 2), nonce: "cafebabefacedbaddecaf888",
            clear: gcmClear, context: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            sealed: gcmSealed + "76fc6ece0f4e1768cddf8853bb2d551b"
        ),
    ])
    func `boxes open as AES-256-GCM`(
        vector: (key: String, nonce: String, clear: String, context: String, sealed: String)
    ) throws {
        let key = SymmetricKey(data: try bytes(vector.key))
        let context = try bytes(vector.context)
        var box = try bytes(vector.nonce + vector.sealed)
        #expect(opened(box, key, context) == (try bytes(vector.clear)))
        for position in box.indices {
            box[position] ^= 1
            #expect(opened(box, key, context) == nil, "byte \(position) does not matter")
            box[position] ^= 1
        }
        #expect(opened(box, key, context + [0]) == nil)
        #expect(opened(Array(box.dropLast()), key, context) == nil)
    }

    @Test func `a sealed box opens, and no two are the same`() {
        let key = SymmetricKey(size: .bits256)
        let clear = Array("clear".utf8)
        let boxes = (0..<100).map { _ in Cipher.seal(clear, key: key, context: [1]) }
        #expect(boxes.allSatisfy { opened($0, key, [1]) == clear && $0.count == clear.count + Cipher.overhead })
        #expect(Set(boxes.map { Array($0.prefix(12)) }).count == 100)
    }

    // RFC 4231, section 4, test cases 1 to 4, 6 and 7.
    @Test(arguments: [
        (
            String(repeating: "0b", count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            "4a656665", "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            String(repeating: "aa", count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            String(repeating: "aa", count: 131),
            "This is a test using a larger than block-size key and a larger than block-size data. "
                + "The key needs to be hashed before being used by the HMAC algorithm.",
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ])
    func `codes are those of HMAC-SHA256`(key: String, message: String, code: String) throws {
        let authenticator = Authenticator(key: SymmetricKey(data: try bytes(key)))
        // Twice: the prepared state must not be used up.
        for _ in 0..<2 { #expect(Hex.encode(authenticator.code(for: Array(message.utf8))) == code) }
        #expect(Hex.encode(authenticator.code(for: Array(message.utf8), count: 16)) == String(code.prefix(32)))
        #expect(authenticator.isValid(try bytes(code), for: Array(message.utf8)))
        #expect(!authenticator.isValid(try bytes(code), for: Array(message.utf8) + [0]))
        #expect(!authenticator.isValid(Array(try bytes(code).dropLast()), for: Array(message.utf8)))
    }

    // RFC 8032, section 7.1, tests 1 and 2.
    @Test(arguments: [
        (
            seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", message: "",
            signature:
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                + "d25bf5f0595bbe24655141438e7a100b"
        ),
        (
            seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", message: "72",
            signature:
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                + "387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ])
    func `signatures are those of Ed25519`(
        vector: (seed: String, publicKey: String, message: String, signature: String)
    ) throws {
        let key = try #require(SigningKey(seed: SymmetricKey(data: try bytes(vector.seed))))
        let message = try bytes(vector.message)
        #expect(Hex.encode(key.publicKey) == vector.publicKey)
        let published = try bytes(vector.signature)
        #expect(SigningKey.isValid(published, for: message, publicKey: key.publicKey))
        #expect(SigningKey.isValid(key.signature(for: message), for: message, publicKey: key.publicKey))
        #expect(!SigningKey.isValid(published, for: message + [0], publicKey: key.publicKey))
        #expect(!SigningKey.isValid(published, for: message, publicKey: [UInt8](repeating: 1, count: 31)))
    }
}

private let gcmClear =
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
private let gcmSealed =
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"

private func hexRange(_ range: ClosedRange<UInt8>) -> String { Hex.encode(Array(range)) }

func bytes(_ text: String) throws -> [UInt8] { try #require(Hex.decode(text)) }

private func hex(_ key: SymmetricKey) -> String { unsafe key.withUnsafeBytes { unsafe Hex.encode(Array($0)) } }

private func opened(_ box: [UInt8], _ key: SymmetricKey, _ context: [UInt8]) -> [UInt8]? {
    unsafe Cipher.open(box, key: key, context: context) { unsafe Array($0) }
}
