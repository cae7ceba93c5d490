import ArgumentParser
import Launch

/// `keyfolio serve` becomes this program: what answers on the network is apart from what starts in milliseconds.
@main
enum Main {
    static func main() {
        ProcessHardening.apply()
        ServeCommand.main()
    }
}
