import Findings
import Testing

@Suite struct GitHubReportTests {
    @Test func `a workflow command for each finding`() {
        #expect(
            GitHubReport.render(Samples.ordinary) == """
                ::notice title=KF-ENV-020%3A Nobody reads the variable::OLD_FLAG is read by no component.
                ::error file=backend/.env,line=4,col=1,title=KF-ENV-003%3A A placeholder was left in::SECRET_KEY still \
                holds its placeholder: •••• (24 characters). (production, backend)%0AWhy: Everyone who has read the \
                template knows the value.%0AFix: keyfolio generate SECRET_KEY --env production
                ::warning file=backend/.env,line=12,col=7,title=KF-ENV-010%3A Debug mode is on::DEBUG is on in \
                production. (production, backend)%0AWhy: Debug pages show the configuration to whoever provokes an \
                error.%0AFix: Set it to false, or leave it out: false is the default in production.

                """
        )
    }

    @Test func `nothing is said when there is nothing`() { #expect(GitHubReport.render([]) == "") }

    @Test func `no name breaks out of its place`() {
        let report = GitHubReport.render(Samples.hostile)
        #expect(report.split(whereSeparator: \.isNewline).count == 1)
        #expect(
            report.hasPrefix(
                #"::error file=a\u{1B}[2J\n%3A%3Aerror%3A%3Aforged/über%2Cb%3Ac/<x>&\u{202E}.env,line=1,col=1,title=KF-"#
            )
        )
        #expect(report.contains(#"100%25\r\nand"#))
        #expect(!report.unicodeScalars.dropLast().contains { $0.value < 0x20 })
    }
}
