/// The report for services that show static analysis: SARIF 2.1.0 (OASIS Standard, 27 March 2020, with Errata 01).
///
/// What mends a finding stands in its message and in its properties, not in SARIF's `fixes`: those hold replacement
/// text, which for a variable would be its value.
public enum SARIFReport {
    /// The report, ending in a line break.
    public static func render(_ findings: some Sequence<Finding>, options: ReportOptions) -> String {
        let sorted = findings.sortedForReport()
        let codes = Set(sorted.map(\.code)).sorted { $0.id < $1.id }
        let indices = Dictionary(uniqueKeysWithValues: zip(codes.map(\.id), codes.indices))
        var fingerprints = Fingerprints()
        let results = sorted.map { finding in
            result(finding, rule: indices[finding.code.id], fingerprint: fingerprints.next(finding), options: options)
        }
        let log: JSONValue = [
            "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                [
                    "tool": [
                        "driver": [
                            "name": .string(options.tool),
                            "version": .string(options.version),
                            "rules": .array(codes.map { rule($0, options: options) }),
                        ]
                    ],
                    "columnKind": "unicodeCodePoints",
                    "originalUriBaseIds": [root: ["description": ["text": "The project's folder."]]],
                    "results": .array(results),
                ]
            ],
        ]
        return log.text(.pretty) + "\n"
    }

    /// The name that GitHub gives the repository's root.
    private static let root = "%SRCROOT%"

    private static func rule(_ code: FindingCode, options: ReportOptions) -> JSONValue {
        var rule = JSONObject()
        rule["id"] = .string(code.id)
        rule["shortDescription"] = message(code.title)
        rule["fullDescription"] = message(code.reason.isEmpty ? code.title : code.reason)
        if !code.remedy.isEmpty { rule["help"] = message(code.remedy) }
        if let page = options.codePage { rule["helpUri"] = .string("\(page)#\(CodePage.anchor(code.id))") }
        rule["defaultConfiguration"] = ["level": .string(code.severity.rawValue)]
        rule["properties"] = ["tags": ["configuration"]]
        return .object(rule)
    }

    private static func result(
        _ finding: Finding,
        rule: Int?,
        fingerprint: String,
        options: ReportOptions
    ) -> JSONValue {
        var paragraphs = [finding.message]
        if !finding.reason.isEmpty { paragraphs.append("Why: \(finding.reason)") }
        if let fix = finding.fix { paragraphs.append("Fix: \(fix)") }
        var properties = JSONObject()
        properties["variable"] = finding.place.variable.map(JSONValue.string)
        properties["environment"] = finding.place.environment.map(JSONValue.string)
        properties["component"] = finding.place.component.map(JSONValue.string)
        if finding.fix != nil { properties["fix"] = finding.json["fix"] }

        var result = JSONObject()
        result["ruleId"] = .string(finding.code.id)
        result["ruleIndex"] = rule.map(JSONValue.integer)
        result["level"] = .string(finding.severity.rawValue)
        result["message"] = message(paragraphs.map { VisibleText.escape($0) }.joined(separator: "\n"))
        result["locations"] = [location(finding.place, options: options)]
        // GitHub follows a result by the first name, other services by any. GitHub would otherwise compute its own from
        // the line's text, and take a moved finding for a new one.
        result["partialFingerprints"] = [
            "primaryLocationLineHash": .string(fingerprint), "keyfolio/v1": .string(fingerprint),
        ]
        result["properties"] = .object(properties)
        return .object(result)
    }

    private static func location(_ place: Place, options: ReportOptions) -> JSONValue {
        var physical = JSONObject()
        physical["artifactLocation"] = artifact(place.file ?? options.manifest)
        if let line = place.line, place.file != nil {
            var region = JSONObject()
            region["startLine"] = .integer(max(line, 1))
            region["startColumn"] = place.column.map { .integer(max($0, 1)) }
            physical["region"] = .object(region)
        } else {
            physical["region"] = ["startLine": 1]
        }
        var location = JSONObject()
        location["physicalLocation"] = .object(physical)
        if let variable = place.variable {
            let names = [place.environment, place.component, variable].compactMap { $0 }
            location["logicalLocations"] = [
                [
                    "name": .string(variable), "fullyQualifiedName": .string(names.joined(separator: "/")),
                    "kind": "variable",
                ]
            ]
        }
        return .object(location)
    }

    /// A file as a URI reference (RFC 3986): relative to the project's folder, or absolute when it is outside.
    private static func artifact(_ file: String) -> JSONValue {
        if file.hasPrefix("/") { return ["uri": .string("file://" + percentEncoded(file))] }
        var path = file[...]
        while path.hasPrefix("./") { path = path.dropFirst(2) }
        return ["uri": .string(percentEncoded(path)), "uriBaseId": .string(root)]
    }

    /// Everything but the unreserved characters and the slashes encoded, so that no name can be taken for a scheme, a
    /// query or a fragment.
    private static func percentEncoded(_ path: some StringProtocol) -> String {
        var encoded = ""
        for byte in path.utf8 {
            let scalar = Unicode.Scalar(byte)
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~", "/":
                encoded.unicodeScalars.append(scalar)
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }

    /// A message whose text is taken as it is: what looks like a placeholder (`{0}`, section 3.11.5) or an embedded link
    /// (`[text](1)`, section 3.11.6) is escaped.
    private static func message(_ text: String) -> JSONValue {
        var escaped = ""
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "{" {
                let digits = rest.prefix { ("0"..."9").contains($0) }
                if !digits.isEmpty, rest[digits.endIndex...].first == "}" {
                    escaped += "{{\(String(digits))}}"
                    rest = rest[digits.endIndex...].dropFirst()
                    continue
                }
            }
            if scalar == "]", rest.first == "(" { escaped += "\\" }
            escaped.unicodeScalars.append(scalar)
        }
        return ["text": .string(escaped)]
    }
}

/// What stays the same of a finding when its line moves or its message is worded anew: the code, the place's names, and
/// which of several alike it is.
private struct Fingerprints {
    private var seen: [String: Int] = [:]

    mutating func next(_ finding: Finding) -> String {
        let place = finding.place
        let names = [finding.code.id, place.file, place.environment, place.component, place.variable]
        // Lengths before the names: two different lists never make the same text.
        let identity = names.map { name in name.map { "\($0.utf8.count):\($0)" } ?? "-" }.joined()
        let count = (seen[identity] ?? 0) + 1
        seen[identity] = count
        return "\(Self.hash(identity)):\(count)"
    }

    /// FNV-1a with 64 bits: it needs to be stable between runs and machines, not secure.
    private static func hash(_ text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
