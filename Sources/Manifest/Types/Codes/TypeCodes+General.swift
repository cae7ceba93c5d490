public import Findings

extension TypeCodes {
    /// A line break where one line is expected.
    public static let severalLines = FindingCode(
        "KF-TYPE-001",
        title: "A value has more than one line",
        severity: .error,
        reason: "Most readers of configuration cut such a value at its first line.",
        remedy: "Set a value of one line, or declare the variable as `text`."
    )
    /// A character that is not printed.
    public static let controlCharacter = FindingCode(
        "KF-TYPE-002",
        title: "A value has a control character in it",
        severity: .error,
        reason: "Such characters come from a bad copy or a binary file, and a NUL ends the value for every program.",
        remedy: "Set the value anew, or keep binary data in base64."
    )
    /// A blank at either end.
    public static let blanksAround = FindingCode(
        "KF-TYPE-003",
        title: "A value has blanks around it",
        severity: .warning,
        reason: "They are part of the value: a password with a blank behind it is another password.",
        remedy: "Remove the blanks."
    )
    /// Not a whole number.
    public static let notInteger = FindingCode(
        "KF-TYPE-010",
        title: "A value is not a whole number",
        severity: .error,
        reason: "The application reads a whole number here and fails or takes a default of its own.",
        remedy: "Set a number without a fraction or unit."
    )
    /// A whole number of more than 64 bits.
    public static let integerTooLarge = FindingCode(
        "KF-TYPE-011",
        title: "A whole number does not fit into 64 bits",
        severity: .error,
        reason: "Programs cut such a number off or refuse it.",
        remedy: "Set a smaller number, or declare the variable as `string`."
    )
    /// Not a decimal number.
    public static let notNumber = FindingCode(
        "KF-TYPE-012",
        title: "A value is not a number",
        severity: .error,
        reason: "The application reads a number here and fails or takes a default of its own.",
        remedy: "Set a decimal number with a point, such as `0.25`."
    )
    /// Not a switch.
    public static let notBoolean = FindingCode(
        "KF-TYPE-013",
        title: "A value is not a switch",
        severity: .error,
        reason: "Many programs take any text for true, so a misspelt `false` switches the thing on.",
        remedy: "Set `true` or `false`."
    )
    /// Not among an enumeration's words.
    public static let notAWord = FindingCode(
        "KF-TYPE-014",
        title: "A value is not one of the type's words",
        severity: .error,
        reason: "The application knows these words only and treats others as it likes.",
        remedy: "Set one of the words that the manifest lists, in the same case."
    )
    /// Not a length of time.
    public static let notDuration = FindingCode(
        "KF-TYPE-015",
        title: "A value is not a length of time",
        severity: .error,
        reason: "The application cannot tell how long that is.",
        remedy: "Set a number with a unit, such as `30s`, `15m`, `12h` or `90d`."
    )
    /// A unit that is no unit of time.
    public static let durationUnit = FindingCode(
        "KF-TYPE-016",
        title: "A length of time has an unknown unit",
        severity: .error,
        reason: "The application cannot tell how long that is.",
        remedy: "Use `ms`, `s`, `m`, `h`, `d` or `w`; a month and a year have no fixed length."
    )
    /// Not a TCP port.
    public static let portOutOfRange = FindingCode(
        "KF-TYPE-017",
        title: "A value is not a port",
        severity: .error,
        reason: "Ports are whole numbers from 1 to 65535.",
        remedy: "Set the port's number."
    )
    /// A path from a home folder.
    public static let pathTilde = FindingCode(
        "KF-TYPE-018",
        title: "A path begins with a tilde",
        severity: .warning,
        reason: "Only shells replace `~` by the home folder; programs look for a folder of that name.",
        remedy: "Write the whole path."
    )
    /// A path that no system call takes.
    public static let pathTooLong = FindingCode(
        "KF-TYPE-019",
        title: "A path is too long",
        severity: .error,
        reason: "Linux takes paths of at most 4,095 bytes.",
        remedy: "Set a shorter path."
    )

    static let general: [FindingCode] = [
        severalLines, controlCharacter, blanksAround, notInteger, integerTooLarge, notNumber, notBoolean, notAWord,
        notDuration, durationUnit, portOutOfRange, pathTilde, pathTooLong,
    ]
}
