import Findings

/// The findings that every report is tested with: several groups, every severity, hostile names.
enum Samples {
    static let placeholder = FindingCode(
        "KF-ENV-003",
        title: "A placeholder was left in",
        severity: .error,
        reason: "Everyone who has read the template knows the value.",
        remedy: "Generate or set the variable's own value."
    )
    static let debug = FindingCode(
        "KF-ENV-010",
        title: "Debug mode is on",
        severity: .warning,
        reason: "Debug pages show the configuration to whoever provokes an error.",
        remedy: "Switch it off in production."
    )
    static let unused = FindingCode(
        "KF-ENV-020",
        title: "Nobody reads the variable",
        severity: .note,
        reason: "",
        remedy: "Remove it, or declare which component reads it."
    )

    static let ordinary = [
        Finding(
            debug,
            at: Place(
                file: "backend/.env",
                line: 12,
                column: 7,
                variable: "DEBUG",
                environment: "production",
                component: "backend"
            ),
            "DEBUG is on in production.",
            fix: .advice("Set it to false, or leave it out: false is the default in production.")
        ),
        Finding(
            placeholder,
            at: Place(
                file: "backend/.env",
                line: 4,
                column: 1,
                variable: "SECRET_KEY",
                environment: "production",
                component: "backend"
            ),
            "SECRET_KEY still holds its placeholder: •••• (24 characters).",
            fix: .command("keyfolio generate SECRET_KEY --env production")
        ),
        Finding(unused, at: Place(variable: "OLD_FLAG"), "OLD_FLAG is read by no component."),
    ]

    /// Names as an attacker would choose them: they clear the screen, forge a line, turn the reading direction, break
    /// out of XML and of a workflow command.
    static let hostile = [
        Finding(
            placeholder,
            at: Place(
                file: "a\u{1B}[2J\n::error::forged/über,b:c/<x>&\u{202E}.env",
                line: 1,
                column: 1,
                variable: "N\u{9B}31mAME\u{0}\u{7}"
            ),
            "The name N\u{9B}31mAME ends in ]]> 100%\r\nand [here](http://example.com) {0} \u{FFFE}.",
            fix: .command("keyfolio set 'a,b:c'")
        )
    ]
}
