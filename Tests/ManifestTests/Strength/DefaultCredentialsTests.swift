import Manifest
import Secrets
import Testing

@Suite struct DefaultCredentialsTests {
    @Test(arguments: [
        ("postgres", "postgres"), ("admin", "admin"), ("root", "toor"), ("user", "password"), ("postgres", "password"),
        ("Admin", "ADMIN"), ("app", "app123"), ("portfolio", "portfolio"), ("portfolio", "portfolio2025"),
        ("portfolio", "portfolio!"),
        ("portfolio", "oiloftrop"), ("ab", "abab"), ("sa", "123456"), ("postgres", "mysecretpassword"),
    ])
    func `pairs that everybody tries are found`(user: String, password: String) {
        #expect(DefaultCredentials.areDefault(user: user, password: Secret(password)))
    }

    @Test(arguments: [
        ("postgres", "kR7-vBn2_qLx9wM4"), ("portfolio", "portfolio-kR7-vBn2"), ("alice", "password"),
        ("app", "application"),
        ("a", "abcdefgh"), ("", "x1y2z3"),
    ])
    func `others are not`(user: String, password: String) {
        #expect(!DefaultCredentials.areDefault(user: user, password: Secret(password)))
    }

    @Test func `without a password there is nothing to tell`() {
        #expect(!DefaultCredentials.areDefault(user: "postgres", password: nil))
        #expect(!DefaultCredentials.areDefault(user: "postgres", password: Secret("")))
        #expect(DefaultCredentials.areDefault(user: nil, password: Secret("postgres")))
    }
}
