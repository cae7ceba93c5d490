import Secrets
import Testing

@testable import Age

/// Stock age opens our files, and we open its.
@Suite struct StockAgeTests {
    private static let sizes = [0, 1, 65535, 65536, 65537, 131_072, 1 << 20, 3_000_001]

    @Test(arguments: sizes, [false, true])
    func `stock age opens what we wrote, and we what it wrote`(size: Int, armored: Bool) throws {
        try withTemporaryFolder { folder in
            let key = X25519Identity()
            try write(Array(AgeKeys.file(for: key).reveal().utf8), to: folder + "/key")
            try write(content(size), to: folder + "/plain")

            try write(AgeFile.encrypt(content(size), to: [key.recipient], armored: armored), to: folder + "/ours")
            try Peer.age("-d", "-i", folder + "/key", "-o", folder + "/opened", folder + "/ours")
            // Stock age makes no file for no content.
            if size > 0 { #expect(try readFile(folder + "/opened") == content(size)) }

            let format = armored ? ["-a"] : []
            try Peer.age(format, "-r", "\(key.recipient)", "-o", folder + "/theirs", folder + "/plain")
            let theirs = try readFile(folder + "/theirs")
            #expect(try AgeFile.decrypt(theirs, identities: [key]) == content(size))
            #expect(try theirs.count == readFile(folder + "/ours").count, "the same recipient makes the same length")
        }
    }

    @Test func `a key that stock age made is ours, and one that we made is its`() throws {
        try withTemporaryFolder { folder in
            try Peer.keygen("-o", folder + "/theirs")
            let identities = try AgeKeyFile.identities(from: .bytes(readFile(folder + "/theirs")))
            #expect(identities.count == 1)
            #expect(try Peer.keygen("-y", folder + "/theirs") == "\(identities[0].recipient)")

            let key = X25519Identity()
            try write(
                Array(AgeKeys.file(for: key, created: "2030-01-02T03:04:05Z").reveal().utf8),
                to: folder + "/ours"
            )
            #expect(try Peer.keygen("-y", folder + "/ours") == "\(key.recipient)")
        }
    }

    @Test(arguments: [false, true])
    func `any of several recipients opens the file, on both sides`(armored: Bool) throws {
        try withTemporaryFolder { folder in
            let keys = (0..<5).map { _ in X25519Identity() }
            for (number, key) in keys.enumerated() {
                try write(Array(AgeKeys.file(for: key).reveal().utf8), to: folder + "/key\(number)")
            }
            let list = "# all of us\n\n" + keys.map { "\($0.recipient)\n" }.joined()
            try write(Array(list.utf8), to: folder + "/recipients")
            try write(content(1000), to: folder + "/plain")

            let recipients = try AgeKeyFile.recipients(from: .bytes(Array(list.utf8)))
            try write(AgeFile.encrypt(content(1000), to: recipients, armored: armored), to: folder + "/ours")
            let format = armored ? ["-a"] : []
            try Peer.age(format, "-R", folder + "/recipients", "-o", folder + "/theirs", folder + "/plain")
            for (number, key) in keys.enumerated() {
                try Peer.age("-d", "-i", folder + "/key\(number)", "-o", folder + "/opened\(number)", folder + "/ours")
                #expect(try readFile(folder + "/opened\(number)") == content(1000))
                #expect(try AgeFile.decrypt(readFile(folder + "/theirs"), identities: [key]) == content(1000))
            }
        }
    }

    @Test(arguments: [false, true])
    func `a passphrase opens the file, on both sides`(armored: Bool) throws {
        try withTemporaryFolder { folder in
            let passphrase = "correct horse, päss"
            try write(content(70_000), to: folder + "/plain")
            let recipient = try ScryptRecipient(passphrase: Secret(passphrase), workFactor: 10)
            try write(AgeFile.encrypt(content(70_000), to: [recipient], armored: armored), to: folder + "/ours")
            try Peer.age(typing: passphrase + "\n", "-d", "-o", folder + "/opened", folder + "/ours")
            #expect(try readFile(folder + "/opened") == content(70_000))

            try Peer.age(
                typing: "\(passphrase)\n\(passphrase)\n",
                armored ? "-p -a" : "-p",
                "-o",
                folder + "/theirs",
                folder + "/plain"
            )
            let theirs = try readFile(folder + "/theirs")
            let identity = try ScryptIdentity(passphrase: Secret(passphrase))
            #expect(try AgeFile.decrypt(theirs, identities: [identity]) == content(70_000))
        }
    }

    @Test func `an identity file that stock age encrypted is opened`() throws {
        try withTemporaryFolder { folder in
            try Peer.keygen("-o", folder + "/key")
            try Peer.age(typing: "pass\npass\n", "-p", "-o", folder + "/key.age", folder + "/key")
            let found = try AgeKeyFile.identities(
                from: .bytes(readFile(folder + "/key.age")),
                openedBy: [ScryptIdentity(passphrase: Secret("pass"))]
            )
            #expect(try found.map { "\($0.recipient)" } == [Peer.keygen("-y", folder + "/key")])
        }
    }

    @Test func `stock age refuses what we refuse: a file that is cut off`() throws {
        try withTemporaryFolder { folder in
            let key = X25519Identity()
            try write(Array(AgeKeys.file(for: key).reveal().utf8), to: folder + "/key")
            let file = try AgeFile.encrypt(content(65536), to: [key.recipient])
            try write(Array(file.dropLast(1)), to: folder + "/cut")
            #expect(throws: Peer.Failed.self) {
                try Peer.age("-d", "-i", folder + "/key", "-o", folder + "/opened", folder + "/cut")
            }
        }
    }
}

/// The same with post-quantum recipients, where an age of version 1.3 or later is at hand: Debian 12 has an older one.
@Suite(
    .enabled(
        if: Peer.postQuantum != nil,
        "no age 1.3 or later: name one in KEYFOLIO_AGE_PQ; the test kit's vectors are checked in any case"
    )
)
struct PostQuantumAgeTests {
    private func age(_ arguments: String...) throws {
        try Peer.run(#require(Peer.postQuantum), arguments)
    }

    @Test(arguments: [0, 1, 65536, 1_000_001], [false, true])
    func `stock age opens what we wrote, and we what it wrote`(size: Int, armored: Bool) throws {
        try withTemporaryFolder { folder in
            let (key, other) = (try HybridIdentity(), try HybridIdentity())
            try write(Array(AgeKeys.file(for: key).reveal().utf8), to: folder + "/key")
            try write(content(size), to: folder + "/plain")
            let recipients = [other.recipient, key.recipient]
            try write(AgeFile.encrypt(content(size), to: recipients, armored: armored), to: folder + "/ours")
            try age("-d", "-i", folder + "/key", "-o", folder + "/opened", folder + "/ours")
            if size > 0 { #expect(try readFile(folder + "/opened") == content(size)) }

            try write(Array("\(other.recipient)\n\(key.recipient)\n".utf8), to: folder + "/recipients")
            let format = armored ? ["-a"] : []
            try Peer.run(
                #require(Peer.postQuantum),
                format + ["-R", folder + "/recipients", "-o", folder + "/theirs", folder + "/plain"]
            )
            let theirs = try readFile(folder + "/theirs")
            for identity in [key, other] {
                #expect(try AgeFile.decrypt(theirs, identities: [identity]) == content(size))
            }
        }
    }

    @Test func `stock age too keeps post-quantum recipients apart from others`() throws {
        try withTemporaryFolder { folder in
            try write([1], to: folder + "/plain")
            let (hybrid, classical) = (try HybridIdentity().recipient, X25519Identity().recipient)
            #expect(throws: Peer.Failed.self) {
                try age("-r", "\(hybrid)", "-r", "\(classical)", "-o", folder + "/file", folder + "/plain")
            }
        }
    }
}
