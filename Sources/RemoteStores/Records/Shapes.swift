extension RecordShape {
    /// One line of a listing of secrets.
    static let secret = RecordShape([("path", .word)])
    /// One change of a field.
    static let change = RecordShape([
        ("field", .text), ("version", .number), ("time", .text), ("principal", .text), ("change", .text),
    ])
    /// The age of a field.
    static let field = RecordShape([
        ("name", .text), ("version", .number), ("changed", .text), ("principal", .text),
    ])

    /// Whether a log is intact.
    static let verification = RecordShape([
        ("intact", .flag), ("records", .number), ("publicKey", .text), ("brokenAt", .optionalNumber),
        ("fault", .optionalText),
    ])

    /// A person or machine.
    public static let principal = RecordShape([
        ("name", .text), ("kind", .text), ("id", .text), ("roles", .texts), ("policies", .texts), ("metadata", .map),
        ("addresses", .texts), ("disabled", .flag), ("created", .text),
    ])
    /// A named set of policies.
    public static let role = RecordShape([("name", .text), ("policies", .texts), ("summary", .text)])
    /// A policy with its text.
    public static let policy = RecordShape([("name", .text), ("text", .text)])
    /// What may be shown of a token.
    public static let token = RecordShape([
        ("accessor", .text), ("principal", .optionalText), ("policies", .texts), ("displayName", .text),
        ("created", .text), ("expires", .optionalText), ("uses", .optionalNumber), ("renewable", .flag),
        ("addresses", .texts),
    ])
    /// A token as a listing has it; one of somebody who is disabled opens nothing for now.
    public static let listedToken = token.with([("disabled", .flag)])
    /// A token with what opens.
    public static let issuedToken = token.with([("token", .word)])
    /// What may be shown of an AWS access key or a client.
    public static let credential = RecordShape([
        ("id", .text), ("principal", .optionalText), ("policies", .texts), ("created", .text),
    ])
    /// An access key or a client with its secret.
    public static let issuedCredential = credential.with([("secret", .word)])
    /// A network that may not come in.
    public static let block = RecordShape([("range", .text), ("until", .optionalText), ("reason", .text)])
    /// Why somebody may or may not do something.
    public static let explanation = RecordShape([
        ("allowed", .flag), ("capability", .text), ("resource", .text), ("pattern", .optionalText),
        ("sentence", .text), ("suggestion", .optionalText), ("resourcePolicy", .optionalText),
    ])
    /// A rule that did not decide.
    public static let otherRule = RecordShape([("pattern", .text), ("reason", .text)])
    /// Who the caller is.
    public static let caller = RecordShape([("name", .text), ("root", .flag), ("policies", .texts)])
}
