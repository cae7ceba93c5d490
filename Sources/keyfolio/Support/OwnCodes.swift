extension Codes {
    /// The command's own errors: what each is, why it is so, and what mends it.
    static let own: [(code: String, title: String, reason: String, fix: String)] = [
        (
            "KF-AGE-101", "Encrypted bytes would go to a terminal",
            "Bytes that drive the terminal could change what it shows or does.",
            "`keyfolio age encrypt -o FILE`, or `-a` for text."
        ),
        (
            "KF-AGE-102", "A passphrase and recipients were both given",
            "The age format lets a passphrase stand alone only: with a key beside it, whoever has the key could "
                + "change who else reads.",
            "`-p`, or `-r` and `-R`."
        ),
        (
            "KF-AGE-103", "No recipient was given",
            "A file is encrypted to somebody, and nobody was named.",
            "`-r RECIPIENT`, `-R FILE` or `-p`."
        ),
        (
            "KF-AGE-104", "No identity was given",
            "A file opens with an identity or a passphrase, and none was given.",
            "`-i FILE` or `-p`."
        ),
        (
            "KF-BUG-001", "An error that nobody explained: a bug of keyfolio",
            "Every error is to have a code of its own; one has not. Its text is not shown, since nobody has "
                + "looked whether a value is in it.",
            "Report it with the command's name."
        ),
        (
            "KF-DIFF-001", "A version is not a number",
            "Versions are numbered from 1.",
            "`keyfolio history` lists them."
        ),
        (
            "KF-EDIT-001", "EDITOR names no program",
            "EDITOR is set, and empty or without a name.",
            "`EDITOR=nano keyfolio edit`."
        ),
        (
            "KF-EDIT-002", "Everything was removed in the editor",
            "An empty file is more often an editor that failed than a wish to lose every value, so nothing was "
                + "stored.",
            "`keyfolio unset NAME` takes single values out."
        ),
        (
            "KF-EDIT-003", "Somebody else changed the same value meanwhile",
            "Storing yours would undo theirs without anybody having seen it. Nothing was stored.",
            "`keyfolio edit` again, on what is there now."
        ),
        (
            "KF-EDIT-004", "There is no terminal for the editor",
            "Without EDITOR and VISUAL the editor is vi, which draws on standard output: in a pipe or a log, that would be "
                + "every value.",
            "Run it on a terminal, or set EDITOR to a program that needs none; `keyfolio set NAME` takes a value from a pipe."
        ),
        (
            "KF-EXPLAIN-001", "No code was named",
            "One code is explained at a time, or all.",
            "`keyfolio explain KF-ENV-003`, or `--all`."
        ),
        (
            "KF-EXPLAIN-002", "There is no such code",
            "The code is mistyped, or of a newer keyfolio.",
            "`keyfolio explain --all` lists them; `keyfolio --version`."
        ),
        (
            "KF-FILE-107", "A file is there already",
            "What is there is not written over: it may be the only copy.",
            "Choose another file, or remove it first."
        ),
        (
            "KF-GEN-001", "One name is needed to print a value",
            "Several values in one output could not be told apart.",
            "`keyfolio generate NAME --print`."
        ),
        (
            "KF-GEN-002", "No variable was named",
            "Which value is to be made is never guessed: it would replace one.",
            "`keyfolio generate NAME`, or `keyfolio generate --missing`."
        ),
        (
            "KF-GEN-003", "The manifest does not say how a value is made",
            "How long a value is and of which characters depends on what reads it.",
            "`generate: {hex: 32}` for the variable in keyfolio.yaml, or `keyfolio set NAME`."
        ),
        (
            "KF-GEN-004", "There is no URL whose password could be made anew",
            "Only the password of a URL is made anew; host, user and database are yours to say.",
            "`keyfolio set NAME` with any password, then `keyfolio generate NAME --replace`."
        ),
        (
            "KF-GET-001", "The store has no such secret",
            "Nothing was stored at the path yet, or it is another environment's.",
            "`keyfolio set NAME`, or `keyfolio import FILE`; `--env` names the environment."
        ),
        (
            "KF-GET-002", "The secret has no such value",
            "The secret is there, without a value of that name.",
            "`keyfolio list --origin` shows which values there are, and where."
        ),
        (
            "KF-GET-003", "The secret has several values, and none was named",
            "Without a name `keyfolio get` prints the one text or the bytes that a secret holds, and this one has named values.",
            "`keyfolio get NAME --path PATH`; `keyfolio list --path PATH` shows the names."
        ),
        (
            "KF-HISTORY-001", "The versions that are kept do not reach back to the last change",
            "The newest 50 versions are kept, and the change is older; the audit log keeps its record.",
            "`keyfolio audit query --path PATH`."
        ),
        (
            "KF-HISTORY-002", "The version that is current was written as one text",
            "A client of AWS or Azure wrote all values at once, and what such a text changed is not kept by name.",
            "`keyfolio history` without a name shows every version."
        ),
        (
            "KF-INPUT-001", "A value is not UTF-8 text",
            "Variables are text, and readers of other bytes disagree about what they are.",
            "`base64 FILE | keyfolio set NAME`, and decode it in the application; save a policy as UTF-8."
        ),
        (
            "KF-INPUT-002", "A value has a NUL character in it",
            "No environment variable can hold a NUL character: the value would end there.",
            "`base64 FILE | keyfolio set NAME`, and decode it in the application."
        ),
        (
            "KF-INPUT-003", "There is no terminal to ask on",
            "A secret is asked for without echo, and that takes a terminal; a script has none.",
            "Give it on standard input (`--secret-stdin`, `--password-stdin`), or in a file "
                + "(`--passphrase-file`)."
        ),
        (
            "KF-INPUT-004", "Two passphrases differ",
            "A mistyped passphrase would lock you out.",
            "Run the command again."
        ),
        (
            "KF-INPUT-005", "A passphrase is empty",
            "An empty passphrase protects nothing.",
            "Choose one of six or more words."
        ),
        (
            "KF-INPUT-006", "More than one line came at a prompt",
            "A prompt takes one line; the rest would go to the shell, which would run it and keep it in its "
                + "history.",
            "`keyfolio set NAME --from-file FILE`."
        ),
        (
            "KF-INPUT-007", "A line at a prompt is longer than a terminal can take",
            "The terminal cuts a line of more than 4095 bytes off, so the value's end is missing.",
            "`keyfolio set NAME --from-file FILE`."
        ),
        (
            "KF-IO-101", "A format needs a folder to write to",
            "The format is a folder with a file for each value.",
            "`keyfolio export --output FOLDER`."
        ),
        (
            "KF-IO-102", "Files of several environments would be imported at once",
            "Values of one environment would land in another.",
            "`keyfolio import FILE --env ENVIRONMENT`, one by one."
        ),
        (
            "KF-IO-103", "A file changed while it was imported",
            "Somebody wrote the file while it was read: taking its lines out now could lose what is new in it.",
            "`keyfolio import FILE --move` once more."
        ),
        (
            "KF-IO-104", "Two files give a name different values",
            "Which one counts cannot be known, so nothing was imported.",
            "Import the one that counts, and look at the other."
        ),
        (
            "KF-LOGIN-001", "The token could not be revoked",
            "The server could not be reached or refused, so the token still opens what it did until its end.",
            "`keyfolio token revoke ACCESSOR`, by somebody who may; `keyfolio token list` shows the accessor."
        ),
        (
            "KF-NAME-001", "A name cannot be a variable's",
            "Shells and systems pass names of letters, digits and underscores only. The word is not repeated: it "
                + "may be a value in the wrong place.",
            "Choose such a name, not beginning with a digit, of at most 256 characters."
        ),
        (
            "KF-RUN-100", "No application was named",
            "What is to be started stands after two dashes.",
            "`keyfolio run -- COMMAND ARGUMENTS`."
        ),
        (
            "KF-RUN-101", "A rule is broken, so the application was not started",
            "An application with a placeholder for a key, or without its database, fails later and worse.",
            "`keyfolio check` explains each; `keyfolio run --no-check -- COMMAND` starts it all the same."
        ),
        (
            "KF-RUN-102", "The whole environment would go to a component that is shipped to browsers",
            "What is shipped to browsers is public, and so would be your shell's tokens.",
            "Leave `--inherit` out, and declare what the component needs in keyfolio.yaml."
        ),
        (
            "KF-SCHEMA-001", "There is no such schema",
            "Each document that `--json` prints has a schema, and this is none of their names.",
            "`keyfolio schema` lists the names."
        ),
        (
            "KF-SERVE-001", "The server's program is not installed",
            "The server is a program of its own, looked for beside keyfolio and in ../libexec/keyfolio only: it "
                + "gets the store's key.",
            "`make install PREFIX=~/.local` installs both."
        ),
        (
            "KF-SET-001", "A value was given as an argument",
            "Arguments are in the process list for everybody on the machine, and in the shell's history.",
            "`keyfolio set NAME`, then type the value or pipe it in."
        ),
        (
            "KF-SET-002", "A value is empty",
            "An empty value is more often a pipe that failed than a wish, so nothing was set.",
            "`--empty` if it is to be empty; `keyfolio unset NAME` takes it away."
        ),
        (
            "KF-USAGE-001", "The command line cannot be understood",
            "An option or an argument is unknown, missing, or not what it takes. Words are not repeated where "
                + "they may be values.",
            "`keyfolio COMMAND --help` shows what it takes, with examples."
        ),
        (
            "KF-USAGE-002", "There is no such command",
            "The first word is no command of keyfolio's.",
            "`keyfolio --help` lists them."
        ),
        (
            "KF-USAGE-003", "A number is out of range",
            "A count is a whole number from 1.",
            "`keyfolio audit show --last 20`."
        ),
    ]
}
