public import Findings

/// What can be wrong with a component's template.
public enum TemplateCodes {
    /// A variable that the template does not have.
    public static let missing = FindingCode(
        "KF-TPL-001",
        title: "A variable is missing in the template",
        severity: .warning,
        reason: "Whoever starts with the template does not learn that the component reads it.",
        remedy: "Run `keyfolio template` to write it anew from the manifest."
    )
    /// A name that the manifest does not have for this component.
    public static let undeclared = FindingCode(
        "KF-TPL-002",
        title: "The template has a variable that the manifest does not have",
        severity: .warning,
        reason: "Nobody checks what is filled in there, and `keyfolio run` does not pass it on.",
        remedy: "Declare the variable in the manifest, or run `keyfolio template` to write the template anew."
    )
    /// A name that the manifest has for other components only.
    public static let otherComponent = FindingCode(
        "KF-TPL-003",
        title: "The template has a variable of another component",
        severity: .warning,
        reason: "Each component gets only what it reads; for the others the value is one more copy to lose.",
        remedy: "Add the component to the variable's readers, or run `keyfolio template` to write the template anew."
    )
    /// A value that looks like the real thing.
    public static let realSecret = FindingCode(
        "KF-TPL-004",
        title: "The template holds what looks like a real secret",
        severity: .error,
        reason: "Templates are committed; a real secret in one must be taken for known to everyone.",
        remedy: "Write a placeholder, and rotate the secret."
    )

    /// Every code, in order, for the page that documents them.
    public static let all: [FindingCode] = [missing, undeclared, otherComponent, realSecret]
}
