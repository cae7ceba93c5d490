import SecretStore
import Testing

@Suite struct TimestampTests {
    // The right column is what `date -u -d @SECONDS +%FT%T` says.
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000000Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
        (1_700_000_000_123_456, "2023-11-14T22:13:20.123456Z"), (-1, "1969-12-31T23:59:59.999999Z"),
        (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
        (4_107_542_399_000_000, "2100-02-28T23:59:59.000000Z"), (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
    ])
    func `a moment is written as RFC 3339 and read back`(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).description == text)
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "2023-11-14", "2023-11-14T22:13:20Z", "2023-13-14T22:13:20.000000Z", "2023-02-29T22:13:20.000000Z",
        "2023-11-14T24:13:20.000000Z", "2023-11-14T22:60:20.000000Z", "2023-11-14T22:13:60.000000Z",
        "2023-11-14T22:13:20.000000+", "0000-01-01T00:00:00.000000Z", "2023-11-00T00:00:00.000000Z",
    ])
    func `what is no moment is refused`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func `what lies beyond the years is brought back`() {
        #expect(Timestamp(microseconds: .max) == .latest)
        #expect(Timestamp(microseconds: .min) == .earliest)
    }
}
