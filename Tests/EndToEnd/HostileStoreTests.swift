import Foundation
import Testing

/// A store, a key folder or a backup that somebody else had in hand, and what a person then does as the words say.
@Suite struct HostileStoreTests {
    private func data(_ sandbox: Sandbox) -> String { sandbox.home + "/.local/share/keyfolio" }

    @Test func `an export without a public key is intact in itself and no more`() throws {
        let sandbox = try FirstPathTests.shop()
        let own = try sandbox.keyfolio("audit", "verify", "--json").json()
        #expect(own["authenticated"] as? Bool == true)
        let key = try #require(own["publicKey"] as? String)
        try sandbox.write("log", try sandbox.keyfolio("audit", "export").output)
        let alone = try sandbox.keyfolio("audit", "verify", "--file", "log")
        #expect(alone.status == 0 && alone.error.contains("in itself") && alone.error.contains("--public-key"))
        let json = try sandbox.keyfolio("audit", "verify", "--file", "log", "--json").json()
        #expect(json["authenticated"] as? Bool == false && json["intact"] as? Bool == true)
        #expect(json["publicKey"] as? String == key)
        for known in [key, key.uppercased()] {
            let outcome = try sandbox.keyfolio("audit", "verify", "--file", "log", "--public-key", known)
            #expect(outcome.status == 0 && !outcome.error.contains("in itself"), "\(outcome.error)")
        }
        // Another store's whole log, given out as this one's.
        let forged = try FirstPathTests.shop()
        try sandbox.write("forged", try forged.keyfolio("audit", "export").output)
        #expect(try sandbox.keyfolio("audit", "verify", "--file", "forged", "--public-key", key).status == 7)
    }
}
