import Findings
import Testing

@Suite struct TextReportTests {
    static let options = ReportOptions(version: "1.2.3")

    @Test func `findings stand in aligned groups with a line that counts them`() {
        #expect(
            TextReport.render(Samples.ordinary, options: Self.options) == """
                The project: 1 note

                  note[KF-ENV-020] OLD_FLAG
                      OLD_FLAG is read by no component.

                backend/.env, production, backend: 1 error, 1 warning

                  error[KF-ENV-003]   backend/.env:4:1  SECRET_KEY (production, backend)
                      SECRET_KEY still holds its placeholder: •••• (24 characters).
                      why: Everyone who has read the template knows the value.
                      fix: keyfolio generate SECRET_KEY --env production

                  warning[KF-ENV-010] backend/.env:12:7 DEBUG (production, backend)
                      DEBUG is on in production.
                      why: Debug pages show the configuration to whoever provokes an error.
                      fix: Set it to false, or leave it out: false is the default in production.

                1 error, 1 warning, 1 note in backend/.env.

                """
        )
    }

    @Test func `lines break at the width, and commands do not`() {
        var options = Self.options
        options.width = 50
        let lines = TextReport.render(Samples.ordinary, options: options).split(separator: "\n")
        #expect(lines.contains("      why: Debug pages show the configuration to"))
        #expect(lines.contains("           whoever provokes an error."))
        #expect(lines.contains("      fix: keyfolio generate SECRET_KEY --env production"))
        #expect(lines.filter { $0.hasPrefix("      ") && !$0.contains("keyfolio") }.allSatisfy { $0.count <= 50 })
    }

    @Test func `only the word of the severity is coloured, and only when asked`() {
        var options = Self.options
        #expect(!TextReport.render(Samples.ordinary, options: options).contains("\u{1B}"))
        options.colour = true
        let text = TextReport.render(Samples.ordinary, options: options)
        #expect(text.contains("\u{1B}[1;31merror\u{1B}[0m[KF-ENV-003]   backend/.env:4:1  SECRET_KEY"))
        #expect(text.contains("\u{1B}[1;33mwarning\u{1B}[0m[KF-ENV-010] "))
        #expect(text.split(separator: "\u{1B}").count == 7)
    }

    @Test func `a name cannot drive the terminal or forge a line`() {
        let text = TextReport.render(Samples.hostile, options: Self.options)
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        #expect(!text.unicodeScalars.contains { (0x7F...0x9F).contains($0.value) || $0 == "\u{202E}" })
        #expect(text.contains(#"a\u{1B}[2J\n::error::forged/über,b:c/<x>&\u{202E}.env:1:1 N\u{9B}31mAME\u{0}\u{7}"#))
        #expect(!text.split(separator: "\n").contains { $0.hasPrefix("::error") })
    }

    @Test func `without UTF-8 only ASCII comes out`() {
        var options = Self.options
        options.ascii = true
        let text = TextReport.render(Samples.ordinary + Samples.hostile, options: options)
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
        #expect(text.contains("placeholder: **** (24 characters)."))
        #expect(text.contains(#"forged/\u{FC}ber"#))
    }

    @Test(
        arguments: [
            ([], nil, "No findings."),
            ([], "production", "No findings in production."),
            (Samples.ordinary, "3 environments", "1 error, 1 warning, 1 note in 3 environments."),
            (Samples.ordinary + Samples.hostile, nil, "2 errors, 1 warning, 1 note in 2 files."),
            ([Samples.ordinary[2]], nil, "1 note."),
        ] as [([Finding], String?, String)]
    )
    func `the last line counts`(findings: [Finding], subject: String?, line: String) {
        var options = Self.options
        options.subject = subject
        #expect(TextReport.render(findings, options: options).split(separator: "\n").last == line[...])
    }
}
