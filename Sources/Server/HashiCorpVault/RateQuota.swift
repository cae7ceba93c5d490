internal import Findings
internal import Vaulting

/// How many requests one client may send in an interval, everywhere or below a path.
struct RateQuota: Sendable, Hashable {
    static let collection = "vault.rate-quotas"
    /// The most quotas of a server: each request is compared with the rules of its mount.
    static let most = 256

    let name: String
    /// Empty for every path; a mount, or a path below one, with `*` at its end for whatever follows. No other slash at its
    /// end.
    var path: String
    /// Whether the path is a mount: then it means everything below it.
    var isMount: Bool
    /// Requests in an interval. Told as it was spelled; what counts is whole requests, and one at least.
    var rate: Double
    /// Seconds. So is the next; 0 for none.
    var interval: Int
    var blockInterval: Int

    /// How many requests an interval has.
    var requests: Int { Int(max(1, min(rate, 1e9))) }

    /// How specific it is for a path in lower case: the larger counts. nil when it does not mean the path. Many names are
    /// the same in every case: a quota that asked for one spelling would count none of the others.
    func precedence(forFolded requested: String) -> Int? {
        if path.isEmpty { return 0 }
        let path = path.lowercased()
        if isMount {
            return requested == path || requested.utf8.starts(with: (path + "/").utf8) ? 1 : nil
        }
        if path.utf8.last == UInt8(ascii: "*") {
            return requested.utf8.starts(with: path.utf8.dropLast()) ? 1 + path.utf8.count : nil
        }
        return requested == path ? .max : nil
    }

    /// The quota as a read shows it.
    var members: JSONObject {
        JSONObject(members: [
            "block_interval": .integer(blockInterval), "inheritable": .bool(path.isEmpty),
            "interval": .integer(interval),
            "name": .string(name),
            // A mount has its slash, as in every listing of mounts.
            "path": .string(isMount ? path + "/" : path), "rate": Self.number(rate), "role": "", "type": "rate-limit",
        ])
    }

    var json: JSONValue {
        [
            "block": .integer(blockInterval), "interval": .integer(interval), "mount": .bool(isMount),
            "path": .string(path),
            "rate": .string("\(rate)"),
        ]
    }

    init(_ name: String, path: String, isMount: Bool, rate: Double, interval: Int, blockInterval: Int) {
        self.name = name
        self.path = path
        self.isMount = isMount
        self.rate = rate
        self.interval = interval
        self.blockInterval = blockInterval
    }

    init?(_ name: String, _ value: JSONValue) {
        guard let path = value["path"]?.asString, let rate = value["rate"]?.asString.flatMap(Double.init),
            let interval = value["interval"]?.asInteger
        else { return nil }
        self.init(
            name,
            path: path,
            isMount: value["mount"] == .bool(true),
            rate: rate,
            interval: interval,
            blockInterval: value["block"]?.asInteger ?? 0
        )
    }

    private static func number(_ value: Double) -> JSONValue {
        if let whole = Int(exactly: value) { return .integer(whole) }
        return (try? JSONValue(parsing: Array("\(value)".utf8))) ?? .null
    }
}

/// What holds for all quotas of rates.
struct RateQuotaSettings: Sendable, Hashable {
    static let collection = "vault.rate-quota-settings"
    static let name = "settings"
    static let mostExempt = 256

    /// Paths without quota. One with a slash at its end, or with `*`, means what follows as well.
    var exempt: [String] = standard
    /// Whether answers that are not refused say what is left.
    var showsHeaders = false

    /// What Vault exempts when nobody says otherwise: how it is, and how it is opened.
    static let standard = [
        "sys/generate-recovery-token/attempt", "sys/generate-recovery-token/update", "sys/generate-root/attempt",
        "sys/generate-root/update", "sys/health", "sys/seal-status", "sys/unseal",
    ]

    func exempts(_ path: String) -> Bool {
        exempt.contains { rule in
            switch rule.utf8.last {
            case UInt8(ascii: "*"): path.utf8.starts(with: rule.utf8.dropLast())
            case UInt8(ascii: "/"): path.utf8.starts(with: rule.utf8) || path.utf8.elementsEqual(rule.utf8.dropLast())
            default: path == rule
            }
        }
    }

    var members: JSONObject {
        JSONObject(members: [
            "absolute_rate_limit_exempt_paths": .array([]), "enable_rate_limit_audit_logging": false,
            "enable_rate_limit_response_headers": .bool(showsHeaders), "rate_limit_exempt_paths": .texts(exempt),
        ])
    }

    var json: JSONValue { ["exempt": .texts(exempt), "headers": .bool(showsHeaders)] }

    init() {}

    init(_ value: JSONValue) {
        exempt = value["exempt"].texts
        showsHeaders = value["headers"] == .bool(true)
    }
}
