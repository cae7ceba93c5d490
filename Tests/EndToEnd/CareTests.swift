import Foundation
import Testing

/// What people do by mistake, and what must not be lost by it.
@Suite struct CareTests {
    @Test func `import keeps what the store has, unless it is asked to replace it`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "newer-value-of-the-store-0123456789abcd")
        try sandbox.write("backend/.env", "DEBUG=true\nSECRET_KEY=older-value-of-the-file-0123456789abcdef\n")
        let kept = try sandbox.keyfolio("import", "backend/.env", "--move")
        #expect(kept.status == 0 && kept.error.contains("--replace"), "\(kept.error)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "newer-value-of-the-store-0123456789abcd")
        #expect(try sandbox.read("backend/.env").contains("older-value"))
        #expect(try sandbox.keyfolio("import", "backend/.env", "--move", "--replace").status == 0)
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "older-value-of-the-file-0123456789abcdef")
        #expect(try sandbox.read("backend/.env") == "DEBUG=true\n")
    }

    @Test func `import moves what is the same in both without a new version`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "the-same-value-in-both-0123456789abcdef")
        try sandbox.write("backend/.env", "SECRET_KEY=the-same-value-in-both-0123456789abcdef\n")
        #expect(try sandbox.keyfolio("import", "backend/.env", "--move").status == 0)
        #expect(try sandbox.read("backend/.env") == "")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY", "--json").json()["version"] as? Int == 1)
    }

    @Test(arguments: [("node", "Kd93jd#Lsk29xM4", "Kd93jd"), ("ruby", "\"Kd\\$93jdLsk29\"", "Kd$93jdLsk29")])
    func `a component's file is imported as the component reads it`(
        dialect: String,
        written: String,
        meant: String
    ) throws {
        let sandbox = try Sandbox()
        let manifest = FirstPathTests.manifest
            .replacingOccurrences(of: "{folder: backend}", with: "{folder: backend, dialect: \(dialect)}")
        try sandbox.write("keyfolio.yaml", manifest)
        try sandbox.write("backend/.env", "SECRET_KEY=\(written)\n")
        #expect(try sandbox.keyfolio("init").status == 0)
        #expect(try sandbox.keyfolio("import", "backend/.env", "--move").status == 0)
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == meant)
    }

    @Test func `a value with a variable of the environment in it stays where it is`() throws {
        let sandbox = try FirstPathTests.shop()
        let manifest = FirstPathTests.manifest
            .replacingOccurrences(of: "{folder: backend}", with: "{folder: backend, dialect: python}")
        try sandbox.write("keyfolio.yaml", manifest)
        try sandbox.write("backend/.env", "SECRET_KEY=kR7-vBn2-${OF_THE_SHELL}-qLx0123456789\n")
        let left = try sandbox.keyfolio("import", "backend/.env", "--move", environment: ["OF_THE_SHELL": "x"])
        #expect(left.error.contains("variable of the environment"), "\(left.error)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").status == 3)
        #expect(try sandbox.read("backend/.env").contains("OF_THE_SHELL"))
    }

    @Test func `a file of an environment goes to that environment, and several at once are refused`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.write("backend/.env.production", "SECRET_KEY=production-value-0123456789abcdefghij\n")
        try sandbox.write("backend/.env.development", "SECRET_KEY=development-value-0123456789abcdefghi\n")
        let both = try sandbox.keyfolio("import", "backend/.env.production", "backend/.env.development")
        #expect(both.status == 2 && both.error.contains("KF-IO-102"), "\(both.error)")
        #expect(try sandbox.keyfolio("import", "backend/.env.production", "--move").status == 0)
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").status == 3)
        #expect(
            try sandbox.keyfolio("get", "SECRET_KEY", "-e", "production").output
                == "production-value-0123456789abcdefghij"
        )
    }

    @Test func `an empty value is refused, unless it is meant`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "kept")
        let refused = try sandbox.keyfolio("set", "SECRET_KEY", input: "")
        #expect(refused.status == 10 && refused.error.contains("KF-SET-002"), "\(refused.error)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "kept")
        #expect(try sandbox.keyfolio("set", "SECRET_KEY", "--empty", input: "").status == 0)
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "")
    }

    @Test func `at a prompt several lines are refused, and an interrupt ends the command with the echo back`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "kept")
        try sandbox.write(
            "type.py",
            """
            import pexpect, sys, termios
            def ask():
                child = pexpect.spawn("keyfolio", ["set", "SECRET_KEY"], timeout=30)
                child.expect("Value of SECRET_KEY: ")
                return child
            child = ask()
            child.send("-----BEGIN\\ncanary\\nEND-----\\n")
            child.expect("KF-INPUT-006")
            child.expect(pexpect.EOF)
            child.close()
            print(child.exitstatus)
            child = ask()
            child.send("x" * 5000 + "\\n")
            child.expect("KF-INPUT-00[67]")
            child.expect(pexpect.EOF)
            child = ask()
            child.sendintr()
            child.expect(pexpect.EOF)
            child.close()
            print(child.signalstatus)
            shell = pexpect.spawn("sh", ["-c", "keyfolio set SECRET_KEY; stty -a"], timeout=30)
            shell.expect("Value of SECRET_KEY: ")
            shell.sendintr()
            shell.expect(pexpect.EOF)
            """
        )
        let typed = try sandbox.run("python3", "type.py")
        #expect(typed.output == "10\n2\n", "\(typed.output)\(typed.error)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "kept")
    }

    @Test func `what is no file is written to and stays what it is`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "value-for-the-pipe-0123456789")
        let script = """
            mkfifo pipe
            cat pipe >read &
            keyfolio export -c backend --format json -o pipe && wait && test -p pipe && cat read
            keyfolio export -c backend --format json -o - && test ! -e ./-
            keyfolio export -c backend --format json -o /dev/stdout && test -L /dev/stdout
            """
        let outcome = try sandbox.run("sh", "-ec", script)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.output.components(separatedBy: "value-for-the-pipe").count == 4, "\(outcome.output)")
    }

    @Test func `generate renews what check calls broken, and keeps what is good`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "changeme")
        let renewed = try sandbox.keyfolio("generate", "SECRET_KEY", "--env", "development")
        #expect(renewed.error.contains("Replaced SECRET_KEY for development"), "\(renewed.error)")
        #expect(renewed.error.contains("keyfolio history"), "\(renewed.error)")
        let good = try sandbox.keyfolio("get", "SECRET_KEY").output
        #expect(good.count == 64)
        #expect(try sandbox.keyfolio("generate", "SECRET_KEY").error.contains("Kept SECRET_KEY"))
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == good)
        let anew = try sandbox.keyfolio("generate", "SECRET_KEY", "--replace", "--json").output
        #expect(anew.filter { !$0.isWhitespace }.contains(#""replaced":["SECRET_KEY"]"#), "\(anew)")
    }

    @Test func `what is generated goes to the path that is given, and nowhere else`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "changeme")
        let made = try sandbox.keyfolio("generate", "SECRET_KEY", "--path", "team/shared")
        #expect(made.status == 0 && made.error.contains("Made SECRET_KEY for team/shared"), "\(made.error)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "changeme")
        let good = try sandbox.keyfolio("get", "SECRET_KEY", "--path", "team/shared").output
        #expect(good.count == 64)
        // The environment's value is a placeholder, and that is no reason to replace this one.
        #expect(
            try sandbox.keyfolio("generate", "SECRET_KEY", "--path", "team/shared").error.contains("Kept SECRET_KEY")
        )
        #expect(try sandbox.keyfolio("get", "SECRET_KEY", "--path", "team/shared").output == good)
        #expect(try sandbox.keyfolio("generate", "--missing", "--path", "team/shared").status == 2)
    }

    @Test func `an editor that leaves nothing removes nothing`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "kept")
        try sandbox.write("editor.sh", "#!/bin/sh\n: >\"$1\"\n", mode: 0o700)
        let outcome = try sandbox.keyfolio("edit", environment: ["EDITOR": "./editor.sh"])
        #expect(outcome.status == 10 && outcome.error.contains("KF-EDIT-002"), "\(outcome.error)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "kept")
    }

    @Test func `what a killed edit left behind is gone after the next one`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "left-behind-canary")
        try sandbox.write(
            "editor.sh",
            "#!/bin/sh\nif [ -e quick ]; then exit 0; fi\nmkdir \"${1%/*}/copies\"\ncp \"$1\" \"${1%/*}/copies/\"\n"
                + "echo \"${1%/*}\" >folder\nkill -9 $PPID\n",
            mode: 0o700
        )
        let killed = try sandbox.keyfolio("edit", environment: ["EDITOR": "./editor.sh"])
        #expect(killed.status == 137)
        let folder = try sandbox.read("folder").trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(FileManager.default.fileExists(atPath: folder))
        try sandbox.write("quick", "")
        try sandbox.keyfolio("edit", environment: ["EDITOR": "./editor.sh"])
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test func `a browser component never inherits, and the password of a URL is masked`() throws {
        let sandbox = try FirstPathTests.shop()
        let inherited = try sandbox.keyfolio("run", "-c", "frontend", "--inherit", "--", "env")
        #expect(inherited.status == 4 && inherited.error.contains("KF-RUN-102"), "\(inherited.error)")
        let manifest = FirstPathTests.manifest + "\n  DATABASE_URL: {type: postgres-url, components: [backend]}\n"
        try sandbox.write("keyfolio.yaml", manifest)
        try sandbox.keyfolio("set", "DATABASE_URL", input: "postgresql://app:qL%40x-kR7-vBn2@localhost/db")
        let masked = try sandbox.keyfolio(
            "run",
            "-c",
            "backend",
            "--no-check",
            "--redact",
            "--",
            "sh",
            "-c",
            "echo qL%40x-kR7-vBn2 qL@x-kR7-vBn2 \"$DATABASE_URL\" app"
        )
        #expect(!masked.output.contains("kR7-vBn2") && masked.output.hasSuffix("app\n"), "\(masked.output)")
    }

    @Test func `mistakes on the command line are told with what is allowed`() throws {
        let sandbox = try FirstPathTests.shop()
        let format = try sandbox.keyfolio("export", "-c", "backend", "--format", "xml")
        #expect(format.error.contains("kubernetes") && !format.error.contains("xml'"), "\(format.error)")
        #expect(try sandbox.keyfolio("age", "encrpyt").error.contains("did you mean 'encrypt'"))
        #expect(try sandbox.keyfolio("get", "--path", "a/b", "-e", "production", "KEY").status == 2)
        let forgotten = try sandbox.keyfolio("run", "./app")
        #expect(forgotten.error.contains("keyfolio run -- "), "\(forgotten.error)")
        try sandbox.keyfolio("set", "--path", "billing/stripe", "API_KEY", input: "value")
        let fields = try sandbox.keyfolio("list", "--path", "billing/stripe")
        #expect(fields.output.contains("API_KEY") && !fields.output.contains("value"), "\(fields.output)")
    }

    @Test func `rollback tells what it takes along, and a version is compared with the store's own values`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "first")
        try sandbox.keyfolio("set", "SECRET_KEY", input: "second")
        try sandbox.keyfolio("set", "--undeclared", "OTHER", input: "other")
        let same = try sandbox.keyfolio("diff", "development@3", "development")
        #expect(same.status == 0, "\(same.output)\(same.error)")
        let back = try sandbox.keyfolio("rollback", "--to", "1")
        #expect(back.error.contains("Changed: SECRET_KEY.") && back.error.contains("Removed: OTHER."), "\(back.error)")
    }

    @Test func `one value is rolled back alone, and goes when it was not there`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "first")
        try sandbox.keyfolio("set", "SECRET_KEY", input: "second")
        try sandbox.keyfolio("set", "--undeclared", "OTHER", input: "other")
        let back = try sandbox.keyfolio("rollback", "SECRET_KEY", "--to", "1")
        #expect(back.status == 0 && back.error.contains("Changed: SECRET_KEY."), "\(back.error)")
        #expect(!back.error.contains("OTHER"), "\(back.error)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "first")
        #expect(try sandbox.keyfolio("get", "OTHER").output == "other")
        let gone = try sandbox.keyfolio("rollback", "OTHER", "--to", "1")
        #expect(gone.error.contains("Removed: OTHER."), "\(gone.error)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "first")
        let unknown = try sandbox.keyfolio("rollback", "SECRET_KEZ", "--to", "1")
        #expect(unknown.status == 3 && unknown.error.contains("SECRET_KEY"), "\(unknown.error)")
        #expect(try sandbox.keyfolio("rollback", "SECRET_KEY", "--to", "77").status == 3)
    }

    @Test func `two files that disagree are not imported`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.write("a.env", "SECRET_KEY=one-value-0123456789abcdefghijklmnop\n")
        try sandbox.write("b.env", "SECRET_KEY=another-value-0123456789abcdefghij\n")
        let refused = try sandbox.keyfolio("import", "a.env", "b.env", "--move")
        #expect(refused.status == 8 && refused.error.contains("KF-IO-104"), "\(refused.error)")
        #expect(try sandbox.read("a.env").contains("one-value") && sandbox.read("b.env").contains("another-value"))
        try sandbox.write("a.env", "SECRET_KEY=first-0123456789\nSECRET_KEY=last-0123456789abcdef\n")
        #expect(try sandbox.keyfolio("import", "a.env").status == 0)
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "last-0123456789abcdef")
    }

    @Test func `a store that was named must be there`() throws {
        let sandbox = try FirstPathTests.shop()
        let typo = ["KEYFOLIO_STORE": sandbox.root + "/typo.db"]
        for words in [["run", "-c", "backend", "--no-check", "--", "true"], ["check"], ["list"]] {
            let outcome = try Command.run(
                [Command.keyfolio] + words,
                in: sandbox.project,
                environment: sandbox.variables(typo)
            )
            #expect(outcome.status == 3 && outcome.error.contains("KF-PROJ-006"), "\(words): \(outcome.error)")
        }
        #expect(try sandbox.keyfolio("init", environment: typo).status == 0)
        #expect(try sandbox.keyfolio("check", "--env", "development", environment: typo).status == 1)
    }

    @Test func `components with different values of one name are each compared`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.write("worker/.env", "DEBUG=false\n")
        try sandbox.write("worker/.env.production", "DEBUG=true\n")
        try sandbox.write("backend/.env.production", "DEBUG=true\n")
        let manifest = FirstPathTests.manifest
            .replacingOccurrences(
                of: "components:\n  backend:",
                with: "components:\n  worker: {folder: worker}\n  backend:"
            )
            .replacingOccurrences(
                of: "DEBUG:\n    type: boolean\n    components: [backend]",
                with: "DEBUG:\n    type: boolean\n    components: [backend, worker]"
            )
        try sandbox.write("keyfolio.yaml", manifest)
        let lines = try sandbox.keyfolio("diff", "development", "production").output
        #expect(lines.contains("DEBUG"), "\(lines)")
    }

    @Test func `of several that make one file, one does`() throws {
        let sandbox = try Sandbox()
        let script = """
            for round in 1 2 3 4 5 6 7 8; do
              for each in 1 2 3 4; do keyfolio age keygen -o key-$round >/dev/null 2>&1 && echo made-$round & done
            done; wait
            """
        let made = try sandbox.run("sh", "-c", script).output.split(separator: "\n")
        #expect(made.count == 8 && Set(made).count == 8, "\(made)")
        #expect(try sandbox.run("sh", "-c", "ls | grep -c keyfolio- || true").output == "0\n")
    }

    @Test func `an interrupted command leaves no piece of its output behind`() throws {
        let sandbox = try Sandbox()
        let script = """
            keyfolio age keygen -o key 2>/dev/null
            recipient=$(sed -n 's/^# public key: //p' key)
            mkfifo slow
            keyfolio age encrypt -r "$recipient" -o out <slow 2>/dev/null &
            exec 3>slow
            head -c 3000000 /dev/zero >&3
            kill -TERM $!
            wait $! || true
            exec 3>&-
            ls
            """
        #expect(try sandbox.run("bash", "-c", script).output == "key\nslow\n")
    }

    @Test func `failures end with the status of their kind`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "value")
        let full = try sandbox.run("sh", "-c", "keyfolio get SECRET_KEY >/dev/full")
        #expect(full.status == 6 && full.error.contains("standard output"), "\(full.error)")
        let closed = try sandbox.run("sh", "-c", "keyfolio get SECRET_KEY >&-")
        #expect(closed.status == 6, "\(closed.status) \(closed.error)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "value")
        let redacted = ["run", "-c", "backend", "--no-check", "--redact", "--", "no-such-program"]
        let missing = try Command.run(
            [Command.keyfolio] + redacted,
            in: sandbox.project,
            environment: sandbox.variables([:])
        )
        #expect(missing.status == 127, "\(missing.error)")
        try sandbox.run("sh", "-c", "keyfolio age keygen -o one; keyfolio age keygen -o two; echo x >plain")
        let wrong = try sandbox.run(
            "sh",
            "-c",
            "keyfolio age encrypt -r $(sed -n 's/^# public key: //p' one) -o out plain && keyfolio age decrypt -i two out"
        )
        #expect(wrong.status == 5, "\(wrong.status) \(wrong.error)")
        let ignored = try sandbox.run("sh", "-c", "trap '' CHLD; EDITOR=false exec keyfolio edit")
        #expect(ignored.status != 0, "\(ignored.error)")
    }

    @Test func `what is not masked is told by its name`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "abc")
        let outcome = try sandbox.keyfolio("run", "-c", "backend", "--no-check", "--redact", "--", "true")
        #expect(outcome.error.contains("Not masked") && outcome.error.contains("SECRET_KEY"), "\(outcome.error)")
    }
}
