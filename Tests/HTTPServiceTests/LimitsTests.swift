import Testing

@testable import HTTPService

struct LimitsTests {
    @Test func theLargestBodyIsThatOfVault() { #expect(HTTPLimits().bodyBytes == 32 << 20) }
}
