import Crypto
import HTTPModel
import SecretStore
import Secrets
import Testing

@testable import Server

@Suite("AWS signatures")
struct AWSSignatureTests {
    private let keys = SigningKeys()

    private func isRight(_ request: HTTPRequest, now: Timestamp = AWSVectors.now) -> Bool {
        guard let signed = try? SignedRequest(request, now: now) else { return false }
        return signed.isSigned(with: AWSVectors.secret, record: "record", keys: keys)
    }

    private func refusal(of request: HTTPRequest, now: Timestamp = AWSVectors.now) -> AWSError? {
        do throws(AWSError) {
            _ = try SignedRequest(request, now: now)
            return nil
        } catch { return error }
    }

    @Test("There are vectors")
    func thereAreVectors() { #expect(AWSVectors.all.count == 12) }

    @Test("What botocore signs is right", arguments: AWSVectors.all)
    func whatBotocoreSigns(vector: AWSVectors.Vector) throws {
        let signed = try SignedRequest(vector.request, for: vector.service, now: AWSVectors.now)
        #expect(signed.accessKeyID == AWSVectors.accessKeyID)
        #expect(signed.region == vector.region)
        #expect(signed.service == vector.service)
        #expect(signed.isSigned(with: AWSVectors.secret, record: "r", keys: keys))
        // Once more with the key that is kept now, and with a secret that is not the one.
        #expect(signed.isSigned(with: AWSVectors.secret, record: "r", keys: keys))
        #expect(!signed.isSigned(with: Secret("another"), record: "s", keys: keys))
    }

    @Test("The signing key of AWS's documentation comes out")
    func documentedKey() {
        let scope = SigningKeys.Scope(record: "", day: "20150830", region: "us-east-1", service: "iam")
        let key = SigningKeys.derive(secret: AWSVectors.secret, scope: scope)
        let text = unsafe key.withUnsafeBytes { bytes in
            unsafe bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }
        #expect(text == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9")
    }

    @Test("The canonical request of AWS's documentation comes out")
    func documentedCanonicalRequest() throws {
        let request = HTTPRequest(
            method: "GET",
            rawPath: "/",
            rawQuery: "Action=ListUsers&Version=2010-05-08",
            headers: [
                "Host": "iam.amazonaws.com",
                "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
                "X-Amz-Date": "20150830T123600Z",
            ]
        )
        var empty: [UInt8] = []
        empty.appendSHA256(of: [])
        let bytes = try #require(
            CanonicalRequest.bytes(
                of: request,
                signedHeaders: ["content-type", "host", "x-amz-date"],
                payloadHash: empty,
                isPresigned: false
            )
        )
        var hash: [UInt8] = []
        hash.appendSHA256(of: bytes)
        #expect(
            String(decoding: hash, as: UTF8.self)
                == "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59"
        )
        // Signed with the documented key, the documented signature comes out.
        let text = "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n"
        let scope = SigningKeys.Scope(record: "", day: "20150830", region: "us-east-1", service: "iam")
        let signature: [UInt8] = [
            0x5d, 0x67, 0x2d, 0x79, 0xc1, 0x5b, 0x13, 0x16, 0x2d, 0x92, 0x79, 0xb0, 0x85, 0x5c, 0xfb, 0xa6,
            0x78, 0x9a, 0x8e, 0xdb, 0x4c, 0x82, 0xc4, 0x00, 0xe0, 0x6b, 0x59, 0x24, 0xa6, 0xf2, 0xb5, 0xd7,
        ]
        #expect(keys.isValid(signature, of: Array(text.utf8) + hash, secret: AWSVectors.secret, scope: scope))
    }

    @Test("Whatever is signed cannot be changed")
    func nothingSignedCanBeChanged() {
        let request = AWSVectors.named("a read")
        #expect(isRight(request))
        var changed = request
        changed.body[3] ^= 1
        #expect(!isRight(changed), "the body")
        changed = request
        changed.rawQuery = "a=1"
        #expect(!isRight(changed), "the query")
        changed = request
        changed.rawPath = "/a"
        #expect(!isRight(changed), "the path")
        changed = request
        changed.method = "PUT"
        #expect(!isRight(changed), "the method")
        for name in ["Host", "Content-Type", "X-Amz-Target", "X-Amz-Date"] {
            changed = request
            changed.headers.set(name, (request.headers[name] ?? "") + "0")
            #expect(!isRight(changed), "\(name)")
            changed = request
            changed.headers.add(name.uppercased(), "second")
            #expect(!isRight(changed), "\(name) twice")
        }
        changed = request
        changed.headers.add("X-Amz-Other", "not signed")
        #expect(refusal(of: changed)?.code == .invalidSignature)
    }

    @Test("Headers that nobody signs may change")
    func unsignedHeaders() {
        var request = AWSVectors.named("a read")
        request.headers.add("User-Agent", "anything")
        request.headers.add("amz-sdk-invocation-id", "0")
        #expect(isRight(request))
    }

    @Test("The host must be signed")
    func hostMustBeSigned() {
        var request = AWSVectors.named("a read")
        let authorization = request.headers["authorization"] ?? ""
        request.headers.set("Authorization", authorization.replacing("host;", with: ""))
        #expect(refusal(of: request)?.message.contains("'Host'") == true)
    }

    @Test(
        "A scope that is not for here is refused",
        arguments: [
            ("/secretsmanager/", "/s3/", AWSError.Code.invalidSignature),
            ("/aws4_request", "/aws5_request", .invalidSignature),
            ("/us-east-1/", "/US_EAST/", .invalidSignature),
            ("/us-east-1/", "/../", .invalidSignature),
            ("/20260131/", "/20260130/", .invalidSignature),
            ("AKIDEXAMPLE/", "AK ID/", .unrecognizedClient),
            ("AKIDEXAMPLE/", "", .incompleteSignature),
            ("Signature=", "Sig=", .incompleteSignature),
            ("Credential=", "Cred=", .incompleteSignature),
            ("SignedHeaders=", "Headers=", .incompleteSignature),
            ("AWS4-HMAC-SHA256 ", "Bearer ", .incompleteSignature),
            ("Signature=2", "Signature=", .invalidSignature),
            ("Signature=2", "Signature=A", .invalidSignature),
            ("content-type;host", "host;content-type", .invalidSignature),
            ("content-type;host", "content-type;content-type;host", .invalidSignature),
            ("content-type;host", "accept;content-type;host", .invalidSignature),
        ]
    )
    func scopes(from: String, to: String, code: AWSError.Code) {
        var request = AWSVectors.named("a read")
        let authorization = request.headers["authorization"] ?? ""
        #expect(authorization.contains(from))
        request.headers.set("Authorization", authorization.replacing(from, with: to))
        #expect(refusal(of: request)?.code == code)
    }

    @Test("A service answers only what is signed for it")
    func otherService() {
        #expect(throws: AWSError.self) {
            try SignedRequest(AWSVectors.named("a read"), for: .cloudTrail, now: AWSVectors.now)
        }
    }

    @Test(
        "A moment more than five minutes away is refused, with AWS's words",
        arguments: [
            (
                -301,
                "Signature not yet current: 20260131T235930Z is still later than 20260131T235929Z (20260131T235429Z + 5 min.)"
            ),
            (-300, nil), (0, nil), (300, nil),
            (
                301,
                "Signature expired: 20260131T235930Z is now earlier than 20260131T235931Z (20260201T000431Z - 5 min.)"
            ),
        ] as [(Int64, String?)]
    )
    func clocks(seconds: Int64, message: String?) {
        let now = Timestamp(microseconds: AWSVectors.now.microseconds + seconds * 1_000_000)
        #expect(refusal(of: AWSVectors.named("a read"), now: now)?.message == message)
        #expect(isRight(AWSVectors.named("a read"), now: now) == (message == nil))
    }

    @Test(
        "A presigned address holds for as long as it says",
        arguments: [(0, true), (60, true), (61, false)] as [(Int64, Bool)]
    )
    func presigned(seconds: Int64, holds: Bool) {
        let now = Timestamp(microseconds: AWSVectors.now.microseconds + seconds * 1_000_000)
        #expect(isRight(AWSVectors.named("presigned"), now: now) == holds)
    }

    @Test(
        "A presigned address that says too much is refused",
        arguments: [
            ("X-Amz-Expires=60", "X-Amz-Expires=0"), ("X-Amz-Expires=60", "X-Amz-Expires=604801"),
            ("X-Amz-Expires=60", "X-Amz-Expires=99999999999999999999"), ("X-Amz-Expires=60", "X-Amz-Expires=-1"),
            ("X-Amz-Expires=60", "X-Amz-Expires=60&X-Amz-Expires=61"), ("X-Amz-Expires=60", "a=b"),
            ("X-Amz-Expires=60", "X-Amz-Expires=60&X-Amz-Security-Token=t"),
            ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"), ("X-Amz-Expires=60", "X-Amz-Expires=60&X-Amz-Signature=0"),
        ]
    )
    func presignedOddly(from: String, to: String) {
        var request = AWSVectors.named("presigned")
        #expect(request.rawQuery?.contains(from) == true)
        request.rawQuery = request.rawQuery?.replacing(from, with: to)
        #expect(refusal(of: request) != nil)
    }

    @Test("With two signatures neither counts")
    func twoSignatures() {
        var request = AWSVectors.named("presigned")
        request.headers.add("Authorization", AWSVectors.named("a read").headers["authorization"] ?? "")
        #expect(refusal(of: request)?.code == .incompleteSignature)
        request = AWSVectors.named("a read")
        request.headers.add("authorization", "AWS4-HMAC-SHA256 x=y")
        #expect(refusal(of: request)?.code == .incompleteSignature)
    }

    @Test(
        "A body outside of the signature is refused",
        arguments: ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "00"]
    )
    func unsignedPayload(hash: String) {
        var request = AWSVectors.named("a read")
        request.headers.set(
            "Authorization",
            (request.headers["authorization"] ?? "").replacing(";x-amz-date", with: ";x-amz-content-sha256;x-amz-date")
        )
        request.headers.add("X-Amz-Content-Sha256", hash)
        #expect(refusal(of: request)?.code == .invalidSignature)
    }

    @Test("Temporary credentials and no credentials are told apart")
    func credentials() {
        var request = AWSVectors.named("a read")
        request.headers.add("X-Amz-Security-Token", "t")
        #expect(refusal(of: request)?.code == .unrecognizedClient)
        #expect(refusal(of: HTTPRequest(method: "POST", rawPath: "/"))?.message == "Missing Authentication Token")
    }

    @Test("Only right signatures make a key be kept, and not without end")
    func keptKeys() throws {
        let keys = SigningKeys(most: 2)
        let signed = try SignedRequest(AWSVectors.named("a read"), now: AWSVectors.now)
        for record in 0..<10 { #expect(!signed.isSigned(with: Secret("x"), record: "\(record)", keys: keys)) }
        #expect(keys.count == 0)
        for record in 0..<10 {
            #expect(signed.isSigned(with: AWSVectors.secret, record: "\(record)", keys: keys))
            #expect((1...2).contains(keys.count))
        }
    }

    @Test("A copy of a change is refused once the second of its signing is over")
    func replays() throws {
        let signed = try SignedRequest(AWSVectors.named("a read"), now: AWSVectors.now)
        func later(_ seconds: Int64) -> Timestamp {
            Timestamp(microseconds: AWSVectors.now.microseconds + seconds * 1_000_000)
        }
        let memory = ReplayMemory(rule: .changes)
        #expect(memory.admits(signed, isChange: true, now: later(0)))
        #expect(memory.admits(signed, isChange: true, now: later(1)), "another request of the same second")
        #expect(!memory.admits(signed, isChange: true, now: later(6)))
        #expect(memory.admits(signed, isChange: false, now: later(6)), "a read changes nothing")
        let off = ReplayMemory(rule: .off)
        #expect(off.admits(signed, isChange: true, now: later(0)) && off.admits(signed, isChange: true, now: later(9)))
        let all = ReplayMemory(rule: .all)
        #expect(
            all.admits(signed, isChange: false, now: later(0)) && !all.admits(signed, isChange: false, now: later(9))
        )
        let presigned = try SignedRequest(AWSVectors.named("presigned"), now: AWSVectors.now)
        #expect(
            all.admits(presigned, isChange: true, now: later(0)) && all.admits(presigned, isChange: true, now: later(9))
        )
    }

    @Test(
        "Moments are read strictly",
        arguments: [
            "20260131T235930", "2026-01-31T23:59:30Z", "20260231T000000Z", "20260131T240000Z", "2026013AT235930Z", "",
            "20260131t235930Z",
        ]
    )
    func moments(text: String) { #expect(Timestamp(basic: text) == nil) }
}
