import Findings
import Manifest
import Secrets
import Testing

@Suite struct NewValueTests {
    @Test func `a variable with a generator gets its value`() throws {
        let variable = Variable(name: "A", type: .secret, generator: .hex(bytes: 32))
        guard case .made(let value) = variable.newValue(replacing: nil) else {
            Issue.record("no value was made")
            return
        }
        #expect(value.byteCount == 64)
        guard case .noGenerator = Variable(name: "A", type: .secret).newValue(replacing: value) else {
            Issue.record("a value was made without a generator")
            return
        }
    }

    @Test func `of a URL only the password is new, and the new URL is clean`() throws {
        var rules = Rules()
        rules.minimumPasswordLength = 40
        let variable = Variable(name: "URL", type: .postgresURL, rules: rules)
        let old = Secret("postgresql://app:weak@db.example.com:5433/app?sslmode=verify-full")
        guard case .made(let new) = variable.newValue(replacing: old) else {
            Issue.record("no value was made")
            return
        }
        let url = PostgresURL.parse(new).url
        #expect(url.user == "app")
        #expect(url.hosts.map(\.port) == [5433])
        #expect(url.sslMode == .verifyFull)
        #expect(url.password?.byteCount == 40)
        #expect(variable.type.faults(in: new).isEmpty)
        // The password's characters need no encoding, so it stands in the URL as it is.
        #expect(new.reveal().contains(try #require(url.password).reveal()))
    }

    @Test func `without a readable URL nothing is made`() {
        let variable = Variable(name: "URL", type: .postgresURL)
        guard case .needsURL = variable.newValue(replacing: nil),
            case .needsURL = variable.newValue(replacing: Secret(""))
        else {
            Issue.record("a URL was made from nothing")
            return
        }
        guard case .unreadableURL(let faults) = variable.newValue(replacing: Secret("postgresql://app:p@ss@db/app"))
        else {
            Issue.record("a doubtful URL was changed")
            return
        }
        #expect(faults.map(\.code) == [TypeCodes.pgReserved])
    }
}
