internal import Findings
internal import Manifest
internal import Secrets

/// YAML documents with names and texts in them.
enum YAMLImport {
    /// One flat mapping.
    static func flat(_ bytes: [UInt8]) throws(InterchangeError) -> [NamedValue] {
        try values(of: try mapping(try root(bytes, .yaml), .yaml), .yaml)
    }

    /// A Kubernetes Secret: `data` in base64, `stringData` as it is; the latter wins, as in the API server.
    static func kubernetes(_ bytes: [UInt8]) throws(InterchangeError) -> [NamedValue] {
        let members = try mapping(try root(bytes, .kubernetes), .kubernetes)
        guard case .text("Secret")? = members.first(where: { $0.key == "kind" })?.value else {
            throw .shape(.kubernetes, "the document's kind is not Secret")
        }
        var result: [NamedValue] = []
        for member in members where member.key == "data" {
            if case .text(nil) = member.value { continue }
            for encoded in try values(of: try mapping(member.value, .kubernetes), .kubernetes) {
                guard let decoded = Base64.decode(encoded.value.reveal()) else {
                    throw .syntax(
                        .kubernetes,
                        "line \(encoded.line ?? 0): the value of \(VisibleText.escape(encoded.name)) is not base64",
                        line: encoded.line,
                        fix: "encode it, or put it under stringData"
                    )
                }
                guard let text = unsafe decoded.withUnsafeBytes({ unsafe Secret<String>(bytes: $0) }) else {
                    throw .notText(encoded.name)
                }
                result.append(NamedValue(name: encoded.name, value: text, line: encoded.line))
            }
        }
        for member in members where member.key == "stringData" {
            if case .text(nil) = member.value { continue }
            result += try values(of: try mapping(member.value, .kubernetes), .kubernetes)
        }
        return result
    }

    private typealias Members = [(key: String, line: Int, value: YAMLTree)]

    private static func root(_ bytes: [UInt8], _ format: Format) throws(InterchangeError) -> YAMLTree {
        do throws(YAMLTree.Problem) {
            return try YAMLTree.read(bytes) ?? .mapping([])
        } catch {
            throw .syntax(format, "line \(error.line): \(error.message)", line: error.line, fix: error.fix)
        }
    }

    private static func mapping(_ tree: YAMLTree, _ format: Format) throws(InterchangeError) -> Members {
        guard case .mapping(let members) = tree else { throw .shape(format, "a list of names and values is expected") }
        return members
    }

    private static func values(of members: Members, _ format: Format) throws(InterchangeError) -> [NamedValue] {
        var result: [NamedValue] = []
        for member in members {
            switch member.value {
            case .text(nil): continue
            case .text(let text?):
                result.append(NamedValue(name: member.key, value: Secret(text), line: member.line))
            case .mapping, .sequence:
                throw .shape(format, "the value in line \(member.line) is a list or a mapping", line: member.line)
            }
        }
        return result
    }
}
