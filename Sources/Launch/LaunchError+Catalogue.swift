extension LaunchError {
    /// Every code, for the page that documents them all: what it is, why it is so, and what mends it.
    public static var catalogue: [(code: String, title: String, reason: String, fix: String)] {
        Kind.allCases.map {
            let (reason, fix) = $0.explanation
            return ($0.rawValue, $0.title, reason, fix)
        }
    }
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

    fileprivate var explanation: (reason: String, fix: String) {
        switch self {
        case .notFound:
            (
                "A program is looked for where its path says, or in the folders of the PATH that the application gets.",
                "`keyfolio run -- ./PROGRAM`, or set PATH for the component in keyfolio.yaml; `command -v NAME` shows what a "
                    + "shell finds."
            )
        case .notExecutable:
            (
                "The file is there, and the system does not let it be started: it has no right to be executed, or lies where "
                    + "nothing may be (noexec).",
                "`chmod +x FILE`; `findmnt -T FILE` shows how its file system is mounted."
            )
        case .isFolder:
            ("A folder cannot be started.", "`keyfolio run -- FOLDER/PROGRAM` names the program inside it.")
        case .interpreterMissing:
            (
                "The file is a script or a binary whose first line, or whose loader, names a program that is not installed; a "
                    + "carriage return at the line's end counts as part of the name.",
                "`head -n 1 FILE` shows it for a script, `ldd FILE` for a binary; `sed -i 's/\\r$//' FILE` takes the returns out."
            )
        case .wrongFormat:
            (
                "The file is no program of this system: built for another kind of machine, empty, or a script without its "
                    + "first line.",
                "`file FILE` says what it is; a script begins with a line such as #!/bin/sh."
            )
        case .tooLong:
            (
                "The system passes arguments and variables in a space of bounded size, and these do not fit together.",
                "Keep long values in files, and their paths in the variables; `getconf ARG_MAX` shows the bound."
            )
        case .variableTooLong:
            (
                "The system passes no single variable of more than 128 KiB with its name.",
                "Keep the value in a file, and its path in the variable."
            )
        case .argumentTooLong:
            (
                "The system passes no single argument of more than 128 KiB.",
                "Give it in a file, or through standard input."
            )
        case .argumentWithNul:
            (
                "An argument ends at its first NUL character: the program would get a part of it.",
                "Give the data in a file, or through standard input."
            )
        case .variableName:
            (
                "A variable's name ends at the first equals sign, so one that is empty or has a sign or a NUL in it cannot be "
                    + "passed.",
                "Give it a name of letters, digits and underscores in keyfolio.yaml."
            )
        case .variableWithNul:
            (
                "A variable ends at its first NUL character: the application would get a part of the value.",
                "Store the bytes as base64 and let the application decode them, or pass them in a file."
            )
        case .variableReserved:
            (
                "Names that begin with KEYFOLIO_ say how Keyfolio itself works; a project must not change that.",
                "Give the variable another name in keyfolio.yaml."
            )
        case .busy:
            (
                "A program that is still being written cannot be started: half of it would run.",
                "Wait until the build or the copy has ended, then start it again."
            )
        case .notStarted:
            (
                "The system refused for a reason of its own, which the message has in its words.",
                "`env PROGRAM` starts it without Keyfolio: the system gives the same answer there."
            )
        case .noProcess:
            (
                "The system makes no further process for this user: a limit is reached, or memory is short.",
                "`ulimit -u` shows the limit; end what is not needed and try again."
            )
        case .noTerminal:
            (
                "The application was to have a terminal whose output is looked through, and the system has none left.",
                "Close other terminals, or run it without --redact."
            )
        case .outputLost:
            (
                "What reads the application's output went away, or its disk is full, so some of it was lost.",
                "See whether the reader ended or the disk is full (`df`); the application's own status is told as well."
            )
        case .tooMuchToRedact:
            (
                "Every form of every secret is looked for at once, and all forms together pass the bound.",
                "Keep long values in files and their paths in variables, or run without --redact."
            )
        }
    }
}
