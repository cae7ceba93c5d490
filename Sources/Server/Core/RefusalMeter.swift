internal import SecretStore

/// Decides which refusals get a record of their own: strangers must not be able to fill the log.
///
/// Each address has a number of records for each minute; what is beyond is counted, and the count stands in the next
/// record.
struct RefusalMeter {
    private struct Tally {
        var minute: Int64
        var recorded = 0
        var dropped = 0
    }

    private static let perMinute = 60
    private static let addresses = 4096
    private var tallies: [String: Tally] = [:]

    /// Whether a refusal is to be recorded, and how many before it were not.
    ///
    /// - Parameters:
    ///   - address: Where it came from.
    ///   - now: The time.
    /// - Returns: nil when it is only counted.
    mutating func admit(_ address: String, at now: Timestamp) -> Int? {
        let minute = now.seconds / 60
        // Many addresses at once share what is left: the log is bounded whatever the number of addresses.
        let key = tallies.count < Self.addresses || tallies[address] != nil ? address : "others"
        var tally = tallies[key] ?? Tally(minute: minute)
        if tally.minute != minute {
            tally = Tally(minute: minute, dropped: tally.dropped)
            if tallies.count >= Self.addresses { tallies = tallies.filter { $0.value.minute == minute } }
        }
        guard tally.recorded < Self.perMinute else {
            tally.dropped += 1
            tallies[key] = tally
            return nil
        }
        let dropped = tally.dropped
        tally.recorded += 1
        tally.dropped = 0
        tallies[key] = tally
        return dropped
    }
}
