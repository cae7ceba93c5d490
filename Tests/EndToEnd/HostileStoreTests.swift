import Foundation
import Testing

/// A store, a key folder or a backup that somebody else had in hand, and what a person then does as the words say.
@Suite struct HostileStoreTests {
    private func data(_ sandbox: Sandbox) -> String { sandbox.home + "/.local/share/keyfolio" }

    @Test func `an export without a public key is intact in itself and no more`() throws {
        let sandbox = try FirstPathTests.shop()
        let own = try sandbox.keyfolio("audit", "verify", "--json").json()
        #expect(own["authenticated"] as? Bool == true)
        let key = try #require(own["publicKey"] as? String)
        try sandbox.write("log", try sandbox.keyfolio("audit", "export").output)
        let alone = try sandbox.keyfolio("audit", "verify", "--file", "log")
        #expect(alone.status == 0 && alone.error.contains("in itself") && alone.error.contains("--public-key"))
        let json = try sandbox.keyfolio("audit", "verify", "--file", "log", "--json").json()
        #expect(json["authenticated"] as? Bool == false && json["intact"] as? Bool == true)
        #expect(json["publicKey"] as? String == key)
        for known in [key, key.uppercased()] {
            let outcome = try sandbox.keyfolio("audit", "verify", "--file", "log", "--public-key", known)
            #expect(outcome.status == 0 && !outcome.error.contains("in itself"), "\(outcome.error)")
        }
        // Another store's whole log, given out as this one's.
        let forged = try FirstPathTests.shop()
        try sandbox.write("forged", try forged.keyfolio("audit", "export").output)
        #expect(try sandbox.keyfolio("audit", "verify", "--file", "forged", "--public-key", key).status == 7)
    }

    /// A shop with one value, and a backup of it that `key.txt` opens.
    private func backedUp() throws -> Sandbox {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "backed-up-canary")
        #expect(try sandbox.run("age-keygen", "-o", "key.txt").status == 0)
        #expect(try sandbox.run("age-keygen", "-o", "other.txt").status == 0)
        let recipient = try sandbox.run("age-keygen", "-y", "key.txt").output.trimmingCharacters(in: .newlines)
        #expect(try sandbox.keyfolio("backup", "-r", recipient, "-o", "store.age").status == 0)
        return sandbox
    }

    @Test func `a restore that fails leaves no store and no key`() throws {
        let sandbox = try backedUp()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: sandbox.project + "/store.age"))
        try bytes.dropLast(20).write(to: URL(fileURLWithPath: sandbox.project + "/cut.age"))
        var changed = bytes
        changed[bytes.count / 2] ^= 1
        try changed.write(to: URL(fileURLWithPath: sandbox.project + "/changed.age"))
        for name in [data(sandbox) + "/stores/shop", data(sandbox) + "/keys/shop.key"] {
            try FileManager.default.moveItem(
                atPath: name,
                toPath: sandbox.root + "/" + (name as NSString).lastPathComponent
            )
        }
        for words in [["other.txt", "store.age"], ["key.txt", "cut.age"], ["key.txt", "changed.age"]] {
            #expect(try sandbox.keyfolio("restore", "-i", words[0], words[1]).status != 0)
            let left = try sandbox.run("find", data(sandbox), "-type", "f").output
            // The first store's anchor is not this command's.
            #expect(left.split(separator: "\n").allSatisfy { $0.hasSuffix(".anchor") }, "\(left)")
        }
        #expect(try sandbox.keyfolio("restore", "-i", "key.txt", "store.age").status == 0)
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "backed-up-canary")
    }

    @Test func `where only a store's log is left, no store is made until it is moved away`() throws {
        let sandbox = try backedUp()
        let store = data(sandbox) + "/stores/shop/store.db"
        for (name, command) in [
            ("-wal", ["init", "--new-store"]), ("-shm", ["restore", "-i", "key.txt", "store.age"]),
        ] {
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: store + suffix) }
            #expect(FileManager.default.createFile(atPath: store + name, contents: Data("left".utf8)))
            func attempt() throws -> Command.Outcome {
                try Command.run(
                    [Command.keyfolio] + command,
                    in: sandbox.project,
                    environment: sandbox.variables([:])
                )
            }
            let refused = try attempt()
            #expect(refused.status != 0 && refused.error.contains("KF-STORE-067"), "\(refused.error)")
            #expect(refused.error.contains(store + name))
            #expect(!FileManager.default.fileExists(atPath: store))
            try FileManager.default.moveItem(atPath: store + name, toPath: sandbox.root + "/left" + name)
            #expect(try attempt().status == 0)
            #expect(try sandbox.keyfolio("list").status == 0)
        }
    }

    @Test func `whoever lost the key file and does what the error says has the secrets again`() throws {
        let sandbox = try backedUp()
        try FileManager.default.removeItem(atPath: data(sandbox) + "/keys/shop.key")
        let lost = try sandbox.keyfolio("get", "SECRET_KEY")
        #expect(lost.status != 0 && lost.error.contains("KF-PROJ-010"))
        let text = lost.error.replacing("\n", with: " ").replacing(#/ +/#, with: " ")
        let move = try #require(text.firstMatch(of: #/mv '[^']+' '[^']+'/#))
        #expect(try sandbox.run("sh", "-c", String(move.output)).status == 0)
        #expect(text.contains("then keyfolio restore -i IDENTITIES BACKUP"))
        let restored = try sandbox.keyfolio("restore", "-i", "key.txt", "store.age")
        #expect(restored.status == 0, "\(restored.error)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "backed-up-canary")
    }

    @Test func `a store or a key whose folder cannot be entered is not taken for one that is missing`() throws {
        let sandbox = try FirstPathTests.shop()
        // The superuser enters every folder, so the command runs as somebody who does not.
        let user = getuid() == 0 ? 65534 : getuid()
        if getuid() == 0 { #expect(try sandbox.run("chown", "-R", "\(user):\(user)", sandbox.root).status == 0) }
        func asUser(_ words: [String]) throws -> Command.Outcome {
            let prefix = getuid() == 0 ? ["setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups"] : []
            return try Command.run(
                prefix + [Command.keyfolio] + words,
                in: sandbox.project,
                environment: sandbox.variables([:])
            )
        }
        #expect(try asUser(["list"]).status == 0)
        for folder in ["stores", "keys"] {
            try sandbox.run("chmod", "0", data(sandbox) + "/" + folder)
            for words in [["get", "SECRET_KEY"], ["init"], ["check"], ["audit", "verify"]] {
                let outcome = try asUser(words)
                #expect(outcome.status != 0, "\(folder) \(words)")
                let text = outcome.error.replacing("\n", with: " ").replacing(#/ +/#, with: " ")
                #expect(text.contains("Permission denied"), "\(folder) \(words): \(text)")
                #expect(!text.contains("keyfolio init") && !text.contains("there is none"), "\(text)")
            }
            let doctor = try asUser(["doctor"])
            #expect(!doctor.output.contains("has no store yet"), "\(doctor.output)")
            try sandbox.run("chmod", "700", data(sandbox) + "/" + folder)
        }
    }

    @Test func `init opens the store that is there with the passphrase that it was given`() throws {
        let sandbox = try Sandbox()
        try sandbox.write("keyfolio.yaml", FirstPathTests.manifest)
        try sandbox.write("phrase", "correct horse battery staple")
        #expect(try sandbox.keyfolio("init", "--passphrase-file", "phrase").status == 0)
        let again = try sandbox.keyfolio("init", "--passphrase-file", "phrase")
        #expect(again.status == 0, "\(again.error)")
        try sandbox.write("phrase", "another")
        #expect(try sandbox.keyfolio("init", "--passphrase-file", "phrase").error.contains("KF-STORE-020"))
    }

    @Test func `init warns when key and store are in one folder`() throws {
        let sandbox = try Sandbox()
        try sandbox.write("keyfolio.yaml", FirstPathTests.manifest)
        let places = ["KEYFOLIO_STORE": sandbox.root + "/one/s.db", "KEYFOLIO_KEY_FILE": sandbox.root + "/one/s.key"]
        for _ in 1...2 {
            let outcome = try sandbox.keyfolio("init", environment: places)
            #expect(outcome.status == 0 && (outcome.output + outcome.error).contains("in one folder"), "\(outcome)")
        }
        let apart = ["KEYFOLIO_STORE": sandbox.root + "/two/s.db"]
        let outcome = try sandbox.keyfolio("init", environment: apart)
        #expect(outcome.status == 0 && !(outcome.output + outcome.error).contains("in one folder"))
    }

    @Test func `a history tells a change that is too old from a value that is not there, and repeats no word`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "old-value")
        for number in 1...51 {
            try sandbox.keyfolio("set", "DEBUG", input: number.isMultiple(of: 2) ? "true" : "false")
        }
        let old = try sandbox.keyfolio("history", "SECRET_KEY")
        let text = old.error.replacing("\n", with: " ").replacing(#/ +/#, with: " ")
        #expect(old.status != 0 && text.contains("KF-HISTORY-001") && text.contains("version 1,"), "\(text)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "old-value")
        #expect(try sandbox.keyfolio("history", "DEBUG").status == 0)
        for word in ["hunter2hunter2", "p4ss-w0rd!"] {
            let outcome = try sandbox.keyfolio("history", word)
            #expect(outcome.status != 0 && !(outcome.output + outcome.error).contains(word), "\(outcome.error)")
        }
        #expect(try sandbox.keyfolio("history", "SECRET_KEI").error.contains("SECRET_KEY"))
    }
}
