import Findings
import Probes
import Testing

@Suite struct PostgresCodesTests {
    @Test func `codes are numbered without gaps and say how they are mended`() {
        let numbers = (1...PostgresCodes.all.count).map { "KF-PG-0\($0 < 10 ? "0" : "")\($0)" }
        #expect(PostgresCodes.all.map(\.id) == numbers)
        #expect(PostgresCodes.all.allSatisfy { !$0.title.isEmpty && !$0.reason.isEmpty && !$0.remedy.isEmpty })
        #expect(Set(PostgresCodes.all.map(\.title)).count == PostgresCodes.all.count)
    }
}
