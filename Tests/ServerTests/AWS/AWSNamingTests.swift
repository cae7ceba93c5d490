import SecretStore
import Testing

@testable import Server

@Suite("AWS names")
struct AWSNamingTests {
    private let home = AWSNamespace(region: "us-east-1", defaultRegion: "us-east-1")
    private let abroad = AWSNamespace(region: "eu-west-1", defaultRegion: "us-east-1")

    static let pairs = [
        ("portfolio/production", "portfolio/production"), ("a", "a"), ("/app/db!", "=2Fapp/db=21"), ("a//b", "a/=2Fb"),
        ("a/", "a=2F"), ("a//", "a/=2F"), ("/", "=2F"), ("//", "=2F=2F"), ("a/../b", "a/=2E=2E/b"), (".", "=2E"),
        ("..", "=2E=2E"), ("...", "..."), ("a/./b", "a/=2E/b"), ("+", "=2B"), ("a/+/b", "a/=2B/b"), ("a+b", "a+b"),
        ("@team/key", "=40team/key"), ("team/@key", "team/@key"), ("x=3D", "x=3D3D"), ("x=3", "x=3"), ("x=3d", "x=3d"),
        ("=", "="), ("a=b", "a=b"), ("a=2F", "a=3D2F"), ("./a", "=2E/a"), ("a/..", "a/=2E=2E"), ("/..", "=2F.."),
    ]

    @Test("A name has one path, and the path gives the name back", arguments: pairs)
    func paths(name: String, path: String) throws {
        #expect(try AWSName(name).path(in: home).text == path)
        #expect(try AWSName(SecretPath(path), in: home)?.text == name)
        #expect(try AWSName(name).path(in: abroad).text == "@aws.eu-west-1/" + path)
        #expect(try AWSName(SecretPath("@aws.eu-west-1/" + path), in: abroad)?.text == name)
    }

    @Test("Regions do not see each other, and mounts of Vault are not seen")
    func regions() throws {
        #expect(try AWSName(SecretPath("a"), in: abroad) == nil)
        #expect(try AWSName(SecretPath("@aws.eu-west-1/a"), in: home) == nil)
        #expect(try AWSName(SecretPath("@aws.eu-west-11/a"), in: abroad) == nil)
        #expect(try AWSName(SecretPath("@kv/a"), in: home) == nil)
        #expect(try AWSName("@aws.eu-west-1/a").path(in: home).text == "=40aws.eu-west-1/a")
    }

    @Test("A path that is no name's path has no name", arguments: ["a=2Fb", "a=41", "=2E.", "a/=40b", "x=3Dy"])
    func odd(path: String) throws { #expect(try AWSName(SecretPath(path), in: home) == nil) }

    @Test(
        "What is no name is refused",
        arguments: ["", "a b", "a:b", "ä", "a\0", "a*", String(repeating: "a", count: 513)]
    )
    func refused(text: String) {
        #expect(throws: AWSError.invalidName) { try AWSName(text) }
    }

    @Test("Every name of up to four odd characters comes back")
    func exhaustive() throws {
        let alphabet = ["/", ".", "=", "2", "F", "+", "@", "!", "a"]
        var names = [""]
        for _ in 0..<4 {
            names = names.flatMap { name in alphabet.map { name + $0 } }
            var paths: Set<String> = []
            for name in names {
                let path = try AWSName(name).path(in: home)
                #expect(AWSName(path, in: home)?.text == name)
                #expect(paths.insert(path.text).inserted, "two names with one path")
            }
        }
    }

    @Test("An identifier is a name, an ARN or a part of one")
    func identifiers() throws {
        func read(_ text: String) throws -> [String] {
            try SecretIdentifier(text, region: "us-east-1", account: "000000000000").candidates.map {
                $0.name.text + "|" + ($0.suffix ?? "")
            }
        }
        let arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:"
        #expect(try read("a/b") == ["a/b|"])
        #expect(try read("a-abcdef") == ["a-abcdef|"])
        #expect(try read(arn + "a/b-AbC123") == ["a/b|AbC123", "a/b-AbC123|"])
        #expect(try read(arn + "a/b") == ["a/b|"])
        #expect(try read(arn + "-AbC123") == ["-AbC123|"])
        #expect(try read("arn:aws:secretsmanager:eu-west-1:000000000000:secret:a") == [])
        #expect(try read("arn:aws:secretsmanager:us-east-1:111111111111:secret:a") == [])
        for text in ["arn:", "arn:aws:s3:us-east-1:000000000000:secret:a", arn, arn + "a:b", "arn:aws:secretsmanager"] {
            #expect(throws: AWSError.invalidName, "\(text)") { try read(text) }
        }
    }

    @Test("The six characters are letters and digits, the same for one secret, others for another")
    func suffixes() throws {
        let name = try AWSName("a")
        func suffix(_ id: String) -> String {
            String(SecretARN.text(name: name, uniqueID: id, region: "r", account: "0").suffix(6))
        }
        let first = suffix("0123456789abcdef0123456789abcdef")
        #expect(first == suffix("0123456789abcdef0123456789abcdef"))
        #expect(first != suffix("1123456789abcdef0123456789abcdef"))
        for id in ["0123456789abcdef0123456789abcdef", "ffffffffffffffffffffffffffffffff"] {
            let bytes = try #require(VersionID(hex: id)).bytes
            #expect(SecretARN.text(name: name, secretID: bytes, region: "r", account: "0").hasSuffix("-" + suffix(id)))
        }
        #expect(first.count == 6 && first.allSatisfy { $0.isLetter || $0.isNumber })
    }
}
