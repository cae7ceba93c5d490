internal import Findings
internal import SecretStore

extension SecretAttributes {
    /// The attributes in a snapshot.
    var snapshot: JSONValue {
        var object = JSONObject()
        object["description"] = description.map(JSONValue.string)
        if !tags.isEmpty { object["tags"] = .map(tags) }
        object["keyID"] = keyID.map(JSONValue.string)
        object["rotation"] = rotation.map(JSONValue.string)
        object["resourcePolicy"] = resourcePolicy.map(JSONValue.string)
        object["checkAndSet"] = isCheckAndSetRequired.map(JSONValue.bool)
        object["versionsKept"] = versionsKept.map(JSONValue.integer)
        object["deletesVersionsAfter"] = deletesVersionsAfter.map(JSONValue.integer)
        return .object(object)
    }

    /// Reads what ``snapshot`` wrote; what is not there is not said.
    init(snapshot value: JSONValue) {
        self.init()
        description = value["description"]?.asString
        tags = value["tags"].map
        keyID = value["keyID"]?.asString
        rotation = value["rotation"]?.asString
        resourcePolicy = value["resourcePolicy"]?.asString
        if case .bool(let flag) = value["checkAndSet"] { isCheckAndSetRequired = flag }
        versionsKept = value["versionsKept"]?.asInteger
        deletesVersionsAfter = value["deletesVersionsAfter"]?.asInteger
    }
}

extension VersionAttributes {
    /// The attributes in a snapshot.
    var snapshot: JSONValue {
        var object = JSONObject()
        if !isEnabled { object["enabled"] = .bool(false) }
        object["notBefore"] = notBefore.map { .string($0.description) }
        object["expires"] = expires.map { .string($0.description) }
        object["contentType"] = contentType.map(JSONValue.string)
        if !tags.isEmpty { object["tags"] = .map(tags) }
        object["token"] = token.map(JSONValue.string)
        return .object(object)
    }

    /// Reads what ``snapshot`` wrote.
    init(snapshot value: JSONValue) {
        self.init()
        isEnabled = value["enabled"] != .bool(false)
        notBefore = value["notBefore"]?.asString.flatMap(Timestamp.init)
        expires = value["expires"]?.asString.flatMap(Timestamp.init)
        contentType = value["contentType"]?.asString
        tags = value["tags"].map
        token = value["token"]?.asString
    }
}
