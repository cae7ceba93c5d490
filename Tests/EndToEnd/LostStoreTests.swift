import Foundation
import Testing

/// A store whose file is gone is not one that nobody made yet.
@Suite struct LostStoreTests {
    private static let readers = [
        ["list"], ["get", "SECRET_KEY"], ["check"], ["check", "--env", "production"], ["export", "-c", "backend"],
        ["run", "-c", "backend", "--no-check", "--", "true"], ["generate", "SECRET_KEY"], ["generate", "--missing"],
        ["history"], ["init"],
    ]

    private static func store(_ sandbox: Sandbox) -> String {
        sandbox.home + "/.local/share/keyfolio/stores/shop/store.db"
    }
    private static func key(_ sandbox: Sandbox) -> String { sandbox.home + "/.local/share/keyfolio/keys/shop.key" }

    private static func expectGone(_ sandbox: Sandbox, naming left: String, environment: [String: String] = [:]) throws
    {
        for words in readers {
            let outcome = try sandbox.run([Command.keyfolio] + words, environment: environment)
            let isSaid = outcome.error.contains("KF-PROJ-015") && outcome.error.contains(left)
            #expect(outcome.status == 3 && isSaid, "\(words): \(outcome.status) \(outcome.error)")
            #expect(outcome.error.contains("keyfolio restore") && outcome.error.contains("--new-store"))
            #expect(outcome.output.isEmpty, "\(words): \(outcome.output)")
        }
        let doctor = try sandbox.run([Command.keyfolio, "doctor", "--offline"], environment: environment)
        #expect(doctor.status == 1 && doctor.output.contains("KF-DOC-002"), "\(doctor.output)")
        #expect(
            doctor.output.contains("KF-PROJ-015") && !doctor.output.contains("has no store yet"),
            "\(doctor.output)"
        )
    }

    @Test func `the key file tells that a store is gone, and a backup brings it back`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "kept-in-the-backup-0123456789abcdef")
        #expect(try sandbox.run("age-keygen", "-o", "key.txt").status == 0)
        let recipient = try sandbox.run("age-keygen", "-y", "key.txt").output
            .trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try sandbox.keyfolio("backup", "-r", recipient, "-o", "store.age").status == 0)
        #expect(try sandbox.run("rm", "-r", (Self.store(sandbox) as NSString).deletingLastPathComponent).status == 0)
        try Self.expectGone(sandbox, naming: Self.key(sandbox))
        #expect(!sandbox.exists(Self.store(sandbox)))
        let restored = try sandbox.keyfolio("restore", "-i", "key.txt", "store.age")
        #expect(restored.status == 0, "\(restored.error)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "kept-in-the-backup-0123456789abcdef")
    }

    @Test func `the list of folders tells it where there is no key file`() throws {
        let sandbox = try Sandbox()
        try sandbox.write("keyfolio.yaml", FirstPathTests.manifest)
        try sandbox.write("passphrase", "correct horse battery staple\n")
        let made = try sandbox.keyfolio("init", "--passphrase-file", "passphrase")
        #expect(made.status == 0 && !sandbox.exists(Self.key(sandbox)), "\(made.error)")
        #expect(try sandbox.run("rm", Self.store(sandbox)).status == 0)
        try Self.expectGone(sandbox, naming: "/stores/shop/folders")
    }

    @Test func `a store that was named is gone as well`() throws {
        let sandbox = try FirstPathTests.shop()
        let named = ["KEYFOLIO_STORE": sandbox.root + "/elsewhere/team.db"]
        #expect(try sandbox.keyfolio("init", environment: named).status == 0)
        #expect(try sandbox.run("rm", "-r", sandbox.root + "/elsewhere").status == 0)
        try Self.expectGone(sandbox, naming: "team.db.key", environment: named)
        let seal = try sandbox.keyfolio("seal", "status", environment: named)
        #expect(seal.status == 3 && seal.error.contains("KF-PROJ-015"), "\(seal.error)")
    }

    @Test func `an empty store takes its place only for who says so`() throws {
        let sandbox = try FirstPathTests.shop()
        #expect(try sandbox.run("sh", "-c", "rm \(Self.store(sandbox))*").status == 0)
        #expect(try sandbox.keyfolio("init").status == 3)
        let begun = try sandbox.keyfolio("init", "--new-store")
        #expect(begun.status == 0 && sandbox.exists(Self.store(sandbox)), "\(begun.error)")
        #expect(try sandbox.keyfolio("generate", "SECRET_KEY").status == 0)
        #expect(try sandbox.keyfolio("init", "--new-store").error.contains("Kept  \(Self.store(sandbox))"))
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").status == 0)
    }

    @Test func `a store that was never made is not said to be gone`() throws {
        let sandbox = try Sandbox()
        try sandbox.write("keyfolio.yaml", FirstPathTests.manifest)
        // Nothing that init leaves when it cannot make a store tells of one that was there.
        #expect(try sandbox.keyfolio("init", "--passphrase-file", "nowhere").status != 0)
        #expect(try sandbox.keyfolio("list").status == 0)
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").error.contains("KF-PROJ-006"))
        #expect(try sandbox.keyfolio("doctor", "--offline").output.contains("KF-DOC-001"))
        // A key file that was chosen may be there before the store.
        let other = try FirstPathTests.shop()
        let chosen = ["KEYFOLIO_KEY_FILE": Self.key(other)]
        #expect(try sandbox.keyfolio("list", environment: chosen).status == 0)
        #expect(try sandbox.keyfolio("init", environment: chosen).status == 0)
    }
}
