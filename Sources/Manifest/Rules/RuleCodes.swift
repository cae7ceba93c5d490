public import Findings

/// What can be wrong with a value that is well-formed: a rule of the manifest does not hold.
public enum RuleCodes {
    /// No value where there must be one.
    public static let missing = FindingCode(
        "KF-ENV-001",
        title: "A required variable has no value",
        severity: .error,
        reason: "The application needs the value and would fail at its first use, long after it started.",
        remedy: "Give it a value: `keyfolio generate NAME --env ENVIRONMENT` or `keyfolio set NAME --env ENVIRONMENT`."
    )
    /// The empty text where there must be a value.
    public static let empty = FindingCode(
        "KF-ENV-002",
        title: "A required variable is empty",
        severity: .error,
        reason: "Most programs take an empty value for a value: the key is then known to everyone.",
        remedy: "Give it a value: `keyfolio generate NAME --env ENVIRONMENT` or `keyfolio set NAME --env ENVIRONMENT`."
    )
    /// Missing, and needed because another variable is set.
    public static let missingCompanion = FindingCode(
        "KF-ENV-003",
        title: "A variable is missing that another one needs",
        severity: .error,
        reason: "The variables are used together: one of them alone starts a connection that cannot succeed.",
        remedy: "Set the missing one, or remove the other."
    )
    /// Fewer characters than the rule asks.
    public static let tooShort = FindingCode(
        "KF-ENV-004",
        title: "A value is too short",
        severity: .error,
        reason: "A short key can be found by trying. The length holds in every environment, development too.",
        remedy: "Generate a new value: `keyfolio generate NAME --env ENVIRONMENT`."
    )
    /// More characters than the rule allows.
    public static let tooLong = FindingCode(
        "KF-ENV-005",
        title: "A value is too long",
        severity: .error,
        reason: "What reads the value cuts it off or refuses it.",
        remedy: "Set a shorter value: `keyfolio set NAME --env ENVIRONMENT`."
    )
    /// A number under the smallest allowed.
    public static let belowMinimum = FindingCode(
        "KF-ENV-006",
        title: "A number is below its minimum",
        severity: .error,
        reason: "The manifest gives the smallest number with which the application is safe.",
        remedy: "Set a number within the bounds."
    )
    /// A number over the largest allowed.
    public static let aboveMaximum = FindingCode(
        "KF-ENV-007",
        title: "A number is above its maximum",
        severity: .error,
        reason: "The manifest gives the largest number with which the application is safe.",
        remedy: "Set a number within the bounds."
    )
    /// The whole value does not match the rule's expression.
    public static let patternMismatch = FindingCode(
        "KF-ENV-008",
        title: "A value does not match its pattern",
        severity: .error,
        reason: "The manifest says how the value looks; another look is usually the value of something else.",
        remedy: "Set a value that the pattern matches as a whole."
    )
    /// The rule's expression cannot be read.
    public static let patternInvalid = FindingCode(
        "KF-ENV-009",
        title: "A rule's pattern is not a regular expression",
        severity: .error,
        reason: "A rule that cannot be read checks nothing.",
        remedy: "Correct the pattern in keyfolio.yaml."
    )
    /// Not among the allowed values.
    public static let notOneOf = FindingCode(
        "KF-ENV-010",
        title: "A value is not one of those allowed",
        severity: .error,
        reason: "The application knows these values only and treats others as it likes.",
        remedy: "Set one of the allowed values."
    )
    /// Less strength than the rule asks.
    public static let weak = FindingCode(
        "KF-ENV-011",
        title: "A secret is weak",
        severity: .error,
        reason:
            "Words, dates, runs and repeats are what is tried first: length alone does not make a secret hard to guess.",
        remedy: "Generate a new value: `keyfolio generate NAME --env ENVIRONMENT`."
    )
    /// A template's text instead of a value.
    public static let placeholder = FindingCode(
        "KF-ENV-012",
        title: "A placeholder stands where a value belongs",
        severity: .error,
        reason: "The text of a template is public: whoever knows the template knows the value.",
        remedy: "Replace it: `keyfolio generate NAME --env ENVIRONMENT` or `keyfolio set NAME --env ENVIRONMENT`."
    )
    /// A user and password that everyone knows.
    public static let defaultCredentials = FindingCode(
        "KF-ENV-013",
        title: "Default credentials",
        severity: .error,
        reason: "Names and passwords that products ship with are the first that an attacker tries.",
        remedy: "Give the account a generated password and set the URL anew."
    )
    /// Not the value that the rule demands.
    public static let mustBe = FindingCode(
        "KF-ENV-014",
        title: "A switch stands wrong for this environment",
        severity: .error,
        reason: "The manifest demands one value here, because the other opens the application.",
        remedy: "Set the value that the rule names."
    )
    /// A value that the rule refuses.
    public static let mustNotBe = FindingCode(
        "KF-ENV-015",
        title: "A value is refused in this environment",
        severity: .error,
        reason: "The manifest names values that must not be used here.",
        remedy: "Set another value."
    )
    /// The same value in two environments.
    public static let reusedAcrossEnvironments = FindingCode(
        "KF-ENV-016",
        title: "Two environments share a secret",
        severity: .error,
        reason:
            "Whoever reads it in the weaker environment holds the stronger one, and a token of one is valid in both.",
        remedy: "Generate a value of its own for each environment."
    )
    /// The same value in two variables.
    public static let reusedByAnotherVariable = FindingCode(
        "KF-ENV-017",
        title: "Two variables share a secret",
        severity: .error,
        reason: "A secret with two purposes leaks through either and cannot be rotated alone.",
        remedy: "Generate a value of its own for each variable."
    )
    /// From a file or the manifest where a store is demanded.
    public static let notFromStore = FindingCode(
        "KF-ENV-018",
        title: "A value does not come from a store",
        severity: .error,
        reason:
            "A plain file is copied, backed up and read without a trace. A store encrypts the value and records who read it.",
        remedy: "Put the value into the store (`keyfolio set NAME --env ENVIRONMENT`) and remove it from the file."
    )
    /// A connection in the clear where TLS is demanded.
    public static let tlsRequired = FindingCode(
        "KF-ENV-019",
        title: "A connection is not encrypted",
        severity: .error,
        reason: "Passwords and data cross the network readable for everyone on the way.",
        remedy: "Use `https`, or `sslmode=verify-full` for PostgreSQL."
    )
    /// Encrypted, but to whoever answers.
    public static let tlsUnverified = FindingCode(
        "KF-ENV-020",
        title: "An encrypted connection does not check the server",
        severity: .note,
        reason: """
            `sslmode=require` encrypts but takes any certificate, so someone on the way can pose as the server and read \
            everything. `verify-full` checks the certificate and the host's name.
            """,
        remedy: "Use `sslmode=verify-full` with the certificate authority's file in `sslrootcert`."
    )
    /// Any host or origin where they must be named.
    public static let wildcard = FindingCode(
        "KF-ENV-021",
        title: "A wildcard stands among hosts or origins",
        severity: .error,
        reason: "With `*` the application answers to any name, so forged Host headers and foreign origins get through.",
        remedy: "Name the hosts."
    )
    /// A name whose value a build tool ships to browsers.
    public static let publicName = FindingCode(
        "KF-ENV-022",
        title: "A variable that is not public has a name that build tools ship to browsers",
        severity: .error,
        reason: "Build tools copy variables with such a prefix into the bundle, where every visitor can read them.",
        remedy: "Rename the variable without the prefix, or keep the value on the server."
    )
    /// A secret in a component that browsers load.
    public static let browserSecret = FindingCode(
        "KF-ENV-023",
        title: "A browser component asks for a secret",
        severity: .error,
        reason: "Everything that a browser loads is public: the secret would be too.",
        remedy: "Remove the component from the variable's `components`, and let the server use the secret."
    )
    /// Something neither secret nor public in a component that browsers load.
    public static let browserInternal = FindingCode(
        "KF-ENV-024",
        title: "A browser component reads a variable that is not declared public",
        severity: .warning,
        reason: "Everything that a browser loads is public; the manifest should say that this value may be.",
        remedy: "Declare `sensitivity: public`, or remove the component from the variable's `components`."
    )
    /// A password with fewer characters than the rule asks.
    public static let passwordTooShort = FindingCode(
        "KF-ENV-025",
        title: "A password in a URL is too short",
        severity: .error,
        reason: "A short password can be found by trying.",
        remedy: "Generate a new one: `keyfolio generate NAME --env ENVIRONMENT` replaces only the password in the URL."
    )
    /// A value without a kind of character that the rule asks.
    public static let charactersMissing = FindingCode(
        "KF-ENV-026",
        title: "A value lacks a required kind of character",
        severity: .error,
        reason: "The rule asks for each of these kinds, because the system that checks the password does.",
        remedy: "Generate a new value: `keyfolio generate NAME --env ENVIRONMENT`."
    )
    /// A file that claims to be another environment's.
    public static let environmentMismatch = FindingCode(
        "KF-ENV-027",
        title: "A file says the name of another environment",
        severity: .error,
        reason:
            "Either the file is in the wrong place or its values are another environment's: production's data in a test.",
        remedy: "Remove the line: Keyfolio sets the variable to the environment's name."
    )
    /// A name that the manifest does not know.
    public static let undeclared = FindingCode(
        "KF-ENV-028",
        title: "A file sets a variable that the manifest does not declare",
        severity: .warning,
        reason: "A misspelt name sets nothing, and nothing checks a value that nobody declared.",
        remedy: "Correct the name, or declare the variable in keyfolio.yaml."
    )
    /// A name that the manifest gives to other components.
    public static let wrongComponent = FindingCode(
        "KF-ENV-029",
        title: "A file sets a variable of another component",
        severity: .warning,
        reason: "The component does not get the value, and more files than necessary hold it.",
        remedy: "Remove the line, or add the component to the variable's `components`."
    )
    /// A secret in a file of a component that browsers load.
    public static let secretInBrowserFile = FindingCode(
        "KF-ENV-030",
        title: "A file of a browser component holds a secret",
        severity: .error,
        reason: "Build tools read the component's files and may copy what is in them into the bundle.",
        remedy: "Remove the line and generate a new value: the old one may be public already."
    )

    /// More bytes than a process's environment takes.
    public static let tooLargeForProcess = FindingCode(
        "KF-ENV-031",
        title: "A value is too large for the environment of a process",
        severity: .error,
        reason: "Linux takes at most 131,072 bytes for one variable with its name; the application would not start.",
        remedy: "Put the data into a file and set the variable to its path."
    )

    /// A value that looks like a secret in a component that browsers load.
    public static let browserValue = FindingCode(
        "KF-ENV-032",
        title: "A browser component receives a value that looks like a secret",
        severity: .error,
        reason:
            "The variable may be called public; its value would be public with everything else that a browser loads.",
        remedy: "Give the variable a value that everyone may see, and renew the secret: the old one may be public."
    )
    /// A variable by which a program decides what it runs.
    public static let decidesCode = FindingCode(
        "KF-ENV-033",
        title: "A variable decides which code programs run",
        severity: .error,
        reason: """
            The loader, shells and language runtimes load code from where such a variable says. A manifest comes with a \
            repository, so it would let whoever wrote that run code in everything that is started.
            """,
        remedy: "Remove the variable from keyfolio.yaml; set it in the script that needs it."
    )

    /// Every code, in the order of the numbers.
    public static let all: [FindingCode] = [
        missing, empty, missingCompanion, tooShort, tooLong, belowMinimum, aboveMaximum, patternMismatch,
        patternInvalid,
        notOneOf, weak, placeholder, defaultCredentials, mustBe, mustNotBe, reusedAcrossEnvironments,
        reusedByAnotherVariable, notFromStore, tlsRequired, tlsUnverified, wildcard, publicName, browserSecret,
        browserInternal, passwordTooShort, charactersMissing, environmentMismatch, undeclared, wrongComponent,
        secretInBrowserFile, tooLargeForProcess, browserValue, decidesCode,
    ]
}
