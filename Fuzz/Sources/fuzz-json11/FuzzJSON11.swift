import FuzzDriver
import Server

@main
enum FuzzJSON11 {
    static func main() {
        FuzzDriver.run { input in
            let rest = Array(input.dropFirst())
            // The first byte chooses: a body of any action, or a policy of a secret.
            if (input.first ?? 0) & 1 == 0 {
                FuzzDriver.require(AWSFuzzing.readsBody(rest), "an invariant of bodies")
            } else {
                let text = String(decoding: rest, as: UTF8.self)
                FuzzDriver.require(AWSFuzzing.readsPolicy(text), "a statement that denies was overruled")
            }
        }
    }
}
