public import Findings

/// What can be wrong with a manifest.
public enum ManifestCodes {
    /// Every code, in order, for the page that documents them.
    public static let all: [FindingCode] = [
        .manifestSyntax, .manifestNotUTF8, .manifestTooLarge, .manifestTooDeep, .manifestUnsupportedYAML,
        .manifestRepeatedKey, .manifestEmpty, .manifestNewer, .manifestUnknownKey, .manifestMissingKey,
        .manifestWrongKind,
        .manifestUnknownWord, .manifestOutOfRange, .manifestBadText, .manifestUnknownComponent,
        .manifestUnknownEnvironment, .manifestUnknownVariable, .manifestOutsideProject, .manifestBadPattern,
        .manifestValuesMismatch, .manifestImpossibleValue, .manifestSecretDefault, .manifestSecretInBrowser,
        .manifestRealSecret, .manifestGeneratorMismatch, .manifestContradiction,
        .manifestRuleForOtherType,
    ]

    /// The codes that the JSON Schema finds too: what they say needs no look at another part of the manifest.
    static let ofShape: Set<FindingCode> = [
        .manifestEmpty, .manifestNewer, .manifestUnknownKey, .manifestMissingKey, .manifestWrongKind,
        .manifestUnknownWord,
        .manifestOutOfRange,
        .manifestBadText, .manifestValuesMismatch,
    ]
}

extension FindingCode {
    /// The text is not YAML.
    public static let manifestSyntax = FindingCode(
        "KF-MAN-001",
        title: "The manifest is not YAML",
        severity: .error,
        reason: "Nothing can be checked or started before the manifest can be read.",
        remedy: "Mend the line; an editor with a YAML extension shows the place."
    )
    /// The text is not UTF-8.
    public static let manifestNotUTF8 = FindingCode(
        "KF-MAN-002",
        title: "The manifest is not UTF-8",
        severity: .error,
        reason: "Other encodings are read differently by different programs.",
        remedy: "Save the file in the encoding UTF-8."
    )
    /// The text is larger than any manifest needs.
    public static let manifestTooLarge = FindingCode(
        "KF-MAN-003",
        title: "The manifest is too large",
        severity: .error,
        reason: "A bound on what is read keeps a wrong or hostile file from filling the memory.",
        remedy: "Split the project, or remove what is not configuration."
    )
    /// The text nests deeper than any manifest needs.
    public static let manifestTooDeep = FindingCode(
        "KF-MAN-004",
        title: "The manifest nests too deep",
        severity: .error,
        reason: "A bound on what is read keeps a wrong or hostile file from filling the memory.",
        remedy: "Check the brackets."
    )
    /// The text uses a part of YAML that manifests do without.
    public static let manifestUnsupportedYAML = FindingCode(
        "KF-MAN-005",
        title: "A part of YAML that manifests do without",
        severity: .error,
        reason: "Anchors, aliases, merge keys, tags and further documents make one line mean what another says; "
            + "a manifest is reviewed line by line.",
        remedy: "Write the values out."
    )
    /// A key stands twice in one mapping.
    public static let manifestRepeatedKey = FindingCode(
        "KF-MAN-006",
        title: "A key stands twice",
        severity: .error,
        reason: "YAML readers disagree about which of the two counts.",
        remedy: "Keep one of the two."
    )
    /// There is nothing in the file.
    public static let manifestEmpty = FindingCode(
        "KF-MAN-007",
        title: "The manifest is empty",
        severity: .error,
        reason: "Nothing can be checked or started without a description of it.",
        remedy: "Run `keyfolio init` to have one written from what is there."
    )
    /// The format of a later version.
    public static let manifestNewer = FindingCode(
        "KF-MAN-008",
        title: "The manifest is of a newer format",
        severity: .error,
        reason: "What this version does not know it cannot check, and guessing would change what the manifest means.",
        remedy: "Install a newer keyfolio."
    )
    /// A key that manifests do not have.
    public static let manifestUnknownKey = FindingCode(
        "KF-MAN-010",
        title: "A key that manifests do not have",
        severity: .error,
        reason: "A misspelt rule would be no rule at all, and nobody would notice.",
        remedy: "Correct or remove the key."
    )
    /// A key is missing.
    public static let manifestMissingKey = FindingCode(
        "KF-MAN-011",
        title: "A key is missing",
        severity: .error,
        reason: "What it says cannot be guessed.",
        remedy: "Add the key."
    )
    /// A value of another kind than the key takes.
    public static let manifestWrongKind = FindingCode(
        "KF-MAN-012",
        title: "A value of the wrong kind",
        severity: .error,
        reason: "Taking it for something else would change what the manifest means.",
        remedy: "Write what the key takes."
    )
    /// A word that is not one of those that the key takes.
    public static let manifestUnknownWord = FindingCode(
        "KF-MAN-013",
        title: "A word that the key does not take",
        severity: .error,
        reason: "Taking it for something else would change what the manifest means.",
        remedy: "Write one of the words that the key takes."
    )
    /// A number or a count outside its bounds.
    public static let manifestOutOfRange = FindingCode(
        "KF-MAN-014",
        title: "A number outside its bounds",
        severity: .error,
        reason: "It would make a rule that always or never speaks.",
        remedy: "Write a number within the bounds."
    )
    /// A text that does not have the form that the key wants.
    public static let manifestBadText = FindingCode(
        "KF-MAN-015",
        title: "A name or text of the wrong form",
        severity: .error,
        reason: "Names become parts of flags, files and paths, and must be safe there.",
        remedy: "Write it in the form that the message names."
    )
    /// A component that the manifest does not have.
    public static let manifestUnknownComponent = FindingCode(
        "KF-MAN-020",
        title: "A component that the manifest does not have",
        severity: .error,
        reason: "The variable would be read by nobody.",
        remedy: "Correct the name, or describe the component under `components`."
    )
    /// An environment that the manifest does not have.
    public static let manifestUnknownEnvironment = FindingCode(
        "KF-MAN-021",
        title: "An environment that the manifest does not have",
        severity: .error,
        reason: "What is said about it would hold nowhere.",
        remedy: "Correct the name, or add the environment under `environments`."
    )
    /// A variable that the manifest does not have.
    public static let manifestUnknownVariable = FindingCode(
        "KF-MAN-022",
        title: "A variable that the manifest does not have",
        severity: .error,
        reason: "A condition on it would never or always hold.",
        remedy: "Correct the name, or declare the variable under `variables`."
    )
    /// A folder or file that is not inside the project.
    public static let manifestOutsideProject = FindingCode(
        "KF-MAN-023",
        title: "A path that leaves the project",
        severity: .error,
        reason: "A manifest of a stranger must not make Keyfolio read files elsewhere.",
        remedy: "Name a folder or file inside the project, relative to the manifest."
    )
    /// A regular expression that does not compile.
    public static let manifestBadPattern = FindingCode(
        "KF-MAN-024",
        title: "A pattern that is no regular expression",
        severity: .error,
        reason: "A rule that cannot be applied protects nothing.",
        remedy: "Mend the pattern; in YAML, single quotes keep its backslashes."
    )
    /// An enumeration without its words, or words without an enumeration.
    public static let manifestValuesMismatch = FindingCode(
        "KF-MAN-025",
        title: "An enumeration without words, or words without an enumeration",
        severity: .error,
        reason: "The two belong together.",
        remedy: "Write `type: enumeration` with `values: [one, two]`."
    )
    /// A default, example or exact value that the variable's own type or rules refuse.
    public static let manifestImpossibleValue = FindingCode(
        "KF-MAN-026",
        title: "A value that the variable itself refuses",
        severity: .error,
        reason: "Whoever relies on it gets a value that fails the check.",
        remedy: "Correct the value, or the type or rule that refuses it."
    )
    /// A secret with a default value.
    public static let manifestSecretDefault = FindingCode(
        "KF-MAN-027",
        title: "A secret has a default value",
        severity: .error,
        reason: "The manifest is committed: its defaults are public, and a secret that is public is none.",
        remedy: "Remove the default, and let `keyfolio generate` or `keyfolio set` give the value."
    )
    /// A secret that a browser component would get.
    public static let manifestSecretInBrowser = FindingCode(
        "KF-MAN-028",
        title: "A secret would reach browsers",
        severity: .error,
        reason: "Whatever a browser component is built from can be read by everyone who opens the page.",
        remedy: "Keep the secret in a server component, or say `sensitivity: public` if it is no secret."
    )
    /// An example that looks like the real thing.
    public static let manifestRealSecret = FindingCode(
        "KF-MAN-029",
        title: "An example that looks like a real secret",
        severity: .warning,
        reason: "The manifest is committed; a real secret in it must be taken for known to everyone.",
        remedy: "Write a placeholder, and rotate the secret if it was real."
    )
    /// A generator whose values the rules refuse.
    public static let manifestGeneratorMismatch = FindingCode(
        "KF-MAN-030",
        title: "A generator whose values the rules refuse",
        severity: .error,
        reason: "`keyfolio generate` would make values that `keyfolio check` complains about.",
        remedy: "Change the generator's size or the rule."
    )
    /// Rules that no value can meet.
    public static let manifestContradiction = FindingCode(
        "KF-MAN-031",
        title: "Rules that contradict each other",
        severity: .error,
        reason: "No value can meet them.",
        remedy: "Change one of the two."
    )
    /// A rule that says nothing about values of the variable's type.
    public static let manifestRuleForOtherType = FindingCode(
        "KF-MAN-032",
        title: "A rule that does not fit the type",
        severity: .error,
        reason: "A rule that cannot be applied protects nothing, while it looks as if it did.",
        remedy: "Remove the rule, or correct the type."
    )
}
