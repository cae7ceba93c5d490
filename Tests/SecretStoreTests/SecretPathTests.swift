import SecretStore
import Testing

@Suite struct SecretPathTests {
    @Test(arguments: ["a", "shop/production", "a/...", "a/b..c", "A-z_0.9@x+y=z", String(repeating: "p", count: 1024)])
    func `a path of plain segments is taken as it is`(text: String) throws {
        #expect(try SecretPath(text).text == text)
    }

    @Test(arguments: [
        ("", "empty"), ("/a", "begins"), ("a/", "ends"), ("a//b", "two slashes"), (".", ". or .."),
        ("a/../b", ". or .."),
        ("a/./b", ". or .."), ("..", ". or .."), ("a/+/b", "lone +"), ("a\0b", "byte 2"), ("a\nb", "byte 2"),
        ("a b", "byte 2"), ("a*", "byte 2"), ("a%2e%2e", "byte 2"), ("a\\b", "byte 2"), ("ä", "byte 1"),
        ("a;b", "byte 2"),
        (String(repeating: "p", count: 1025), "longer"), (String(repeating: "p/", count: 5000), "longer"),
    ])
    func `a path that could be read as another is refused, with the rule and without the text`(
        text: String,
        why: String
    ) {
        #expect {
            try SecretPath(text)
        } throws: { error in
            guard let error = error as? StoreError else { return false }
            return error.code == "KF-STORE-070" && error.message.contains(why)
                && (text.utf8.count < 8 || !error.description.contains(text))
        }
    }

    @Test func `a path is inside its prefix by whole segments`() throws {
        let path = try SecretPath("a/b/c")
        #expect(path.isInside(try SecretPath("a/b")))
        #expect(path.isInside(path))
        #expect(!path.isInside(try SecretPath("a/b/c/d")))
        #expect(!(try SecretPath("a/bc")).isInside(try SecretPath("a/b")))
    }
}
