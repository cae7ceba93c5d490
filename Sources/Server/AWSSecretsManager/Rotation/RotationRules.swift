internal import Findings

/// When a secret is to be rotated (AWS: `RotationRulesType`). It is stored; runs are not made by this server.
struct RotationRules: Sendable, Equatable {
    var afterDays: Int?
    var schedule: String?
    var duration: String?

    /// Reads the member `RotationRules`; nil when it is not there.
    init?(_ members: inout Members) throws(AWSError) {
        guard var rules = try members.structure("RotationRules") else { return nil }
        afterDays = try rules.integer("AutomaticallyAfterDays", 1...1000)
        schedule = try rules.text("ScheduleExpression", Self.scheduleRule)
        duration = try rules.text("Duration", Self.durationRule)
        members.merge(rules)
        try members.finish()
        guard afterDays == nil || schedule == nil else {
            throw AWSError(
                .invalidParameter,
                "You can't specify both AutomaticallyAfterDays and ScheduleExpression in RotationRules."
            )
        }
        let hours = duration.flatMap { Int($0.dropLast()) }
        if let hours, !(1...24).contains(hours) {
            throw AWSError(.invalidParameter, "Duration must be from 1h to 24h.")
        }
        if let schedule {
            guard let interval = ScheduleExpression(schedule) else {
                throw AWSError(
                    .invalidParameter,
                    "Invalid ScheduleExpression. Use rate(N hours), rate(N days) or cron(minutes hours day-of-month "
                        + "month day-of-week year); a secret is rotated every four hours at most."
                )
            }
            if case .rate(let rate) = interval, let hours, hours > rate {
                throw AWSError(.invalidParameter, "Duration must not extend into the next rotation window.")
            }
        }
    }

    init(afterDays: Int? = nil, schedule: String? = nil, duration: String? = nil) {
        self.afterDays = afterDays
        self.schedule = schedule
        self.duration = duration
    }

    /// Reads what ``json`` writes.
    init(stored: JSONValue) {
        afterDays = stored["AutomaticallyAfterDays"]?.asInteger
        schedule = stored["ScheduleExpression"]?.asString
        duration = stored["Duration"]?.asString
    }

    /// As it stands in answers, and in the store.
    var json: JSONValue {
        var object = JSONObject()
        if let afterDays { object["AutomaticallyAfterDays"] = .integer(afterDays) }
        if let duration { object["Duration"] = .string(duration) }
        if let schedule { object["ScheduleExpression"] = .string(schedule) }
        return .object(object)
    }

    private static let scheduleRule = Members.TextRule(
        length: 1...256,
        pattern: (#"[0-9A-Za-z\(\)#\?\*\-\/, ]+"#, { $0.utf8.allSatisfy(isScheduleByte) })
    )
    private static let durationRule = Members.TextRule(
        length: 2...3,
        pattern: ("[0-9]+h", { $0.hasSuffix("h") && $0.dropLast().utf8.allSatisfy { (0x30...0x39).contains($0) } })
    )

    private static func isScheduleByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "#"),
            UInt8(ascii: "?"), UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: ","),
            UInt8(ascii: " "):
            true
        default: false
        }
    }
}
