internal import Findings
internal import HTTPModel
internal import SecretStore

/// `sys/metrics`: the server's counters, as Prometheus reads them, or in the JSON of Vault's own.
extension LogicalContext {
    func readMetrics() throws -> LogicalResponse {
        try require()
        let text = adapter.metrics()
        switch try parameters.text("format") ?? "" {
        case "prometheus":
            return LogicalResponse(
                whole: HTTPResponse(
                    status: 200,
                    headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Cache-Control": "no-store"],
                    body: Array(text.utf8)
                )
            )
        case "", "json": return .bare(Self.summary(of: text, at: .now), status: 200)
        default: throw LogicalFault.invalid("metric response format not supported")
        }
    }

    /// The lines of Prometheus's text format as members: gauges, and counters with the parts of histograms.
    static func summary(of text: String, at now: Timestamp) -> JSONObject {
        var kinds: [Substring: Substring] = [:]
        var (gauges, counters): ([JSONValue], [JSONValue]) = ([], [])
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ")
                if words.count == 4 { kinds[words[2]] = words[3] }
                continue
            }
            guard !line.hasPrefix("#"), let space = line.lastIndex(of: " ") else { continue }
            let name = line.prefix { $0 != "{" && $0 != " " }
            var labels = JSONObject()
            for pair in line[name.endIndex..<space].dropFirst().dropLast().split(separator: ",") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                if parts.count == 2 { labels[String(parts[0])] = .string(String(parts[1].dropFirst().dropLast())) }
            }
            let number = (try? JSONValue(parsing: Array(line[line.index(after: space)...].utf8))) ?? 0
            let isGauge = kinds[name] == "gauge"
            let entry = JSONValue.object(
                JSONObject(members: [
                    "Name": .string(String(name)), isGauge ? "Value" : "Count": number, "Labels": .object(labels),
                ])
            )
            if isGauge { gauges.append(entry) } else { counters.append(entry) }
        }
        return JSONObject(members: [
            "Timestamp": .string(VaultTime.text(now)), "Gauges": .array(gauges), "Points": .array([]),
            "Counters": .array(counters), "Samples": .array([]),
        ])
    }
}
