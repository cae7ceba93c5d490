import Findings
import Manifest
import Testing

@Suite struct CodesTests {
    static let all = RuleCodes.all + TypeCodes.all + FileCodes.all

    @Test func `no code is given twice`() {
        #expect(Set(Self.all.map(\.id)).count == Self.all.count)
        #expect(Set(Self.all.map(\.title)).count == Self.all.count)
    }

    @Test(arguments: all)
    func `each code is documented, and its number has the usual form`(code: FindingCode) {
        #expect(code.id.wholeMatch(of: #/KF-(ENV|TYPE|FILE)-[0-9]{3}/#) != nil)
        for text in [code.title, code.reason, code.remedy] { #expect(text.count > 10) }
        #expect(!code.title.hasSuffix("."))
        #expect(code.reason.hasSuffix("."))
        #expect(code.remedy.hasSuffix("."))
    }

    @Test func `codes are listed in the order of their numbers`() {
        for codes in [RuleCodes.all, TypeCodes.all, FileCodes.all] {
            #expect(codes.map(\.id) == codes.map(\.id).sorted())
        }
    }

    @Test func `every code of the rules is raised by a case of these tests`() {
        // The types' own is in ValueTypeTests, the files' in FileCheckTests, whose tables name the codes.
        let raised =
            CheckerTests.rows.map(\.code) + CheckerTests.conditions.compactMap(\.2)
            + NameTests.audiences.compactMap(\.1)
            + GuideTests.flips.compactMap(\.3) + [
                // Each has a test of its own that expects exactly this code.
                RuleCodes.reusedAcrossEnvironments, RuleCodes.reusedByAnotherVariable, RuleCodes.undeclared,
                RuleCodes.wrongComponent, RuleCodes.secretInBrowserFile, RuleCodes.browserValue, RuleCodes.decidesCode,
            ]
        let missing = Set(RuleCodes.all).subtracting(raised).map(\.id)
        #expect(missing.isEmpty)
    }

    @Test func `every code of the files is raised by a case of these tests`() {
        let raised =
            FileCheckTests.rows.flatMap(\.1) + [
                FileCodes.templateMissing, FileCodes.templateNotCommitted, FileCodes.templateIgnored,
            ]
        #expect(Set(FileCodes.all).subtracting(raised).map(\.id).isEmpty)
    }
}
