internal import Synchronization

/// What is counted of the service, for `/metrics`.
public final class ServiceMetrics: Sendable {
    /// The upper ends of the buckets of the histogram, in seconds; one more bucket has what is beyond.
    public static let buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]

    /// One counter for each of some protocols and each hundred of statuses.
    private let requests: [Counter]
    private let histogram: [Counter]
    private let wires: [String]
    /// How long all requests took together, in microseconds.
    let microseconds = Counter()
    /// How many transactions there were.
    let groups = Counter()
    /// How many requests were in them.
    let grouped = Counter()
    /// How many were not let in.
    let refusals = Counter()
    /// How often records could not be written.
    let auditFailures = Counter()

    init(wires: [String]) {
        self.wires = wires
        requests = wires.flatMap { _ in (0..<6).map { _ in Counter() } }
        histogram = (0...Self.buckets.count).map { _ in Counter() }
    }

    /// A number that many threads add to.
    final class Counter: Sendable {
        private let value = Atomic<Int>(0)
        func add(_ count: Int = 1) { value.add(count, ordering: .relaxed) }
        var count: Int { value.load(ordering: .relaxed) }
    }

    /// Counts one answer.
    func note(wire: Int, status: Int, microseconds time: Int64) {
        requests[wire * 6 + min(max(status / 100, 0), 5)].add()
        let seconds = Double(time) / 1_000_000
        histogram[Self.buckets.firstIndex { seconds <= $0 } ?? Self.buckets.count].add()
        microseconds.add(Int(time))
    }

    /// The counters in Prometheus's text format 0.0.4.
    func text(_ gauges: [(name: String, help: String, value: Double)]) -> String {
        var text = ""
        func head(_ name: String, _ kind: String, _ help: String) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
        }
        head("keyfolio_requests_total", "counter", "Requests that were answered, by protocol and class of status.")
        for (wire, name) in wires.enumerated() {
            for hundred in 1...5 {
                let count = requests[wire * 6 + hundred].count
                text += "keyfolio_requests_total{protocol=\"\(name)\",status=\"\(hundred)xx\"} \(count)\n"
            }
        }
        head("keyfolio_request_duration_seconds", "histogram", "From the whole request to its answer.")
        var sum = 0
        for (position, counter) in histogram.enumerated() {
            sum += counter.count
            let end = position < Self.buckets.count ? "\(Self.buckets[position])" : "+Inf"
            text += "keyfolio_request_duration_seconds_bucket{le=\"\(end)\"} \(sum)\n"
        }
        text += "keyfolio_request_duration_seconds_sum \(Double(microseconds.count) / 1_000_000)\n"
        text += "keyfolio_request_duration_seconds_count \(sum)\n"
        let counters: [(String, String, Int)] = [
            ("keyfolio_groups_total", "Transactions of requests that passed together.", groups.count),
            ("keyfolio_grouped_requests_total", "Requests that passed in them.", grouped.count),
            ("keyfolio_refusals_total", "Requests that nobody was let in for.", refusals.count),
            ("keyfolio_audit_failures_total", "Groups whose records could not be written.", auditFailures.count),
        ]
        for (name, help, value) in counters {
            head(name, "counter", help)
            text += "\(name) \(value)\n"
        }
        for gauge in gauges {
            head(gauge.name, "gauge", gauge.help)
            text += "\(gauge.name) \(gauge.value)\n"
        }
        return text
    }
}
