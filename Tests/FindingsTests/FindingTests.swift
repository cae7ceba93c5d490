import Findings
import Testing

@Suite struct FindingTests {
    static let code = FindingCode("KF-TEST-001", title: "t", severity: .warning, reason: "r", remedy: "m")

    @Test func `a finding takes severity and reason from its code unless told otherwise`() {
        #expect(Finding(Self.code, "x").severity == .warning)
        #expect(Finding(Self.code, severity: .error, "x").severity == .error)
        #expect(Finding(Self.code, "x").reason == "r")
    }

    @Test func `findings sort by place`() {
        let findings = [
            Finding(Self.code, at: Place(file: "b"), "1"), Finding(Self.code, at: Place(file: "a", line: 9), "2"),
            Finding(Self.code, at: Place(file: "a", line: 2), "3"),
        ]
        #expect(findings.sortedForReport().map(\.message) == ["3", "2", "1"])
    }

    @Test func `findings of one line sort by column, code and message, so that reports compare`() {
        let other = FindingCode("KF-TEST-000", title: "t", severity: .note, reason: "r", remedy: "m")
        let place = Place(file: "a", line: 1, column: 9)
        let findings = [
            Finding(Self.code, at: place, "4"), Finding(Self.code, at: place, "3"), Finding(other, at: place, "2"),
            Finding(Self.code, at: Place(file: "a", line: 1, column: 2), "1"),
        ]
        #expect(findings.sortedForReport().map(\.message) == ["1", "2", "3", "4"])
        #expect(findings.reversed().sortedForReport() == findings.sortedForReport())
    }

    @Test func `the worst severity wins`() {
        #expect([Finding(Self.code, "x"), Finding(Self.code, severity: .error, "y")].worstSeverity == .error)
        #expect([Finding]().worstSeverity == nil)
    }
}
