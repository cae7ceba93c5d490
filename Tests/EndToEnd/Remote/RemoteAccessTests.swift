import Foundation
import Testing

/// Who may do what on a server, by the command line.
@Suite struct RemoteAccessTests {
    private static let policy = """
        path "secret/data/shop/development" { capabilities = ["read"] }
        """

    @Test func `a machine gets a token that reads what its policy names, and nothing else`() throws {
        let server = try RemoteServer()
        let sandbox = try Sandbox()
        let admin = server.environment
        for path in ["shop/development", "shop/production"] {
            try sandbox.keyfolio("set", "SECRET_KEY", "--path", path, input: path, environment: admin)
        }
        #expect(try sandbox.keyfolio("policy", "set", "reads", input: Self.policy, environment: admin).status == 0)
        #expect(try sandbox.keyfolio("policy", "show", "reads", environment: admin).output == Self.policy)
        #expect(try sandbox.keyfolio("role", "set", "reader", "--policy", "reads", environment: admin).status == 0)
        let made = try sandbox.keyfolio(
            "principal",
            "set",
            "ci",
            "--kind",
            "machine",
            "--role",
            "reader",
            environment: admin
        )
        #expect(made.status == 0, "\(made.error)")
        #expect(try sandbox.keyfolio("principal", "list", environment: admin).output.contains("machine  reader"))
        let issued = try sandbox.keyfolio("token", "issue", "--principal", "ci", "--for", "1h", environment: admin)
        #expect(
            issued.status == 0 && issued.output.hasPrefix("kft_") && !issued.output.contains("\n"),
            "\(issued.error)"
        )
        #expect(issued.error.contains("accessor") && !issued.error.contains(issued.output))
        let machine = server.authority.merging(["KEYFOLIO_ADDR": server.url, "KEYFOLIO_TOKEN": issued.output]) { $1 }
        func read(_ path: String) throws -> Command.Outcome {
            try sandbox.keyfolio("get", "SECRET_KEY", "--path", path, environment: machine)
        }
        #expect(try read("shop/development").output == "shop/development")
        let refused = try read("shop/production")
        #expect(refused.status == 4 && refused.error.contains("KF-STORE-010"), "\(refused.error)")
        let yes = try sandbox.keyfolio("access", "explain", "ci", "read", "shop/development", environment: admin)
        #expect(yes.output.hasPrefix("allowed\n"), "\(yes.error)")
        let no = try sandbox.keyfolio("access", "explain", "ci", "read", "shop/production", environment: admin)
        #expect(no.output.hasPrefix("denied\n"), "\(no.error)")
        let rule = "  path \"secret/data/shop/production\" {\n    capabilities = [\"read\"]\n  }\n"
        #expect(no.output.hasSuffix(rule) && !no.output.contains("\\n"), "\(no.output)")
        let found = try sandbox.keyfolio("audit", "query", "--path", "sys/principals/ci", environment: admin)
        #expect(
            found.output.contains("principal.write") && found.output.contains("sys/principals/ci"),
            "\(found.error)"
        )
        let refusals = try sandbox.keyfolio("audit", "query", "--outcome", "denied", environment: admin)
        #expect(refusals.output.contains("shop/production; no rule means it"), "\(refusals.output)")
        let denied = try sandbox.keyfolio("audit", "query", "--outcome", "denied", "--json", environment: admin)
        #expect(denied.output.contains(#""rule": "no rule means it""#), "\(denied.output)")
        #expect(try sandbox.keyfolio("sessions", "end", "--principal", "ci", environment: admin).status == 0)
        let ended = try read("shop/development")
        #expect(ended.status == 4 && ended.error.contains("KF-REMOTE-016"), "\(ended.error)")
        #expect(try sandbox.keyfolio("principal", "remove", "ci", environment: admin).status == 0)
        let gone = try sandbox.keyfolio("principal", "show", "ci", environment: admin)
        #expect(gone.status == 3 && gone.error.contains("KF-STORE-015"), "\(gone.error)")
    }

    @Test func `a refusal says which right to ask for, and not whether the secret is there`() throws {
        let server = try RemoteServer(isPlain: true)
        let sandbox = try Sandbox()
        try sandbox.keyfolio(
            "set",
            "SECRET_KEY",
            "--path",
            "shop/production",
            input: "canary",
            environment: server.environment
        )
        let token = try sandbox.keyfolio("token", "issue", "--policy", "default", environment: server.environment)
        let stranger = ["KEYFOLIO_ADDR": server.url, "KEYFOLIO_TOKEN": token.output]
        func refusal(_ words: [String]) throws -> String {
            let outcome = try Command.run(
                [Command.keyfolio] + words,
                input: "x",
                in: sandbox.project,
                environment: sandbox.variables(stranger)
            )
            #expect(outcome.status == 4 && outcome.error.contains("error[KF-STORE-010]"), "\(words) \(outcome.error)")
            return outcome.error
        }
        for (words, rights, command) in [
            (["get", "SECRET_KEY"], "read on secret/data/shop/production", "read shop/production"),
            (
                ["set", "SECRET_KEY"], "create (where there is nothing yet) and update on secret/data/shop/production",
                "write shop/production"
            ),
        ] {
            let there = try refusal(words + ["--path", "shop/production"])
            #expect(there.contains("it takes \(rights)\n"), "\(there)")
            #expect(
                there.contains("administrator") && there.contains("keyfolio access explain WHO \(command) "),
                "\(there)"
            )
            let elsewhere = try refusal(words + ["--path", "shop/nowhere"])
            #expect(elsewhere == there.replacingOccurrences(of: "production", with: "nowhere"))
        }
        for (words, rights) in [
            (["principal", "list"], "list on sys/principals"), (["audit", "show"], "read on sys/audit/log"),
            (["block", "add", "203.0.113.0/24"], "create on sys/blocks"), (["token", "list"], "list on sys/tokens"),
            (["list", "--paths"], "list on secret/metadata/"),
        ] {
            let told = try refusal(words)
            #expect(told.contains("it takes \(rights)\n"), "\(told)")
            #expect(told.contains("explain WHO \(rights.replacingOccurrences(of: " on ", with: " ")) which"), "\(told)")
        }
        // What the refusal names can be asked as it stands.
        try sandbox.keyfolio("principal", "set", "ci", "--kind", "machine", environment: server.environment)
        for question in [["write", "shop/production"], ["list", "secret/metadata/"], ["create", "sys/blocks"]] {
            let outcome = try Command.run(
                [Command.keyfolio, "access", "explain", "ci"] + question,
                in: sandbox.project,
                environment: sandbox.variables(server.environment)
            )
            #expect(outcome.output.hasPrefix("denied\n"), "\(outcome.error)")
        }
    }

    @Test func `the last administrator is kept unless it is said that this is meant`() throws {
        let server = try RemoteServer(isPlain: true)
        let sandbox = try Sandbox()
        func keyfolio(_ words: String..., input: String = "") throws -> Command.Outcome {
            try Command.run(
                [Command.keyfolio] + words,
                input: input,
                in: sandbox.project,
                environment: sandbox.variables(server.environment)
            )
        }
        let text = #"path "sys/*" { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }"#
        #expect(try keyfolio("policy", "set", "administration", input: text).status == 0)
        #expect(
            try keyfolio("policy", "set", "team", input: #"path "sys/principals/team-*" { capabilities = ["update"] }"#)
                .status == 0
        )
        #expect(try keyfolio("role", "set", "administrator", "--policy", "administration").status == 0)
        #expect(try keyfolio("principal", "set", "ada", "--role", "administrator").status == 0)
        // Neither of these could let anybody in: one is disabled, and the other has a few names only.
        #expect(try keyfolio("principal", "set", "bob", "--role", "administrator").status == 0)
        #expect(try keyfolio("principal", "set", "bob", "--disable").status == 0)
        #expect(try keyfolio("principal", "set", "cleo", "--policy", "team").status == 0)
        let before = try keyfolio("principal", "list").output
        let changes: [[String]] = [
            ["principal", "set", "ada", "--disable"], ["principal", "set", "ada", "--no-roles"],
            ["principal", "set", "ada", "--role", "developer"], ["principal", "remove", "ada"],
            ["role", "set", "administrator", "--policy", "team"], ["role", "remove", "administrator"],
            ["policy", "remove", "administration"], ["policy", "set", "administration", "-"],
        ]
        func change(_ words: [String]) throws -> Command.Outcome {
            try Command.run(
                [Command.keyfolio] + words,
                input: #"path "sys/audit/log" { capabilities = ["read"] }"#,
                in: sandbox.project,
                environment: sandbox.variables(server.environment)
            )
        }
        for words in changes {
            let refused = try change(words)
            #expect(refused.status == 8 && refused.error.contains("error[KF-STORE-085]"), "\(words) \(refused.error)")
            #expect(refused.error.contains("--force"), "\(refused.error)")
        }
        #expect(try keyfolio("principal", "list").output == before)
        #expect(try keyfolio("policy", "show", "administration").output == text)
        #expect(try keyfolio("audit", "query", "--outcome", "failed").output.contains("KF-STORE-085"))
        // What does not take the right away is nobody's concern, and with a second one nothing is at stake.
        #expect(try keyfolio("principal", "set", "ada", "--role", "administrator", "--role", "developer").status == 0)
        #expect(try keyfolio("principal", "set", "bob", "--enable").status == 0)
        #expect(try keyfolio("principal", "remove", "ada").status == 0)
        #expect(try keyfolio("principal", "set", "bob", "--disable").error.contains("KF-STORE-085"))
        #expect(try keyfolio("principal", "set", "bob", "--disable", "--force").status == 0)
        // Where there is none, none is taken away.
        #expect(try keyfolio("role", "remove", "administrator").status == 0)
        #expect(try keyfolio("principal", "remove", "bob").status == 0)
    }

    @Test func `nothing is issued for somebody who is disabled`() throws {
        let server = try RemoteServer(isPlain: true)
        let sandbox = try Sandbox()
        let admin = server.environment
        try sandbox.keyfolio("principal", "set", "ci", "--kind", "machine", "--disable", environment: admin)
        for words in [["token", "issue", "--principal", "CI"], ["key", "issue", "ci"], ["client", "issue", "ci"]] {
            let outcome = try sandbox.run([Command.keyfolio] + words, environment: admin)
            #expect(outcome.status == 8 && outcome.error.contains("error[KF-STORE-086]: ci is disabled"), "\(outcome)")
            #expect(outcome.error.contains("principal set ci --enable") && outcome.output.isEmpty, "\(outcome)")
        }
        // In a hurry a name is mistyped: that must not look as if it were done.
        for option in ["--disable", "--enable"] {
            let other = try sandbox.keyfolio("principal", "set", "cii", option, environment: admin)
            #expect(other.status == 3 && other.error.contains("KF-STORE-015"), "\(other)")
        }
        try sandbox.keyfolio("principal", "set", "backend", "--kind", "machine", environment: admin)
        let near = try sandbox.keyfolio("principal", "set", "bakend", "--disable", environment: admin)
        #expect(near.error.contains("did you mean 'backend'?"), "\(near)")
        #expect(try !sandbox.keyfolio("principal", "list", environment: admin).output.contains("bakend"))
        try sandbox.keyfolio("principal", "set", "ci", "--enable", environment: admin)
        #expect(try sandbox.keyfolio("token", "issue", "--principal", "ci", environment: admin).status == 0)
    }

    @Test func `what a server says of a command's words is said in those words`() throws {
        let server = try RemoteServer(isPlain: true)
        let sandbox = try Sandbox()
        let text = #"path "secret/data/x" { capabilities = ["read"] }"#
        try sandbox.keyfolio("policy", "set", "deploy", input: text, environment: server.environment)
        try sandbox.keyfolio("role", "set", "deployer", "--policy", "deploy", environment: server.environment)
        try sandbox.keyfolio("principal", "set", "backend", "--kind", "machine", environment: server.environment)
        for (words, told) in [
            (["block", "add", "nowhere"], "NETWORK must be a network like"),
            (["block", "add", "127.0.0.0/8"], "--for must be given: the network has your own address"),
            (["block", "add", "192.0.2.1", "--reason", String(repeating: "a", count: 600)], "--reason has at most"),
            (["token", "issue", "--policy", "deploy", "--uses", "0"], "--uses must be a number from 1 to"),
            (["token", "issue", "--policy", "deploy", "--address", "x"], "--address must be networks like"),
            (
                ["token", "issue", "--policy", "deploy", "--display-name", String(repeating: "a", count: 200)],
                "--display-name has at most"
            ),
            (["access", "explain", "backend", "raed", "shop/x"], "ACTION is one of read, write, create"),
            (["access", "explain", "backend", "raed", "shop/x"], "did you mean read?"),
            (["access", "explain", "backend", "udpate", "sys/blocks"], "did you mean update?"),
            (
                ["principal", "set", "ada", "--role", "develper"],
                "no such role: it was never made, or it was taken away; did you mean 'developer'?"
            ),
            (["principal", "set", "ada", "--role", "developer", "--role", "deploier"], "did you mean 'deployer'?"),
            (["principal", "set", "ada", "--policy", "deplyo"], "did you mean 'deploy'?"),
            (["role", "set", "other", "--policy", "deplyo"], "did you mean 'deploy'?"),
            (["principal", "show", "bakcend"], "did you mean 'backend'?"),
            (["principal", "remove", "bakcend"], "did you mean 'backend'?"),
            (["role", "remove", "deploier"], "did you mean 'deployer'?"),
            (["policy", "show", "deplyo"], "did you mean 'deploy'?"),
            (["policy", "remove", "deplyo"], "did you mean 'deploy'?"),
            (["token", "issue", "--principal", "bakend"], "did you mean 'backend'?"),
            (["key", "issue", "bakend"], "did you mean 'backend'?"),
            (["client", "issue", "bakend"], "did you mean 'backend'?"),
            (["sessions", "end", "--role", "devlopr"], "did you mean 'developer'?"),
            (["access", "explain", "bakend", "read", "shop/x"], "did you mean 'backend'?"),
        ] {
            let outcome = try sandbox.run([Command.keyfolio] + words, environment: server.environment)
            #expect(outcome.status != 0 && outcome.error.contains(told), "\(words) \(outcome.error)")
        }
        // Who may not list the names is told none of them.
        let writer = #"path "sys/principals/*" { capabilities = ["read", "update"] }"#
        try sandbox.keyfolio("policy", "set", "writer", input: writer, environment: server.environment)
        let token = try sandbox.keyfolio("token", "issue", "--policy", "writer", environment: server.environment)
        let outcome = try sandbox.keyfolio(
            "principal",
            "show",
            "bakcend",
            environment: ["KEYFOLIO_ADDR": server.url, "KEYFOLIO_TOKEN": token.output]
        )
        #expect(outcome.status == 3 && outcome.error.contains("KF-STORE-015"), "\(outcome.error)")
        #expect(!outcome.error.contains("did you mean"), "\(outcome.error)")
    }

    @Test func `the server's log answers the same questions as that of a store in a file`() throws {
        let server = try RemoteServer()
        let sandbox = try Sandbox()
        let admin = server.environment
        func keyfolio(_ words: String...) throws -> Command.Outcome {
            try Command.run([Command.keyfolio] + words, in: sandbox.project, environment: sandbox.variables(admin))
        }
        func json(_ words: String...) throws -> String {
            let outcome = try Command.run(
                [Command.keyfolio] + words + ["--json"],
                in: sandbox.project,
                environment: sandbox.variables(admin)
            )
            return outcome.output.filter { !$0.isWhitespace }
        }
        for path in ["shop/development", "shop/production"] {
            try sandbox.keyfolio("set", "SECRET_KEY", "--path", path, input: "canary-77", environment: admin)
        }
        #expect(try keyfolio("get", "SECRET_KEY", "--path", "shop/production").output == "canary-77")
        let shown = try keyfolio("audit", "show", "--last", "3", "--json")
        #expect(shown.status == 0 && !shown.output.contains("canary-77"), "\(shown.error)")
        let read = try keyfolio(
            "audit",
            "query",
            "--action",
            "secret.read",
            "--path",
            "shop/production",
            "--since",
            "1h"
        )
        #expect(read.status == 0, "\(read.error)")
        #expect(
            read.output.split(separator: "\n").count == 2 && read.output.contains("native 127.0.0.1"),
            "\(read.output)"
        )
        let first = try json("audit", "query", "--reverse", "-n", "2")
        #expect(first.contains(#""number":1,"#) && first.contains(#""next":2"#), "\(first)")
        let next = try json("audit", "query", "--reverse", "-n", "1", "--after", "2")
        #expect(next.contains(#""number":3,"#) && !next.contains(#""number":4,"#), "\(next)")
        #expect(try keyfolio("audit", "query", "--principal", "nobody").output.split(separator: "\n").count == 1)
        #expect(try keyfolio("audit", "query", "--outcome", "odd").error.contains("KF-AUDIT-004"))
        let report = try keyfolio("audit", "report", "--since", "1h", "--by", "secret")
        #expect(report.status == 0, "\(report.error)")
        #expect(report.output.contains("Secrets that nobody read\n\nshop/development"), "\(report.output)")
        #expect(try json("audit", "report").contains(#""unreadSecrets":["shop/development"]"#))
        // Whoever reads the log has the report; what is of no log is passed over, and that is no refusal.
        let everything = #"path "sys/*" { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }"#
        try sandbox.keyfolio("policy", "set", "manages", input: everything, environment: admin)
        let log = #"path "sys/audit/log" { capabilities = ["read"] }"#
        try sandbox.keyfolio("policy", "set", "log", input: log, environment: admin)
        let (secrets, people) = ("which secrets nobody read", "whose rights were not used")
        for (policy, passedOver) in [("security", [secrets]), ("manages", [secrets]), ("log", [secrets, people])] {
            let token = try sandbox.keyfolio("token", "issue", "--policy", policy, environment: admin).output
            let reviewer = admin.merging(["KEYFOLIO_TOKEN": token]) { $1 }
            let review = try sandbox.keyfolio("audit", "report", environment: reviewer)
            #expect(review.status == 0 && review.output.contains("secret.read"), "\(policy) \(review.error)")
            #expect(!review.output.contains("Secrets that nobody read"), "\(policy) \(review.output)")
            for part in [secrets, people] {
                #expect(review.error.contains("Passed over: \(part)") == passedOver.contains(part), "\(review.error)")
            }
            #expect(review.error.contains("It takes list on secret/metadata/.\n"), "\(policy) \(review.error)")
            let document = try sandbox.keyfolio("audit", "report", "--json", environment: reviewer).output
            #expect(document.filter { !$0.isWhitespace }.contains(#""part":"unreadSecrets""#), "\(document)")
        }
        let tried = try keyfolio("audit", "query", "--outcome", "denied")
        #expect(tried.status == 0 && tried.output.split(separator: "\n").count == 1, "\(tried.output)")
        let verdict = try keyfolio("audit", "verify")
        #expect(
            verdict.status == 0 && verdict.output.isEmpty && verdict.error.contains("is intact"),
            "\(verdict.error)"
        )
        let refused = try sandbox.keyfolio("token", "issue", "--policy", "default", environment: admin)
        let stranger = server.authority.merging(["KEYFOLIO_ADDR": server.url, "KEYFOLIO_TOKEN": refused.output]) { $1 }
        for words in [["audit", "show"], ["audit", "report"], ["audit", "verify"]] {
            let outcome = try Command.run(
                [Command.keyfolio] + words,
                in: sandbox.project,
                environment: sandbox.variables(stranger)
            )
            #expect(outcome.status == 4 && outcome.error.contains("KF-STORE-010"), "\(words) \(outcome.error)")
        }
    }

    @Test func `a list of more tokens than a page has is whole`() throws {
        let server = try RemoteServer(isPlain: true)
        let sandbox = try Sandbox()
        let program = """
            import http.client, json, os, urllib.parse
            place = urllib.parse.urlsplit(os.environ["KEYFOLIO_ADDR"])
            server = http.client.HTTPConnection(place.hostname, place.port)
            for number in range(1003):
                head = {"Authorization": "Bearer " + os.environ["KEYFOLIO_TOKEN"]}
                server.request("POST", "/api/v1/tokens", json.dumps({"policies": ["default"], "seconds": 3600}), head)
                answer = server.getresponse()
                assert answer.read() and answer.status == 201, answer.status
            """
        let made = try Command.run(
            ["python3", "-c", program],
            in: sandbox.project,
            environment: sandbox.variables(server.environment)
        )
        #expect(made.status == 0, "\(made.error)")
        let listed = try sandbox.keyfolio("token", "list", environment: server.environment)
        // And the root token, and a line of titles.
        #expect(listed.output.split(separator: "\n").count == 1005, "\(listed.error)")
    }

    @Test func `an access key's and a client's secret is alone on standard output, once`() throws {
        let server = try RemoteServer(isPlain: true)
        let sandbox = try Sandbox()
        try sandbox.keyfolio("principal", "set", "ci", "--kind", "machine", environment: server.environment)
        for kind in ["key", "client"] {
            let issued = try sandbox.keyfolio(kind, "issue", "ci", environment: server.environment)
            #expect(issued.status == 0 && issued.output.count >= 20, "\(issued.error)")
            #expect(!issued.output.contains { $0.isWhitespace } && !issued.error.contains(issued.output))
            let listed = try sandbox.keyfolio(kind, "list", "--json", environment: server.environment)
            #expect(!listed.output.contains(issued.output))
        }
    }

    @Test func `without a server these commands say how to choose one`() throws {
        let sandbox = try FirstPathTests.shop()
        for words in [["principal", "list"], ["whoami"], ["logout"], ["policy", "show", "a"]] {
            let outcome = try Command.run([Command.keyfolio] + words, environment: sandbox.variables([:]))
            #expect(outcome.status == 2 && outcome.error.contains("KF-REMOTE-019"), "\(words): \(outcome.error)")
        }
        let mistyped = try sandbox.keyfolio("principal", "lst")
        #expect(mistyped.status == 2 && mistyped.error.contains("did you mean 'list'"), "\(mistyped.error)")
    }
}
