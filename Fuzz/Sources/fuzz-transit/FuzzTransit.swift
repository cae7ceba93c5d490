import FuzzDriver
import Server

@main
enum FuzzTransit {
    static func main() {
        FuzzDriver.run { input in
            let rest = Array(input.dropFirst())
            // The first byte chooses: a ciphertext or signature, the body of a request, a backup.
            switch (input.first ?? 0) % 3 {
            case 0:
                let text = String(decoding: rest, as: UTF8.self)
                FuzzDriver.require(TransitFuzzing.readsText(text), "a text that nobody made was taken")
            case 1: FuzzDriver.require(TransitFuzzing.readsBody(rest), "an invariant of bodies")
            default: FuzzDriver.require(TransitFuzzing.readsBackup(rest), "a backup did not come back")
            }
        }
    }
}
