import Foundation
import Testing

/// Values in, out, back and compared: set, get, unset, history, rollback, diff, edit.
@Suite struct ValuesTests {
    @Test func `what is set comes back byte for byte, less one newline`() throws {
        let sandbox = try FirstPathTests.shop()
        for value in ["plain", "two\nlines", " spaces around ", "quotes ' \" ` and $HOME \\ #", "äöü €", "ends\n"] {
            #expect(try sandbox.keyfolio("set", "SECRET_KEY", input: value + "\n").status == 0)
            #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == value)
        }
    }

    @Test func `a value is never taken from an argument, and never repeated`() throws {
        let sandbox = try FirstPathTests.shop()
        for arguments in [
            ["set", "SECRET_KEY=hunter2secret"], ["set", "SECRET_KEY", "hunter2secret"],
            ["set", "--value=hunter2secret", "SECRET_KEY"],
        ] {
            let outcome = try Command.run(
                [Command.keyfolio] + arguments,
                in: sandbox.project,
                environment: sandbox.variables([:])
            )
            #expect(outcome.status == 2)
            #expect(!(outcome.output + outcome.error).contains("hunter2secret"), "\(outcome.error)")
        }
    }

    @Test func `an undeclared name is refused with the nearest one`() throws {
        let sandbox = try FirstPathTests.shop()
        let outcome = try sandbox.keyfolio("set", "SECRET_KEZ", input: "x")
        #expect(outcome.status == 3)
        #expect(outcome.error.contains("did you mean 'SECRET_KEY'"))
        #expect(try sandbox.keyfolio("set", "--undeclared", "SECRET_KEZ", input: "x").status == 0)
    }

    @Test func `history tells who changed which variable in which version, and rollback makes a new one`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "first-value")
        try sandbox.keyfolio("set", "DEBUG", input: "true")
        try sandbox.keyfolio("set", "SECRET_KEY", input: "second-value")
        let history = try sandbox.keyfolio("history", "SECRET_KEY", "--json").json()
        let changes = try #require(history["changes"] as? [[String: Any]])
        #expect(Set(changes.compactMap { $0["version"] as? Int }) == [1, 3])
        #expect(try sandbox.keyfolio("rollback", "--to", "2").status == 0)
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "first-value")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY", "--version", "3").output == "second-value")
        #expect(try sandbox.keyfolio("unset", "SECRET_KEY").status == 0)
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").status == 3)
    }

    @Test func `diff names what differs and what is shared, without a value`() throws {
        let sandbox = try FirstPathTests.shop()
        for environment in ["development", "production"] {
            try sandbox.keyfolio("set", "SECRET_KEY", "--env", environment, input: "shared-canary-value")
        }
        try sandbox.keyfolio("set", "DEBUG", "--env", "development", input: "true")
        let diff = try sandbox.keyfolio("diff", "development", "production")
        #expect(diff.status == 1)
        #expect(diff.output.contains("!"))
        #expect(diff.output.contains("DEBUG"))
        #expect(!diff.output.contains("shared-canary-value"))
        #expect(
            try sandbox.keyfolio("diff", "development", "production", "--reveal").output.contains("shared-canary-value")
        )
    }

    @Test func `edit stores what changed, unsets what went, and leaves no file behind`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "before-the-edit")
        try sandbox.keyfolio("set", "DEBUG", input: "true")
        try sandbox.write(
            "editor.sh",
            "#!/bin/sh\necho \"$1\" > seen\nsed -i -e 's/before-the-edit/after-the-edit/' -e '/^DEBUG/d' \"$1\"\n",
            mode: 0o755
        )
        let outcome = try sandbox.keyfolio("edit", environment: ["EDITOR": "./editor.sh"])
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "after-the-edit")
        #expect(try sandbox.keyfolio("get", "DEBUG").status == 3)
        let seen = try sandbox.read("seen").trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(!FileManager.default.fileExists(atPath: seen))
        #expect(!FileManager.default.fileExists(atPath: (seen as NSString).deletingLastPathComponent))
    }

    @Test func `what cannot be read is shown again with the reason, and giving up stores nothing`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "before-the-edit")
        try sandbox.write(
            "editor.sh",
            """
            #!/bin/sh
            grep -c . "$1" >>seen
            head -1 "$1" | cut -c -20 >>seen
            if grep -q '^# NOT STORED' "$1"
            then [ -e give-up ] || sed -i "s/'open$/'closed'/" "$1"
            else sed -i "s/^SECRET_KEY=.*/SECRET_KEY='open/" "$1"
            fi
            """,
            mode: 0o700
        )
        let mended = try sandbox.keyfolio("edit", environment: ["EDITOR": "./editor.sh"])
        #expect(mended.status == 0, "\(mended.error)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "closed")
        let seen = try sandbox.read("seen")
        #expect(seen.contains("# NOT STORED: line 4"), "\(seen)")
        try sandbox.write("give-up", "")
        let given = try sandbox.keyfolio("edit", environment: ["EDITOR": "./editor.sh"])
        #expect(given.status == 10, "\(given.status) \(given.error)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "closed")
    }

    @Test func `an editor that fails stores nothing`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "before-the-edit")
        #expect(try sandbox.keyfolio("edit", environment: ["EDITOR": "false"]).status != 0)
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "before-the-edit")
    }

    @Test func `list shows where each value comes from and masks secrets`() throws {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "list-canary-value")
        let list = try sandbox.keyfolio("list", "--origin")
        #expect(list.output.contains("store shop/development (version 1)"))
        #expect(list.output.contains("over backend/.env:2"))
        #expect(!list.output.contains("list-canary-value"))
    }

    @Test(arguments: ["dotenv", "json", "yaml", "shell", "docker", "kubernetes", "github"])
    func `what goes out in a format comes back from it`(format: String) throws {
        let sandbox = try FirstPathTests.shop()
        // Both kinds of quotes in one value is more than all readers of .env files agree on.
        let value =
            format == "dotenv"
            ? "it has \"quotes\" $HOME # not a comment" : "it's \"quoted\" $HOME # not a comment \\ end"
        try sandbox.keyfolio("set", "SECRET_KEY", input: value)
        let exported = try sandbox.keyfolio("export", "--path", "shop/development", "--format", format)
        #expect(exported.status == 0, "\(exported.error)")
        try sandbox.keyfolio("unset", "SECRET_KEY")
        let imported = try sandbox.keyfolio("import", "-", "--format", format, input: exported.output)
        #expect(imported.status == 0, "\(imported.error)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == value)
    }

    @Test func `a shell reads the shell format, docker's rules refuse a line break`() throws {
        let sandbox = try FirstPathTests.shop()
        let value = "line one\nit's \"two\" $HOME"
        try sandbox.keyfolio("set", "SECRET_KEY", input: value)
        try sandbox.keyfolio("export", "--path", "shop/development", "--format", "shell", "--output", "vars.sh")
        #expect(try sandbox.mode("vars.sh") == 0o600)
        #expect(try sandbox.run("sh", "-c", ". ./vars.sh; printf %s \"$SECRET_KEY\"").output == value)
        let refused = try sandbox.keyfolio("export", "--path", "shop/development", "--format", "docker")
        #expect(refused.status == 8)
        #expect(refused.error.contains("SECRET_KEY") && !refused.error.contains("line one"))
    }
}
