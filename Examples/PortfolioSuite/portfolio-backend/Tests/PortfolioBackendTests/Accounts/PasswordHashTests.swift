import Testing

@testable import PortfolioBackend

struct PasswordHashTests {
    /// Computed with Python's `hashlib.scrypt`.
    @Test(arguments: [
        ("correct horse", "$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$Q7EcH175P/kcU7JE2HRU+qTRrq/BS6UbCRYPdBaC5y8"),
        ("pässwörd", "$scrypt$ln=10,r=8,p=5$AAECAwQFBgcICQoLDA0ODw$xbxoR/3c7vZKnlJc+dNHBAQXSCbZWIHKZgh98N9sx30"),
        ("", "$scrypt$ln=1,r=1,p=1$AAECAwQFBgcICQoLDA0ODw$frqSkhyw3p4TC/dIBk2h7dz8AUpbYDL9jiOl9vsddqk"),
    ])
    func `a hash that another implementation made is understood`(password: String, stored: String) throws {
        let hash = try #require(PasswordHash(stored))
        #expect(try hash.matches(password))
        #expect(try !hash.matches(password + "x"))
        #expect(hash.description == stored)
    }

    @Test func `the same password gives another hash each time, and both match`() throws {
        let first = try PasswordHash(password: "secret words", cost: Fixture.cheap)
        let second = try PasswordHash(password: "secret words", cost: Fixture.cheap)
        #expect(first != second)
        #expect(try first.matches("secret words") && second.matches("secret words"))
        #expect(PasswordHash(first.description) == first)
    }

    @Test(arguments: [
        "", "plain", "$scrypt$", "$bcrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AA",
        "$scrypt$ln=4,r=8$AAECAwQFBgcICQoLDA0ODw$AA",
        "$scrypt$ln=x,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=30,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=4,r=999,p=1$AAECAwQFBgcICQoLDA0ODw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=4,r=8,p=0$AAECAwQFBgcICQoLDA0ODw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=4,r=8,p=1$AAEC$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AAAA", "$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$!!",
    ])
    func `a damaged or unbearable hash is refused`(stored: String) {
        #expect(PasswordHash(stored) == nil)
    }

    @Test func `nobody's hash matches nothing`() throws {
        let nobody = PasswordHash(ofNobody: Fixture.cheap)
        #expect(try !nobody.matches("") && !nobody.matches("password"))
    }

    @Test func `a full queue turns the next away`() {
        let queue = Queue(limit: 2)
        #expect(queue.enter() && queue.enter() && !queue.enter())
        queue.leave()
        #expect(queue.enter())
    }
}
