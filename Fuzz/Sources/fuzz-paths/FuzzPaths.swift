import FuzzDriver
import Server

@main
enum FuzzPaths {
    static func main() {
        FuzzDriver.run { input in
            // The first byte chooses, then texts with a line's end between them.
            let choice = input.first ?? 0
            let parts = input.dropFirst().split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            func part(_ position: Int) -> String { position < parts.count ? parts[position] : "" }
            switch choice % 4 {
            case 0, 1:
                let holds = PathFuzzing.goesThroughVault(mount: part(0), path: part(1), isFlat: choice % 4 == 1)
                FuzzDriver.require(holds, "a path of a mount did not come back, or is another mount's")
            case 2:
                let holds = PathFuzzing.goesThroughAzure(part(0), part(1), vault: part(2))
                FuzzDriver.require(holds, "a name did not come back")
            default: FuzzDriver.require(PathFuzzing.readsTarget("/v1/" + part(0)), "a target was read in two ways")
            }
        }
    }
}
