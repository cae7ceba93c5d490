import Testing
import Workspace

@Suite struct PathsTests {
    @Test(arguments: [("/a/b/../c", "/a/c"), ("/../x", "/x"), ("b/./c", "/base/b/c"), ("../y", "/y")])
    func `paths are made absolute by text`(path: String, expected: String) {
        #expect(Paths.absolute(path, in: "/base") == expected)
    }
}
