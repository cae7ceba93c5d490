import SecretStore
import StorageSQLite
import Vaulting

/// What `measure.py` runs to have a large store, and to measure inside one process what a command's start would hide.
///
///     store-bench fill STORE KEY COUNT     makes a store of COUNT secrets: bench/secret/0, bench/secret/1, …
///     store-bench read STORE KEY COUNT     reads secrets of it at random; prints one JSON object of figures
///     store-bench dotenv                   only the part of `read` that needs no store
@main
struct StoreBench {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let count = Int(arguments[4]), count > 0 else {
            guard arguments.count == 2, arguments[1] == "dotenv" else {
                return print("usage: store-bench fill|read STORE KEY COUNT")
            }
            return print(#"{"dotenvSeconds": \#(EnvironmentFile.secondsToRead())}"#)
        }
        let (store, key) = (arguments[2], KeySource.keyFile(arguments[3]))
        let identity = Identity.owner(Principal("user:bench"))
        switch arguments[1] {
        case "fill":
            let vault = try LocalVault.create(at: store, key: key, identity: identity)
            try fill(vault, count: count)
        case "read":
            let vault = try LocalVault.open(at: store, key: key, identity: identity)
            print(try Figures(of: vault, count: count).json)
        default: print("usage: store-bench fill|read STORE KEY COUNT")
        }
    }

    /// The path of a secret of the store.
    static func path(_ number: Int) throws(StoreError) -> SecretPath { try SecretPath("bench/secret/\(number)") }
}
