import Foundation
import Testing

/// The seal of a store as its owner handles it.
@Suite struct SealTests {
    private func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

    @Test func `a lost key file is no loss where shares are kept, and the lost one opens nothing afterwards`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "kept")
        let added = try sandbox.keyfolio("seal", "add", "--shares", "5", "--threshold", "3")
        #expect(added.status == 0 && added.error.contains("Added slot 2: shares."), "\(added.error)")
        let shares = lines(added.output)
        #expect(shares.count == 5 && Set(shares).count == 5)
        let key = sandbox.home + "/.local/share/keyfolio/keys/shop.key"
        #expect(try sandbox.run("mv", key, "lost.key").status == 0)
        let lost = try sandbox.keyfolio("get", "SECRET_KEY")
        #expect(lost.status == 5 && lost.error.contains("KF-PROJ-010"), "\(lost.error)")
        let two = shares[0...1].joined(separator: "\n")
        let few = try sandbox.keyfolio("seal", "add", "--key-file", key, "--open-with-shares", "-", input: two)
        #expect(few.status == 5 && few.error.contains("KF-STORE-028"), "\(few.error)")
        let three = [shares[4], shares[1], shares[2]].joined(separator: "\n") + "\n"
        let mended = try sandbox.keyfolio(
            "seal",
            "rekey",
            "1",
            "--key-file",
            key,
            "--open-with-shares",
            "-",
            input: three
        )
        #expect(mended.status == 0, "\(mended.error)")
        // With what the store is opened from now on.
        #expect(mended.error.contains("needs, at its next start, --key-file \(key) "), "\(mended.error)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "kept")
        let old = ["KEYFOLIO_KEY_FILE": sandbox.project + "/lost.key"]
        let refused = try sandbox.keyfolio("get", "SECRET_KEY", environment: old)
        #expect(refused.status == 5 && refused.error.contains("KF-STORE-020"), "\(refused.error)")
        #expect(try sandbox.keyfolio("audit", "verify").status == 0)
        for canary in shares { #expect(!(few.error + mended.error + refused.error).contains(canary)) }
    }

    @Test func `slots are shown without opening the store, and the last one stays`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.write("words", "six words that nobody would guess\n")
        let last = try sandbox.keyfolio("seal", "remove", "1")
        #expect(last.error.contains("KF-STORE-064"), "\(last.error)")
        #expect(try sandbox.keyfolio("seal", "add", "--passphrase-file", "words").status == 0)
        let again = try sandbox.keyfolio(
            "seal",
            "add",
            "--key-file",
            sandbox.home + "/.local/share/keyfolio/keys/shop.key"
        )
        #expect(again.error.contains("KF-STORE-084"), "\(again.error)")
        #expect(try sandbox.run("rm", sandbox.home + "/.local/share/keyfolio/keys/shop.key").status == 0)
        let status = try sandbox.keyfolio("seal", "status")
        #expect(status.status == 0 && status.output.contains("key-file") && status.output.contains("passphrase"))
        let right = ["KEYFOLIO_PASSPHRASE_FILE": "words"]
        #expect(try sandbox.keyfolio("seal", "remove", "1", environment: right).status == 0)
        #expect(try sandbox.keyfolio("seal", "remove", "1", environment: right).error.contains("KF-STORE-008"))
    }

    @Test func `new shares replace the old ones, and a passphrase is never an argument`() throws {
        let sandbox = try FirstPathTests.shop()
        let first = lines(try sandbox.keyfolio("seal", "add", "--shares", "3", "--threshold", "2").output)
        let second = try sandbox.keyfolio("seal", "rekey", "2", "--shares", "2", "--threshold", "2", "--json").json()
        #expect(second["replaced"] as? Int == 2 && second["slot"] as? Int == 3)
        let new = try #require(second["secretShares"] as? [String])
        func status(_ shares: some Sequence<String>) throws -> Int32 {
            try sandbox.keyfolio(
                "seal",
                "add",
                "--key-file",
                "k\(UUID())",
                "--open-with-shares",
                "-",
                input: shares.joined(separator: "\n")
            ).status
        }
        #expect(try status(new) == 0)
        #expect(try status(first.prefix(2)) == 5)
        #expect(try status([first[0], new[1]]) == 5)
        #expect(try sandbox.keyfolio("seal", "add", "--passphrase", "six words").status == 2)
        for wrong in [
            ["--shares", "3"], ["--threshold", "3"], [], ["--shares", "2", "--threshold", "2", "--passphrase"],
        ] {
            let refused = try Command.run(
                [Command.keyfolio, "seal", "add"] + wrong,
                in: sandbox.project,
                environment: sandbox.variables([:])
            )
            #expect(refused.status == 2, "\(wrong) \(refused.error)")
        }
        for (count, threshold) in [("1", "2"), ("256", "3"), ("5", "1"), ("0", "0")] {
            let refused = try sandbox.keyfolio("seal", "add", "--shares", count, "--threshold", threshold)
            #expect(refused.error.contains("KF-STORE-083"), "\(refused.error)")
        }
    }
}
