import Foundation
import Testing

/// Logging in and out, and what is remembered.
@Suite struct RemoteLoginTests {
    private static let password = "correct horse battery"

    private static func login(_ sandbox: Sandbox) -> String { sandbox.home + "/.config/keyfolio/login.json" }

    @Test func `a person logs in, works, and logs out`() throws {
        let server = try RemoteServer()
        let sandbox = try Sandbox()
        try sandbox.write("keyfolio.yaml", FirstPathTests.manifest)
        let made = try sandbox.keyfolio(
            "principal",
            "set",
            "ada@example.org",
            "--role",
            "devops",
            "--password-stdin",
            input: Self.password,
            environment: server.environment
        )
        #expect(made.status == 0, "\(made.error)")
        let wrong = try sandbox.keyfolio(
            "login",
            server.url,
            "--name",
            "ada@example.org",
            "--secret-stdin",
            input: "not the password",
            environment: server.authority
        )
        #expect(wrong.status == 4 && wrong.error.contains("KF-AUTH-002"), "\(wrong.error)")
        #expect(wrong.error.contains("the name or the password is wrong"), "\(wrong.error)")
        #expect(!wrong.error.contains("not the password") && !sandbox.exists(Self.login(sandbox)))
        let right = try sandbox.keyfolio(
            "login",
            server.url,
            "--name",
            "ada@example.org",
            "--secret-stdin",
            input: Self.password + "\n",
            environment: server.authority
        )
        #expect(right.status == 0 && right.error.contains("ada@example.org"), "\(right.error)")
        #expect(!right.error.contains(Self.password) && right.output.isEmpty)
        let modes = try sandbox.run("stat", "-c", "%a", Self.login(sandbox), sandbox.home + "/.config/keyfolio")
        #expect(modes.output == "600\n700\n")
        // No variable is needed any more: server, token and authority are remembered.
        let shown = try sandbox.keyfolio("whoami")
        #expect(shown.status == 0 && shown.output.contains("ada@example.org"), "\(shown.error)")
        // Nor for the next login there.
        let again = try sandbox.keyfolio(
            "login",
            server.url,
            "--name",
            "ada@example.org",
            "--secret-stdin",
            input: Self.password
        )
        #expect(again.status == 0, "\(again.error)")
        // The log knows when, and under whose name it was tried.
        let logins = try sandbox.keyfolio(
            "audit",
            "query",
            "--principal",
            "ada@example.org",
            "--action",
            "auth.login",
            "--store",
            server.url,
            "--json",
            environment: server.environment
        )
        #expect(logins.status == 0, "\(logins.error)")
        #expect(logins.output.components(separatedBy: #""allowed""#).count == 3, "\(logins.output)")
        #expect(logins.output.contains("denied (KF-AUTH-002)"), "\(logins.output)")
        #expect(try sandbox.keyfolio("init").status == 0)
        #expect(try sandbox.keyfolio("set", "SECRET_KEY", input: "canary").status == 0)
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "canary")
        #expect(try sandbox.keyfolio("doctor", "--offline").output.contains("keyfolio login remembered it"))
        let token = try Self.token(in: sandbox)
        // Whose token that is, and for which server, nobody knows: who is logged in is not asked in its place.
        for words in [["get", "SECRET_KEY"], ["whoami"], ["list"]] {
            let outcome = try Command.run(
                [Command.keyfolio] + words,
                in: sandbox.project,
                environment: sandbox.variables(["KEYFOLIO_TOKEN": "kft_another"])
            )
            #expect(outcome.status != 0 && outcome.error.contains("KF-REMOTE-022"), "\(words): \(outcome.error)")
            #expect(
                outcome.error.contains("KEYFOLIO_ADDR") && !outcome.error.contains("kft_another"),
                "\(outcome.error)"
            )
        }
        let out = try sandbox.keyfolio("logout")
        #expect(out.status == 0 && out.error.contains("revoked"), "\(out.error)")
        #expect(!sandbox.exists(Self.login(sandbox)))
        // The folder's secrets are the server's all the same, until somebody says something else.
        for words in [["get", "SECRET_KEY"], ["list"], ["check"], ["set", "SECRET_KEY"]] {
            let outcome = try Command.run(
                [Command.keyfolio] + words,
                input: "canary",
                in: sandbox.project,
                environment: sandbox.variables([:])
            )
            #expect(outcome.status == 3 && outcome.error.contains("KF-PROJ-017"), "\(words): \(outcome.error)")
            #expect(outcome.error.contains("keyfolio login \(server.url)"), "\(words): \(outcome.error)")
        }
        let doctor = try sandbox.keyfolio("doctor", "--offline")
        #expect(
            (doctor.output + doctor.error).contains("keyfolio login \(server.url)"),
            "\(doctor.output)\(doctor.error)"
        )
        let after = try sandbox.keyfolio(
            "whoami",
            environment: server.environment.merging(["KEYFOLIO_TOKEN": token]) { _, new in new }
        )
        #expect(after.status == 4 && after.error.contains("KF-REMOTE-016"), "\(after.error)")
    }

    private static func token(in sandbox: Sandbox) throws -> String {
        let document = try JSONSerialization.jsonObject(with: Data(sandbox.read(login(sandbox)).utf8))
        let logins = (document as? [String: Any])?["logins"] as? [[String: Any]]
        return try #require(logins?.first?["token"] as? String)
    }

    @Test func `a client and a token log in, too`() throws {
        let server = try RemoteServer()
        let sandbox = try Sandbox()
        let client = try sandbox.keyfolio(
            "login",
            server.url,
            "--client",
            server.exports["AZURE_CLIENT_ID"] ?? "",
            "--secret-stdin",
            input: server.exports["AZURE_CLIENT_SECRET"] ?? "",
            environment: server.authority
        )
        #expect(client.status == 0, "\(client.error)")
        let token = try sandbox.keyfolio(
            "login",
            server.url,
            "--token-stdin",
            "--json",
            input: server.token,
            environment: server.authority
        )
        #expect(token.status == 0, "\(token.error)")
        #expect(try token.json()["root"] as? Bool == true)
        #expect(!token.output.contains(server.token))
        #expect(try sandbox.keyfolio("logout", "--keep-token").status == 0)
        let bad = try sandbox.keyfolio(
            "login",
            server.url,
            "--token-stdin",
            input: "kf-none",
            environment: server.authority
        )
        #expect(bad.status == 4 && !bad.error.contains("kf-none"), "\(bad.error)")
        #expect(!sandbox.exists(Self.login(sandbox)))
    }

    @Test func `a login that is over says how to begin again, and asks nobody`() throws {
        let sandbox = try Sandbox()
        try sandbox.write(
            Self.login(sandbox),
            """
            {"version": 1, "logins": [{"address": "https://127.0.0.1:1", "token": "kf-canary",
              "expires": "2026-01-01T00:00:00.000000Z"}]}
            """
        )
        let outcome = try sandbox.keyfolio("whoami")
        #expect(outcome.status == 4 && outcome.error.contains("KF-REMOTE-017"), "\(outcome.error)")
        #expect(outcome.error.contains("keyfolio login https://127.0.0.1:1"))
    }

    @Test(arguments: [
        "", "{}", "[]", "garbage", #"{"version": 2, "logins": []}"#, #"{"version": 1, "logins": [{}]}"#,
        #"{"version": 1, "logins": [{"address": "http://example.org", "token": "kf-canary"}]}"#,
        #"{"version": 1, "logins": [{"address": "https://a", "token": "kf-canary\r\nX: y"}]}"#,
    ])
    func `a file of logins that is none is refused, and not repeated`(text: String) throws {
        let sandbox = try Sandbox()
        try sandbox.write(Self.login(sandbox), text)
        let outcome = try sandbox.keyfolio("whoami")
        #expect([2, 10].contains(outcome.status), "\(outcome.status) \(outcome.error)")
        #expect(!outcome.error.contains("kf-canary"))
    }

    @Test func `a file of logins that others can read is not used`() throws {
        let sandbox = try Sandbox()
        try sandbox.write(Self.login(sandbox), #"{"version": 1, "logins": []}"#, mode: 0o644)
        let outcome = try sandbox.keyfolio("whoami")
        #expect(outcome.status == 10 && outcome.error.contains("KF-REMOTE-021"), "\(outcome.error)")
    }

    /// A folder that a store in a file answers in goes on with it until init is run there again.
    @Test func `a login changes nothing where a store in a file is in use`() throws {
        let server = try RemoteServer()
        let sandbox = try FirstPathTests.shop()
        try sandbox.keyfolio("set", "SECRET_KEY", input: "in-the-file")
        try sandbox.keyfolio("login", server.url, "--token-stdin", input: server.token, environment: server.authority)
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "in-the-file")
        #expect(try sandbox.keyfolio("init", "--store", server.url).status == 0)
        #expect(try sandbox.keyfolio("get", "SECRET_KEY").output == "in-the-file")
    }

    @Test func `a token is in no process list while the server is asked`() throws {
        let sandbox = try Sandbox()
        let slow = try HostileServer("slow")
        let script = """
            printf kf-list-canary | keyfolio login \(slow.url) --token-stdin 2>/dev/null &
            until grep -qa keyfolio /proc/$!/cmdline && ls -l /proc/$!/fd | grep -q socket: ; do :; done
            tr '\\0' ' ' </proc/$!/cmdline
            kill $!
            """
        let outcome = try sandbox.run("bash", "-c", script)
        #expect(outcome.output.contains("--token-stdin") && !outcome.output.contains("canary"), "\(outcome.output)")
    }

    @Test func `serve becomes the server beside the command, with every word`() throws {
        let sandbox = try Sandbox()
        let help = try sandbox.keyfolio("serve", "--help")
        #expect(help.status == 0 && help.output.contains("--tls-certificate"), "\(help.error)")
        let wrong = try sandbox.keyfolio("serve", "--tls-oldest", "1.1", "--dev")
        #expect(wrong.error.contains("--tls-oldest is 1.2 or 1.3"), "\(wrong.error)")
        try sandbox.run("cp", Command.keyfolio, "alone")
        let alone = try sandbox.run("./alone", "serve", "--dev")
        #expect(alone.status == 3 && alone.error.contains("KF-SERVE-001"), "\(alone.error)")
        try sandbox.write("bin/none", "")
        try sandbox.run("cp", "alone", "bin/keyfolio")
        try sandbox.write("libexec/keyfolio/keyfolio-server", "#!/bin/sh\necho \"$@\"\n", mode: 0o755)
        let installed = try sandbox.run("bin/keyfolio", "serve", "--dev", "--help", "a b")
        #expect(installed.output == "--dev --help a b\n", "\(installed.error)")
    }
}
