import Foundation
import Testing

/// The store as an operator meets it: backups, the audit log, wrong keys, damage, full and read-only places.
@Suite struct StoreTests {
    @Test func `stock age opens a backup, and a restore brings back values, versions and the log`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "first-backup-canary")
        try sandbox.keyfolio("set", "SECRET_KEY", input: "second-backup-canary")
        #expect(try sandbox.run("age-keygen", "-o", "key.txt").status == 0)
        let recipient = try sandbox.run("age-keygen", "-y", "key.txt").output.trimmingCharacters(
            in: .whitespacesAndNewlines
        )
        #expect(try sandbox.keyfolio("backup", "-r", recipient, "-o", "store.age").status == 0)
        #expect(!(try Data(contentsOf: URL(fileURLWithPath: sandbox.project + "/store.age"))).isEmpty)
        let opened = try sandbox.run("age", "-d", "-i", "key.txt", "store.age")
        #expect(opened.status == 0)
        #expect(opened.output.split(separator: "\n").allSatisfy { $0.hasPrefix("{") })
        let other = ["KEYFOLIO_STORE": sandbox.root + "/drill/store.db"]
        let restored = try sandbox.keyfolio("restore", "-i", "key.txt", "store.age", environment: other)
        #expect(restored.status == 0, "\(restored.error)")
        // It says where the key is that opens the new store, and that is so.
        let named = restored.error.firstMatch(of: /its key is (\/[^)]+)\)/).map { String($0.1) }
        #expect(named.map(FileManager.default.fileExists) == true, "\(restored.error)")
        let third = [
            "KEYFOLIO_STORE": sandbox.root + "/third/store.db", "KEYFOLIO_KEY_FILE": sandbox.root + "/third.key",
        ]
        let told = try sandbox.keyfolio("restore", "-i", "key.txt", "store.age", "--json", environment: third).json()
        #expect(told["keyFile"] as? String == third["KEYFOLIO_KEY_FILE"], "\(told)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY", environment: other).output == "second-backup-canary")
        #expect(
            try sandbox.keyfolio("get", "SECRET_KEY", "--version", "1", environment: other).output
                == "first-backup-canary"
        )
        #expect(try sandbox.keyfolio("audit", "verify", environment: other).status == 0)
        let again = try sandbox.keyfolio("restore", "-i", "key.txt", "store.age", environment: other)
        #expect(again.status != 0)
    }

    @Test func `the log records every read and refuses to be changed`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "audit-canary")
        try sandbox.keyfolio("get", "SECRET_KEY")
        let shown = try sandbox.keyfolio("audit", "show", "--json")
        #expect(
            shown.output.contains("read") && shown.output.contains("shop") && !shown.output.contains("audit-canary")
        )
        #expect(try sandbox.keyfolio("audit", "verify").status == 0)
        let export = try sandbox.keyfolio("audit", "export").output
        try sandbox.write("audit.jsonl", export)
        #expect(try sandbox.keyfolio("audit", "verify", "--file", "audit.jsonl").status == 0)
        var lines = export.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let record = try #require(lines.firstIndex { $0.contains("\"secret.read\"") })
        let changed = lines[record].replacingOccurrences(of: "secret.read", with: "secret.list")
        lines[record] = changed
        try sandbox.write("changed.jsonl", lines.joined(separator: "\n"))
        #expect(try sandbox.keyfolio("audit", "verify", "--file", "changed.jsonl").status == 7)
        lines.remove(at: record)
        try sandbox.write("removed.jsonl", lines.joined(separator: "\n"))
        #expect(try sandbox.keyfolio("audit", "verify", "--file", "removed.jsonl").status == 7)
    }

    @Test func `nothing readable is in the store's files`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "plaintext-canary-value")
        let found = try sandbox.run(
            "grep",
            "-rlaE",
            "plaintext-canary-value|SECRET_KEY|shop/development|tester",
            sandbox.home
        )
        #expect(found.output == "", "readable: \(found.output)")
    }

    @Test func `a wrong key, a loose key and a missing key each have their own words`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "value")
        let key = sandbox.home + "/.local/share/keyfolio/keys/shop.key"
        #expect(FileManager.default.fileExists(atPath: key))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        let loose = try sandbox.keyfolio("get", "SECRET_KEY")
        #expect(loose.status != 0 && loose.error.contains("chmod 600"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        try FileManager.default.moveItem(atPath: key, toPath: key + ".away")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").status == 5)
        let other = try FirstPathTests.shop()
        try FileManager.default.copyItem(atPath: other.home + "/.local/share/keyfolio/keys/shop.key", toPath: key)
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").status == 5)
        try FileManager.default.removeItem(atPath: key)
        try FileManager.default.moveItem(atPath: key + ".away", toPath: key)
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "value")
    }

    @Test func `a value of 100 MB is refused before it fills memory, and the old one stays`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "small")
        let outcome = try sandbox.run(
            "sh",
            "-c",
            "head -c 100000000 /dev/zero | tr '\\0' x | keyfolio set SECRET_KEY"
        )
        #expect(outcome.status == 10, "\(outcome.error)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "small")
    }

    @Test(arguments: ["../../etc/passwd", "a\u{1}b", "", String(repeating: "x/", count: 5000), "a//b", "/abs"])
    func `a path that cannot be is refused`(path: String) throws {
        let sandbox = try FirstPathTests.shop()
        let outcome = try sandbox.keyfolio("set", "--path", path, "NAME", input: "path-canary")
        #expect(outcome.status == 10 || outcome.status == 2, "\(outcome.status) \(outcome.error)")
        #expect(!outcome.error.contains("path-canary"))
    }

    @Test func `two writers at once lose nothing`() throws {
        let sandbox = try FirstPathTests.shop()
        let script = """
            for i in 1 2 3 4 5 6 7 8 9 10; do
              echo v$i | keyfolio set --undeclared A_$i & echo v$i | keyfolio set --undeclared B_$i &
            done; wait
            """
        let writers = try sandbox.run("sh", "-c", script)
        #expect(!writers.error.contains("error["), "\(writers.error)")
        let list = try sandbox.keyfolio("export", "--path", "shop/development", "--format", "json").json()
        #expect(list.keys.filter { $0.hasPrefix("A_") || $0.hasPrefix("B_") }.count == 20)
        #expect(try sandbox.keyfolio("audit", "verify").status == 0)
    }
}

@Suite struct PassphraseTests {
    @Test func `a store with a passphrase opens with the file that has it, and with nothing else`() throws {
        let sandbox = try Sandbox()
        try sandbox.write("keyfolio.yaml", FirstPathTests.manifest)
        try sandbox.write("words", "six words that nobody would guess\n")
        try sandbox.write("other", "six other words\n")
        #expect(try sandbox.keyfolio("init", "--passphrase-file", "words").status == 0)
        let right = ["KEYFOLIO_PASSPHRASE_FILE": "words"]
        #expect(try sandbox.keyfolio("set", "SECRET_KEY", input: "kept", environment: right).status == 0)
        #expect(try sandbox.keyfolio("get", "SECRET_KEY", environment: right).output == "kept")
        let nobody = try sandbox.keyfolio("get", "SECRET_KEY")
        #expect(nobody.status == 5 && nobody.error.contains("KF-PROJ-011"), "\(nobody.error)")
        #expect(
            try sandbox.keyfolio("get", "SECRET_KEY", environment: ["KEYFOLIO_PASSPHRASE_FILE": "other"]).status == 5
        )
    }

    @Test func `at a terminal the passphrase is asked for, without echo, wherever the other streams go`() throws {
        let sandbox = try Sandbox()
        try sandbox.write("keyfolio.yaml", FirstPathTests.manifest)
        try sandbox.write("words", "six words that nobody would guess\n")
        #expect(try sandbox.keyfolio("init", "--passphrase-file", "words").status == 0)
        let right = ["KEYFOLIO_PASSPHRASE_FILE": "words"]
        #expect(try sandbox.keyfolio("set", "SECRET_KEY", input: "kept", environment: right).status == 0)
        try sandbox.write(
            "type.py",
            """
            import pexpect, sys
            child = pexpect.spawn("sh", ["-c", "keyfolio get SECRET_KEY </dev/null >value 2>errors"], timeout=30)
            child.expect("Passphrase of the store: ")
            child.sendline("six words that nobody would guess")
            child.expect(pexpect.EOF)
            child.close()
            sys.stdout.write(child.before.decode().strip())
            sys.exit(child.exitstatus)
            """
        )
        let typed = try sandbox.run("python3", "type.py")
        #expect(typed.status == 0, "\(typed.error)")
        #expect(typed.output == "", "the terminal showed what was typed")
        #expect(try sandbox.read("value") == "kept")
    }
}

/// An old copy of the store in the place of the new one.
@Suite struct RollbackTests {
    @Test func `an old copy is refused by every command, until it is accepted, and the log says so`() throws {
        let sandbox = try FirstPathTests.shop()
        let store = sandbox.home + "/.local/share/keyfolio/stores/shop"
        try sandbox.keyfolio("set", "SECRET_KEY", input: "older")
        #expect(try sandbox.run("cp", "-a", store, store + ".copy").status == 0)
        try sandbox.keyfolio("set", "SECRET_KEY", input: "newer")
        #expect(try sandbox.run("rm", "-r", store).status == 0)
        #expect(try sandbox.run("mv", store + ".copy", store).status == 0)
        for words in [["get", "SECRET_KEY"], ["list"], ["audit", "show"], ["set", "SECRET_KEY"]] {
            let refused = try Command.run(
                [Command.keyfolio] + words,
                input: "other",
                in: sandbox.project,
                environment: sandbox.variables([:])
            )
            #expect(refused.status == 7, "\(words): \(refused.status)")
            #expect(refused.error.contains("keyfolio audit accept-rollback"), "\(refused.error)")
        }
        let doctor = try sandbox.keyfolio("doctor", "--offline")
        #expect(doctor.output.contains("KF-DOC-002") && doctor.output.contains("accept-rollback"), "\(doctor.output)")
        #expect(try sandbox.keyfolio("audit", "accept-rollback").status == 0)
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "older")
        #expect(try sandbox.keyfolio("audit", "show").output.contains("rollback"))
    }
}

/// A manifest comes with a repository, from anybody: what it names is not yet allowed.
@Suite struct OtherFolderTests {
    @Test func `a repository that names another project's store gets nothing of it, until a person runs init there`()
        throws
    {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "not-for-others-0123456789abcdef0123")
        let other = sandbox.root + "/other"
        try sandbox.write(other + "/keyfolio.yaml", FirstPathTests.manifest)
        try sandbox.write(other + "/words", "six words that nobody would guess")
        for words in [
            ["get", "SECRET_KEY"], ["run", "-c", "backend", "--no-check", "--", "env"], ["check"], ["list"],
            ["export", "-c", "backend", "--format", "json"],
            ["backup", "--passphrase-file", "words", "-o", "stolen.age"],
        ] {
            let refused = try Command.run(
                [Command.keyfolio] + words,
                in: other,
                environment: sandbox.variables([:])
            )
            #expect(refused.status == 4, "\(words): \(refused.status) \(refused.error)")
            #expect(refused.error.contains("KF-PROJ-012") && !refused.output.contains("not-for-others"))
        }
        let adopted = try sandbox.keyfolio("init", in: other)
        #expect(adopted.error.contains("answers in this folder from now on"), "\(adopted.error)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY", in: other).output == "not-for-others-0123456789abcdef0123")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "not-for-others-0123456789abcdef0123")
    }

    @Test func `a project that was renamed is told where its secrets are`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "value")
        let manifest = FirstPathTests.manifest
        try sandbox.write("keyfolio.yaml", manifest.replacingOccurrences(of: "project: shop", with: "project: store"))
        for words in [["check"], ["run", "-c", "backend", "--no-check", "--", "true"], ["get", "SECRET_KEY"]] {
            let outcome = try Command.run(
                [Command.keyfolio] + words,
                in: sandbox.project,
                environment: sandbox.variables([:])
            )
            #expect(outcome.status == 3 && outcome.error.contains("project: shop"), "\(words): \(outcome.error)")
        }
        try sandbox.write("keyfolio.yaml", manifest)
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "value")
        try sandbox.write("keyfolio.yaml", manifest.replacingOccurrences(of: "project: shop", with: "project: store"))
        #expect(try sandbox.keyfolio("init").status == 0)
        #expect(try sandbox.keyfolio("list").status == 0)
    }

    @Test func `a folder is known by where it is, not by the way there`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "value")
        try sandbox.run("ln", "-s", sandbox.project, sandbox.root + "/link")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY", "-C", sandbox.root + "/link").output == "value")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY", in: sandbox.project + "/backend").output == "value")
    }
}
