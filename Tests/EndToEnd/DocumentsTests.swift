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
        ("Schemas/commands/list.schema.json", ["schema", "list"]),
    ])
    func `a generated file is in step (scripts/generate.sh)`(file: String, arguments: [String]) throws {
        let outcome = try Command.run([Command.keyfolio] + arguments)
        let text = try String(contentsOfFile: "\(Self.top)/\(file)", encoding: .utf8)
        #expect(outcome.status == 0)
        #expect(outcome.output == text)
    }

    @Test func `every code that the sources raise has its entry on the page`() throws {
        let page = try String(contentsOfFile: "\(Self.top)/docs/codes.md", encoding: .utf8)
        let raised = try Command.run(["grep", "-rhoE", "\"KF-[A-Z]+-[0-9]+\"", "\(Self.top)/Sources/keyfolio"]).output
        for code in Set(raised.split(separator: "\n").map { $0.trimmingCharacters(in: ["\""]) }) {
            #expect(page.contains(code), "\(code) is not documented")
        }
    }
}
