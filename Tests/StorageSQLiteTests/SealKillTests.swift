import Glibc
import SecretStore
import Secrets
import StorageSQLite
import Testing
import Vaulting

/// The seal and the rings under `kill -9`, at every write that SQLite makes, before it and in its middle.
@Suite struct SealKillTests {
    /// A store as it is before a change, to be copied for each death.
    private struct Original {
        let store: TemporaryStore
        let shares: [Secret<[UInt8]>]
        let path: SecretPath

        init(_ what: String) throws {
            store = try TemporaryStore()
            path = try SecretPath("shop/production")
            let production = try EnvironmentName("production")
            var shares: [Secret<[UInt8]>] = []
            let vault = try store.create()
            for number in 1...3 {
                try vault.write(path, fields(["A": "\(number)"]), options: WriteOptions(environment: production))
            }
            switch what {
            case "remove": try vault.addSlot(.keyFile(store.keyFile + ".2"))
            case "shares", "verified", "rotate-all":
                let shared = try SharedKey(shares: 3, threshold: 2)
                try vault.addSlot(.shares(shared))
                shares = shared.shares
            case "rewrap": try vault.rotateRing(of: production)
            default: break
            }
            self.shares = shares
        }

        /// A copy of the files, as they are on the disk.
        func copy() throws -> TemporaryStore {
            let copy = try TemporaryStore()
            unsafe mkdir(copy.folder + "/keys", 0o700)
            for name in names(in: store.folder) where name.hasPrefix("store.keyfolio") && !name.hasSuffix("-shm") {
                try write(try contents(of: "\(store.folder)/\(name)"), to: "\(copy.folder)/\(name)")
            }
            for name in names(in: store.folder + "/keys") {
                let file = "\(copy.folder)/keys/\(name)"
                try write(try contents(of: "\(store.folder)/keys/\(name)"), to: file)
                unsafe chmod(file, 0o600)
            }
            return copy
        }
    }

    /// Whether a key opens the store, with everything in it as it was. Any error but the key's own fails the test.
    private func opens(_ store: TemporaryStore, _ key: KeySource, _ original: Original) throws -> Bool {
        do {
            let vault = try LocalVault.open(
                at: store.path,
                key: key,
                identity: store.identity,
                anchorFolder: store.folder + "/keys"
            )
            for number in 1...3 {
                #expect(try vault.read(original.path, version: .number(number)).clear == ["A": "\(number)"])
            }
            #expect(try vault.verifyAudit().isIntact)
            return true
        } catch {
            let refusals = ["KF-STORE-020", "KF-STORE-021", "KF-STORE-025", "KF-STORE-028"]
            guard refusals.contains(error.code) else { throw error }
            return false
        }
    }

    private func combined(_ shares: some Sequence<Secret<[UInt8]>>) throws -> KeySource {
        .shares(try #require(SharedKey(combining: Array(shares))))
    }

    @Test(
        arguments: ["add", "replace", "remove", "shares", "verified", "rotate", "rotate-all", "rewrap"],
        ["before", "torn"]
    )
    func `killed at any write, there is a key that opens the store, and nothing is lost`(
        what: String,
        mode: String
    ) throws {
        let original = try Original(what)
        var deaths = 0
        while true {
            let store = try original.copy()
            let child = try Child(["crash", store.path, store.keyFile, what, "\(deaths + 1)", mode])
            let lines = child.remainingLines()
            let status = child.wait()
            let isDone = lines.last == "done"
            #expect(status == (isDone ? 0 : nil), "\(what) \(deaths): \(lines)")
            let (first, second) = (store.key, KeySource.keyFile(store.keyFile + ".2"))
            switch what {
            case "add":
                #expect(try opens(store, first, original))
                if isDone { #expect(try opens(store, second, original)) }
            case "replace":
                let (isOld, isNew) = try (opens(store, first, original), opens(store, second, original))
                // One or the other, never both, and never neither.
                #expect(isOld != isNew, "\(what) \(mode) \(deaths)")
                if isDone { #expect(isNew) }
            case "remove":
                #expect(try opens(store, first, original))
                if isDone { #expect(try !opens(store, second, original)) }
            case "shares":
                let given = lines.dropLast(isDone ? 1 : 0)
                    .map { line in Secret(line.split(separator: " ").compactMap { UInt8($0) }) }
                let isOld = try opens(store, combined(original.shares[0...1]), original)
                // Shares that were given out open the store from then on, whatever happens afterwards.
                let isNew = given.count == 3 ? try opens(store, combined(given[1...2]), original) : false
                #expect(isOld || isNew, "\(what) \(mode) \(deaths)")
                if given.count == 3 { #expect(isNew) }
                if isDone { #expect(!isOld) }
                #expect(try opens(store, first, original))
            case "verified":
                let given = lines.dropLast(isDone ? 1 : 0)
                    .map { line in Secret(line.split(separator: " ").compactMap { UInt8($0) }) }
                #expect(given.count == 3)
                let isOld = try opens(store, combined(original.shares[0...1]), original)
                let isNew = try opens(store, combined(given[1...2]), original)
                // One set or the other, never both, and never neither; another slot is untouched.
                #expect(isOld != isNew, "\(what) \(mode) \(deaths)")
                if isDone { #expect(isNew) }
                #expect(try opens(store, first, original))
            case "rotate-all":
                // openbao#2619: a rotation is no rekey.
                #expect(try opens(store, first, original))
                #expect(try opens(store, combined(original.shares[1...2]), original))
            default: #expect(try opens(store, first, original))
            }
            // What was begun can be done again, or gone on with.
            let canGoOn = what == "replace" ? try opens(store, first, original) : true
            if !isDone, deaths.isMultiple(of: 5), canGoOn {
                let again = try Child(["crash", store.path, store.keyFile, what, "1000000", mode]).remainingLines()
                #expect(
                    ["done", "KF-STORE-008", "KF-STORE-079", "KF-STORE-084"].contains(again.last ?? ""),
                    "\(again)"
                )
            }
            if isDone { break }
            deaths += 1
        }
        // Else the writes were not counted at all.
        #expect(deaths >= 3, "\(what): \(deaths)")
    }
}
