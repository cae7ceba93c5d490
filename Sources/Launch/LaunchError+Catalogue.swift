extension LaunchError {
    /// Every code with what it is, for a page that documents them all.
    public static var catalogue: [(code: String, title: String)] { Kind.allCases.map { ($0.rawValue, $0.title) } }
}

extension LaunchError.Kind {
    fileprivate var title: String {
        switch self {
        case .notFound: "There is no such program"
        case .notExecutable: "The program may not be executed"
        case .isFolder: "The program is a folder"
        case .interpreterMissing: "What should run the program is not there"
        case .wrongFormat: "The program is in a format that this machine does not run"
        case .tooLong: "Arguments and variables are longer together than the system allows"
        case .variableTooLong: "A variable is longer than the system allows"
        case .argumentTooLong: "An argument is longer than the system allows"
        case .argumentWithNul: "An argument has a NUL character in it"
        case .variableName: "A name cannot be an environment variable's"
        case .variableWithNul: "A variable has a NUL character in it"
        case .variableReserved: "A variable is kept for the system"
        case .busy: "The program's file is being written"
        case .notStarted: "The program was not started, for a reason of the system's"
        case .noProcess: "No process could be made"
        case .noTerminal: "No terminal could be made"
        case .outputLost: "The application's output could not be passed on"
        case .tooMuchToRedact: "The secrets are more than can be looked for in output"
        }
    }
}
