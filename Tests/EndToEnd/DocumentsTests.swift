import Foundation
import Testing

/// What is checked in and comes out of the command is what the command says today.
@Suite struct DocumentsTests {
    static let top: String = {
        var folder = (#filePath as NSString).deletingLastPathComponent
        for _ in 0..<2 { folder = (folder as NSString).deletingLastPathComponent }
        return folder
    }()

    @Test(arguments: [
        ("docs/codes.md", ["explain", "--all"]), ("docs/base-environment.md", ["explain", "--base-environment"]),
        ("Schemas/keyfolio.schema.json", ["schema", "manifest"]),
    ])
    func `a generated file is in step (scripts/generate.sh)`(file: String, arguments: [String]) throws {
        let outcome = try Command.run([Command.keyfolio] + arguments)
        let text = try String(contentsOfFile: "\(Self.top)/\(file)", encoding: .utf8)
        #expect(outcome.status == 0)
        #expect(outcome.output == text)
    }

    @Test func `every schema that the command has is checked in as it is, and no other`() throws {
        let folder = "\(Self.top)/Schemas/commands"
        let names = try CommandList.schemas()
        #expect(names.count > 25 && Set(names).count == names.count)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(Set(files) == Set(names.map { "\($0).schema.json" }), "scripts/generate.sh writes them anew")
        for name in names {
            let text = try String(contentsOfFile: "\(folder)/\(name).schema.json", encoding: .utf8)
            let outcome = try Command.run([Command.keyfolio, "schema", name])
            #expect(outcome.output == text, "\(name) is not in step: scripts/generate.sh")
        }
    }

    @Test(.enabled(if: Python.hasJSONSchema, "needs Python's jsonschema"))
    func `every schema is one of JSON Schema's draft 2020-12`() throws {
        let draft = #"{"$schema": "https://json-schema.org/draft/2020-12/schema", "#
        let meta = draft + #""$ref": "https://json-schema.org/draft/2020-12/schema"}"#
        let documents = try (CommandList.schemas() + ["manifest"]).map { name in
            (name, try Command.run([Command.keyfolio, "schema", name]).output, meta)
        }
        let mistakes = try Python.mistakes(documents)
        #expect(mistakes.isEmpty, "\(mistakes)")
        #expect(documents.allSatisfy { $0.1.contains("https://json-schema.org/draft/2020-12/schema") })
    }

    @Test func `every code that the sources raise has its entry on the page`() throws {
        let page = try String(contentsOfFile: "\(Self.top)/docs/codes.md", encoding: .utf8)
        let raised = try Command.run(["grep", "-rhoE", "\"KF-[A-Z]+-[0-9]+\"", "\(Self.top)/Sources"]).output
        #expect(raised.contains("KF-DOTENV-003") && raised.contains("KF-RUN-001"))
        for code in Set(raised.split(separator: "\n").map { $0.trimmingCharacters(in: ["\""]) }) {
            #expect(page.contains(code), "\(code) is not documented")
        }
    }

    @Test func `every code is explained: what it is, why it matters, and what mends it`() throws {
        let page = try Command.run([Command.keyfolio, "explain", "--all", "--json"]).json()
        let codes = try #require(page["codes"] as? [[String: Any]])
        #expect(codes.count > 500)
        for entry in codes {
            let code = try #require(entry["code"] as? String)
            let texts = ["title", "reason", "remedy"].map { entry[$0] as? String ?? "" }
            #expect(texts.allSatisfy { $0.count >= 8 } && Set(texts).count == 3, "\(code): \(texts)")
        }
        for (code, why, command) in [
            ("KF-REMOTE-025", "development server", "KEYFOLIO_CACERT=FILE"),
            ("KF-STORE-042", "revoked token", "accept-rollback"),
            ("KF-AGE-104", "identity", "-i FILE"), ("KF-HTTP-006", "renewed", "one pair"),
        ] {
            let told = try Command.run([Command.keyfolio, "explain", code.lowercased()]).output
            #expect(told.hasPrefix("\(code): ") && told.contains("\n\nWhy it matters: "), "\(told)")
            #expect(told.contains(why) && told.contains("\nHow it is mended: ") && told.contains(command), "\(told)")
        }
    }

    @Test(arguments: ["README.md", "docs/server.md", "docs/codes.md", "SECURITY.md"])
    func `every command that a page names is there, with the options it has there`(page: String) throws {
        let options = try CommandList.options()
        var text = try String(contentsOfFile: "\(Self.top)/\(page)", encoding: .utf8)
        text.replace("\\\n", with: " ")
        var found = 0
        // Code stands in blocks and between back quotes.
        let blocks = text.components(separatedBy: "```")
        for (number, part) in blocks.enumerated() {
            let lines =
                number % 2 == 1
                ? part.split(separator: "\n")
                : part.components(separatedBy: "\n\n").flatMap { $0.matches(of: /`([^`]+)`/).map { $0.1 } }
            for line in lines {
                for match in line.matches(of: /(^|[ \t(])keyfolio ([a-z][^#|;&<>()\n]*)/) {
                    let words = match.2.split { $0 == " " || $0 == "\n" }.map(String.init)
                    // A sentence about the program, not a command.
                    guard let known = options[[words[0]]] else {
                        #expect(number % 2 == 1, "\(page): \(match.2)")
                        continue
                    }
                    let inner = words.count > 1 ? options[[words[0], words[1]]] : nil
                    found += 1
                    for word in words.prefix(while: { $0 != "--" }) where word.hasPrefix("-") && word.count > 1 {
                        let name = word.split(separator: "=")[0].trimmingCharacters(in: [",", ".", "…", "]", "["])
                        #expect((inner ?? known).contains(name), "\(page): \(match.2) has no \(name)")
                    }
                }
            }
        }
        #expect(found > (page == "SECURITY.md" ? 3 : 10), "\(found)")
    }

    @Test func `every test that a promise names is there`() throws {
        let promises = try String(contentsOfFile: "\(Self.top)/SECURITY.md", encoding: .utf8)
        let sources = try Command.run(["grep", "-rhoE", "struct [A-Za-z0-9]+Tests", "\(Self.top)/Tests"]).output
        let known = Set(sources.split(separator: "\n").map { String($0.dropFirst("struct ".count)) })
        let names = promises.split(separator: "`").map(String.init).filter { $0.hasSuffix("Tests") }
        #expect(names.count > 12)
        for name in names { #expect(known.contains(name), "\(name)") }
        let paragraphs = promises.components(separatedBy: "## What is not promised")[0].components(separatedBy: "\n\n")
        for paragraph in paragraphs where paragraph.hasPrefix("**") {
            #expect(paragraph.contains("Tests`"), "no test is named: \(paragraph.prefix(60))")
        }
    }
}
