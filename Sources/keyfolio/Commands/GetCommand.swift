import ArgumentParser

/// `keyfolio get`: one value in the clear, and nothing else.
struct GetCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Print one value of the store.",
        discussion: """
            The value goes to standard output as it is; a newline is added only on a
            terminal. With --path and without a name, the one text or the bytes that the
            secret holds are printed, as clients of AWS and Azure write them.

            Examples:
              keyfolio get SECRET_KEY
              keyfolio get DATABASE_URL --env production
              keyfolio get SECRET_KEY --version 3
              keyfolio get --path billing/stripe API_KEY
              keyfolio get --path billing/certificate > certificate.pem
            """
    )

    @Argument(help: ArgumentHelp("The variable's name.", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("An older version instead of the current one.", valueName: "number"))
    var version: Int?

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard name != nil || place.path != nil else { throw ValidationError("Missing expected argument '<name>'") }
    }

    func execute() throws -> ExitStatus { try action.execute() }

    /// What the options say.
    var action: GetAction { GetAction(name: name, version: version, place: place.place, display: display) }
}
