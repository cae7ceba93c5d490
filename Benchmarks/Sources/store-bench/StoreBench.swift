import SecretStore
import StorageSQLite
import Vaulting

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What `measure.py` runs to have a large store, and to measure inside one process what a command's start would hide.
///
///     store-bench fill STORE KEY COUNT     makes a store of COUNT secrets: bench/secret/0, bench/secret/1, …
///     store-bench read STORE KEY COUNT     reads secrets of it at random; prints one JSON object of figures
@main
struct StoreBench {
    static func main() {
        do {
            try run(CommandLine.arguments)
        } catch {
            print("store-bench: \((error as? StoreError)?.code ?? "it failed")")
            exit(1)
        }
    }

    private static func run(_ arguments: [String]) throws {
        guard arguments.count == 5, let count = Int(arguments[4]), count > 0 else {
            print("usage: store-bench fill|read STORE KEY COUNT")
            exit(2)
        }
        let (store, key) = (arguments[2], KeySource.keyFile(arguments[3]))
        let identity = Identity.owner(Principal("user:bench"))
        switch arguments[1] {
        case "fill": try fill(try LocalVault.create(at: store, key: key, identity: identity), count: count)
        case "read": print(try Figures(of: LocalVault.open(at: store, key: key, identity: identity), count: count).json)
        default: exit(2)
        }
    }

    /// The path of a secret of the store.
    static func path(_ number: Int) throws(StoreError) -> SecretPath { try SecretPath("bench/secret/\(number)") }
}
