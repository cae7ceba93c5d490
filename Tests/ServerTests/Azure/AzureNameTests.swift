import SecretStore
import Testing

@testable import Server

struct AzureNameTests {
    @Test(arguments: [
        ("a", "a"), ("portfolio--production", "portfolio/production"), ("a--b--c", "a/b/c"), ("my-app", "my-app"),
        ("my---5Fapp--db---2Eurl", "my_app/db.url"), ("my---5fapp", "my_app"), ("a-----5Fb", "a/_b"),
        ("a----5Fb", "a-_b"), ("a---5F--b", "a_/b"), ("---5Fa", "_a"), ("a---2B---3Db", "a+=b"),
        // Runs that are nothing else are hyphens.
        ("-", "-"), ("--", "--"), ("---", "---"), ("-a", "-a"), ("a-", "a-"), ("--a", "--a"), ("a--", "a--"),
        ("a---b", "a---b"), ("a----b", "a----b"), ("a------5Fb", "a------5Fb"), ("a---5Gb", "a---5Gb"),
        ("a---5", "a---5"), ("a---40b", "a---40b"), ("-----5Fa", "-----5Fa"),
        // What would be no path stands for itself.
        ("a-----2E--b", "a-----2E--b"), ("---2E---2E", "---2E---2E"), ("---2B", "---2B"), ("a-----2B", "a-----2B"),
    ])
    func aNameIsAPath(_ text: String, _ path: String) throws {
        let name = try AzureName(text)
        #expect(name.local.text == path)
        #expect(try name.path(in: .named("team")).text == "@azure.team/" + path)
        #expect(AzureName(name.local, in: .standard)?.text.lowercased() == text.lowercased())
    }

    @Test(arguments: [
        "a--b", "a/-b", "a-/b", "a/b--c", "@kv/a", "a@b", "@azure.team/a", "a---5Fb", "a/--b",
        String(repeating: "a", count: 128), String(repeating: "_", count: 26),
    ])
    func aPathWithoutANameIsNotListed(_ path: String) throws {
        #expect(AzureName(try SecretPath(path), in: .standard) == nil)
    }

    @Test(arguments: [
        "", "a_b", "a.b", "a/b", "é", "a b", "a\u{0}", "a%2Fb", String(repeating: "a", count: 128),
    ])
    func whatIsNoNameIsRefusedWithAzuresText(_ text: String) {
        #expect {
            try AzureName(text)
        } throws: { error in
            guard let error = error as? AzureError else { return false }
            return error.status == 400 && error.code == "BadParameter"
                && error.message.hasPrefix("The request URI contains an invalid name: ")
        }
    }

    @Test func noTwoNamesAreOnePathAndEveryNameReadsBack() throws {
        // Every text of up to eight characters over an alphabet that reaches every rule.
        let alphabet: [UInt8] = Array("-25FEa".utf8)
        var names: [String: String] = [:]
        var generation: [[UInt8]] = [[]]
        for length in 1...7 {
            generation = generation.flatMap { prefix in alphabet.map { prefix + [$0] } }
            if length < 4 { continue }
            for bytes in generation {
                let text = String(decoding: bytes, as: UTF8.self)
                let name = try AzureName(text)
                #expect(names.updateValue(text, forKey: name.local.text) == nil, "\(text) shares its path")
                #expect(AzureName(name.local, in: .standard)?.text == text)
            }
            names = [:]
        }
    }

    @Test func aVaultListsItsOwnPathsOnly() throws {
        let team = AzureHost.Vault.named("team")
        #expect(AzureName(try SecretPath("@azure.team/a/b"), in: team)?.text == "a--b")
        #expect(AzureName(try SecretPath("@azure.teams/a"), in: team) == nil)
        #expect(AzureName(try SecretPath("a/b"), in: team) == nil)
        #expect(AzureName(try SecretPath("@azure.team"), in: team) == nil)
    }
}
