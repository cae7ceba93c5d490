import Foundation
import Testing

/// The editor that nobody chose draws what it shows on standard output: only a terminal may be that.
@Suite struct EditTerminalTests {
    /// A shop with a value, and a `vi` before the system's that shows what it was given and notes that it ran.
    private static func shop() throws -> Sandbox {
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "canary-of-the-editor")
        try sandbox.write("bin/vi", "#!/bin/sh\ncat \"$1\"\ntouch ran\n", mode: 0o755)
        return sandbox
    }

    private static func path(_ sandbox: Sandbox) -> String {
        "\(sandbox.project)/bin:" + (sandbox.variables([:])["PATH"] ?? "")
    }

    @Test(arguments: [
        "keyfolio edit", "keyfolio edit </dev/null", "keyfolio edit >log", "EDITOR= VISUAL= keyfolio edit",
    ])
    func `without a terminal it is not started, and no value is shown`(line: String) throws {
        let sandbox = try Self.shop()
        let outcome = try sandbox.run("sh", "-c", line, environment: ["PATH": Self.path(sandbox)])
        #expect(outcome.status == 2 && outcome.error.contains("KF-EDIT-004"), "\(outcome.error)")
        #expect(!sandbox.exists("ran"))
        #expect(!(outcome.output + outcome.error).contains("canary-of-the-editor"))
        #expect(try sandbox.run("sh", "-c", "! test -s log").status == 0)
    }

    @Test func `on a terminal it is, but not with one of the two streams elsewhere`() throws {
        let sandbox = try Self.shop()
        try sandbox.write(
            "type.py",
            """
            import os, pexpect
            def edit(line):
                child = pexpect.spawn("sh", ["-c", line], timeout=30)
                child.expect(pexpect.EOF)
                child.close()
                print(child.exitstatus, os.path.exists("ran"), b"canary-of-the-editor" in child.before)
            edit("keyfolio edit >log")
            edit("keyfolio edit </dev/null")
            edit("keyfolio edit")
            """
        )
        let typed = try sandbox.run("python3", "type.py", environment: ["PATH": Self.path(sandbox)])
        #expect(typed.output == "2 False False\n2 False False\n0 True True\n", "\(typed.output)\(typed.error)")
    }

    @Test func `an editor that somebody chose needs none`() throws {
        let sandbox = try Self.shop()
        let outcome = try sandbox.keyfolio("edit", environment: ["EDITOR": "sed -i s/canary/changed/"])
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "changed-of-the-editor")
    }
}
