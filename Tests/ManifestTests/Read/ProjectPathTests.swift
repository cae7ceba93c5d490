import Testing

@testable import Manifest

@Suite struct ProjectPathTests {
    @Test(arguments: [
        (".env", false), ("a/../b", false), ("..", true), ("../x", true), ("a/../../x", true), ("./..", true),
        ("..a/b", false),
        // A slash with an accent after it is a slash to the system.
        ("../\u{301}x", true), ("a/..\u{301}", false),
    ])
    func `a path that leads out of the project is known`(path: String, leaves: Bool) {
        #expect(ProjectPath.leavesProject(path) == leaves)
    }

    @Test func `a command in a finding is one that a shell reads as it is meant`() {
        #expect(CommandLine.quoted("NAME") == "NAME")
        #expect(CommandLine.quoted("it's") == "'it'\\''s'")
        #expect(CommandLine.quoted("'\u{301};id").utf8.elementsEqual("''\\''\u{301};id'".utf8))
    }
}
