import Findings
import Testing

@Suite struct CodePageTests {
    static let marked = FindingCode(
        "KF-ABC-001",
        title: "A <b> | *pipe*",
        severity: .note,
        reason: "Use `a|b <c>` or [it].",
        remedy: ""
    )
    static let errors: [CodePage.ErrorEntry] = [
        ("KF-JSON-009", "a comma stands before the closing bracket", "readers differ", "remove the comma")
    ]

    @Test func `the page lists and explains every code in order`() {
        #expect(
            CodePage.markdown(for: [Samples.debug, Samples.placeholder, Self.marked], errors: Self.errors) == #"""
                # Codes

                What a check finds and every error has a stable code. A code is never given to another thing and never \#
                renumbered. `keyfolio explain CODE` says on the terminal what this page says. The page is generated.

                | code | severity | what it is |
                |---|---|---|
                | [KF-ABC-001](#kf-abc-001) | note | A \<b> \| \*pipe\* |
                | [KF-ENV-003](#kf-env-003) | error | A placeholder was left in |
                | [KF-ENV-010](#kf-env-010) | warning | Debug mode is on |
                | [KF-JSON-009](#kf-json-009) | error | a comma stands before the closing bracket |

                ## KF-ABC

                <a id="kf-abc-001"></a>
                ### KF-ABC-001: A \<b> | \*pipe\*

                Severity: note.

                Why it matters: Use `a|b <c>` or \[it].

                ## KF-ENV

                <a id="kf-env-003"></a>
                ### KF-ENV-003: A placeholder was left in

                Severity: error.

                Why it matters: Everyone who has read the template knows the value.

                What mends it: Generate or set the variable's own value.

                <a id="kf-env-010"></a>
                ### KF-ENV-010: Debug mode is on

                Severity: warning.

                Why it matters: Debug pages show the configuration to whoever provokes an error.

                What mends it: Switch it off in production.

                ## KF-JSON

                <a id="kf-json-009"></a>
                ### KF-JSON-009: a comma stands before the closing bracket

                Severity: error.

                Why it matters: readers differ

                What mends it: remove the comma

                """#
        )
    }

    @Test func `one code is explained on the terminal`() {
        var options = ReportOptions(version: "1")
        options.width = 40
        #expect(
            CodePage.explain("kf-env-010", among: [Samples.placeholder, Samples.debug], options: options) == """
                warning[KF-ENV-010] Debug mode is on
                  why: Debug pages show the
                       configuration to whoever provokes
                       an error.
                  fix: Switch it off in production.

                """
        )
        #expect(
            CodePage.explain("KF-JSON-009", among: [], errors: Self.errors, options: options)?
                .hasPrefix("error[KF-JSON-009] a comma") == true
        )
        #expect(CodePage.explain("KF-NO-001", among: [Samples.debug], errors: Self.errors, options: options) == nil)
    }

    @Test func `a code that is declared twice is told`() {
        let again: [CodePage.ErrorEntry] = [(Samples.debug.id, "t", "r", "f")]
        #expect(CodePage.duplicates(in: [Samples.debug, Samples.placeholder], errors: Self.errors) == [])
        #expect(CodePage.duplicates(in: [Samples.debug, Samples.placeholder], errors: again) == [Samples.debug.id])
    }
}
