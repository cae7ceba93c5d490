/// The version that `--version` prints, of the command and of the server, which are installed together.
public let keyfolioVersion = "0.1.0"
