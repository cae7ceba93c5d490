/// What a command line asks for, free of how it was read: the argument parser makes one, and ``QuickWords`` makes one.
protocol Action {
    /// How it shows what it has to say.
    var display: Display { get }

    /// Does the work.
    ///
    /// - Returns: How it ended.
    func execute() throws -> ExitStatus
}

/// How an action shows what it has to say.
struct Display {
    /// Whether data on standard output is one JSON document.
    var json = false
    /// When output has colours.
    var color = ColourChoice.auto

    /// Whether standard output gets colours.
    var useColour: Bool { color.applies(toTerminal: Terminal.outputIsTerminal) }
}
