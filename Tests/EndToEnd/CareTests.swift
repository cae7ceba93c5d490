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
        #expect(renewed.error.contains("Made SECRET_KEY"), "\(renewed.error)")
        let good = try sandbox.keyfolio("get", "SECRET_KEY").output
        #expect(good.count == 64)
        #expect(try sandbox.keyfolio("generate", "SECRET_KEY").error.contains("Kept SECRET_KEY"))
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == good)
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
}
