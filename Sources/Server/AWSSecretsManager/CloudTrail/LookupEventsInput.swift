internal import Findings
internal import SecretStore

/// LookupEvents (CloudTrail's service model, 2013-11-01).
struct LookupEventsInput: Sendable {
    /// What events are looked up by.
    enum Attribute: String, Sendable, CaseIterable {
        case eventID = "EventId"
        case eventName = "EventName"
        case readOnly = "ReadOnly"
        case username = "Username"
        case resourceType = "ResourceType"
        case resourceName = "ResourceName"
        case eventSource = "EventSource"
        case accessKeyID = "AccessKeyId"
    }

    /// The attribute and its value; nil for all events.
    var attribute: (key: Attribute, value: String)?
    var start: Timestamp?
    var end: Timestamp?
    var maxResults: Int
    var nextToken: String?
    /// Whether Insights events are asked for, of which there are none.
    var isInsight: Bool

    init(_ members: inout Members) throws(AWSError) {
        let elements = try members.list("LookupAttributes", 0...100) ?? []
        guard elements.count <= 1 else {
            throw AWSError(.invalidLookupAttributes, "You can specify only one lookup attribute.")
        }
        if let element = elements.first {
            guard case .object(let object) = element else {
                throw AWSError(.serialization, "Unexpected field type")
            }
            var pair = Members(object)
            let key = try pair.requiredText("AttributeKey", .length(1...64))
            let value = try pair.requiredText("AttributeValue", .length(1...2000))
            members.merge(pair)
            try members.finish()
            guard let key = Attribute(rawValue: key) else {
                throw AWSError(.invalidLookupAttributes, "The lookup attribute is not valid.")
            }
            attribute = (key, value)
        }
        start = try members.microseconds("StartTime").map(Timestamp.init(microseconds:))
        end = try members.microseconds("EndTime").map(Timestamp.init(microseconds:))
        let most = try members.integer("MaxResults", nil) ?? 50
        nextToken = try members.text("NextToken", .length(0...4096))
        let category = try members.text("EventCategory", .length(0...64))
        try members.finish()
        guard (1...50).contains(most) else {
            throw AWSError(.invalidMaxResults, "A maximum of 50 events can be returned.")
        }
        maxResults = most
        if let start, let end, start > end {
            throw AWSError(.invalidTimeRange, "The start time must be before the end time.")
        }
        guard category == nil || category == "insight" else {
            throw AWSError(.invalidEventCategory, "The event category is not valid.")
        }
        isInsight = category != nil
    }
}
