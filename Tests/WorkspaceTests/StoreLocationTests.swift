import Testing
import Workspace

@Suite struct StoreLocationTests {
    @Test func `no two stores that were chosen by hand have one key file's name`() {
        let paths = [
            "/x/a-b/s.db", "/x/a/b/s.db", "/x/a-/b/s.db", "/x/a/-b/s.db", "/x/a_/b/s.db", "/x/a_-b/s.db",
            "/x/a--b/s.db",
            "/x-a-b-s.db", "/x/a_b/s.db", "/x/a__b/s.db",
        ]
        let keys = paths.map { StoreLocation.local(named: "", chosen: $0).keyFile }
        #expect(Set(keys).count == paths.count, "\(keys)")
        // Nor that of a project's store.
        #expect(!keys.contains(StoreLocation.local(named: "x-a-b-s.db").keyFile))
    }
}
