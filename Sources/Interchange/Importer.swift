public import DotEnv
internal import Findings
internal import Secrets

/// Reads values from a format.
public enum Importer {
    /// Reads one text.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - format: What it is. `systemd` is a folder: the command reads its files itself.
    ///   - dialect: Which reader of `.env` files is followed, for `dotenv`.
    /// - Returns: The values in the text's order; of a name that is there twice, the last.
    /// - Throws: `KF-IO-002`, `-003` or `-004`, with a line and without a value.
    public static func read(
        _ bytes: [UInt8],
        format: Format,
        dialect: Dialect = .keyfolio
    ) throws(InterchangeError) -> [NamedValue] {
        let values =
            switch format {
            case .dotenv: try dotenv(bytes, dialect: dialect)
            case .shell: try dotenv(bytes, dialect: .posix)
            case .json: try json(bytes)
            case .yaml: try YAMLImport.flat(bytes)
            case .kubernetes: try YAMLImport.kubernetes(bytes)
            case .docker: try docker(bytes)
            case .github: try github(bytes)
            case .systemd: throw .shape(.systemd, "systemd credentials are a folder, not a text")
            }
        return lastOfEach(values)
    }

    /// The format that a file's name suggests.
    ///
    /// - Parameter name: The file's name.
    /// - Returns: The format; `dotenv` when nothing else fits.
    public static func format(forFileNamed name: String) -> Format {
        if name.hasSuffix(".json") { return .json }
        if name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return .yaml }
        if name.hasSuffix(".sh") { return .shell }
        return .dotenv
    }

    private static func lastOfEach(_ values: [NamedValue]) -> [NamedValue] {
        var places: [String: Int] = [:]
        var result: [NamedValue] = []
        for value in values {
            if let place = places[value.name] {
                result[place] = value
            } else {
                places[value.name] = result.count
                result.append(value)
            }
        }
        return result
    }

    private static func dotenv(_ bytes: [UInt8], dialect: Dialect) throws(InterchangeError) -> [NamedValue] {
        do throws(DotEnvError) {
            let document = try DotEnvDocument(parsing: bytes, dialect: dialect)
            // What a file means must not depend on who imports it: the process's own variables are not looked at.
            return try document.values(environment: { _ in nil }).map { value in
                NamedValue(name: value.key, value: Secret(value.value), line: value.line)
            }
        } catch {
            throw .syntax(.dotenv, error.message, line: error.line, fix: error.fix)
        }
    }

    private static func json(_ bytes: [UInt8]) throws(InterchangeError) -> [NamedValue] {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw .syntax(.json, error.message, line: error.line, fix: "correct the JSON text")
        }
        guard case .object(let members) = document else { throw .shape(.json, "the JSON text is not an object") }
        var values: [NamedValue] = []
        for member in members {
            let name = member.key
            switch member.value {
            case .string(let text): values.append(NamedValue(name: name, value: Secret(text)))
            case .integer(let number): values.append(NamedValue(name: name, value: Secret(String(number))))
            case .bool(let flag): values.append(NamedValue(name: name, value: Secret(flag ? "true" : "false")))
            case .double(let number): values.append(NamedValue(name: name, value: Secret(String(number))))
            case .null: continue
            case .array, .object: throw .shape(.json, "the member \(name) is a list or an object")
            }
        }
        return values
    }

    /// What `docker run --env-file` reads: everything after the first `=` is the value, as it stands.
    private static func docker(_ bytes: [UInt8]) throws(InterchangeError) -> [NamedValue] {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText("the file") }
        var values: [NamedValue] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var rest = line.drop { $0 == " " || $0 == "\t" }
            if rest.hasSuffix("\r") { rest = rest.dropLast() }
            if rest.isEmpty || rest.hasPrefix("#") { continue }
            guard let equals = rest.firstIndex(of: "=") else { continue }
            let name = rest[..<equals]
            guard !name.isEmpty, !name.contains(where: \.isWhitespace) else {
                throw .syntax(
                    .docker,
                    "line \(index + 1) has no name, or white space in it",
                    line: index + 1,
                    fix: "write NAME=value"
                )
            }
            values.append(
                NamedValue(
                    name: String(name),
                    value: Secret(String(rest[rest.index(after: equals)...])),
                    line: index + 1
                )
            )
        }
        return values
    }

    /// `NAME=value` lines and GitHub's `NAME<<delimiter` blocks.
    private static func github(_ bytes: [UInt8]) throws(InterchangeError) -> [NamedValue] {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText("the file") }
        var values: [NamedValue] = []
        var block: (name: String, delimiter: Substring, lines: [Substring], start: Int)?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let open = block {
                if line == open.delimiter {
                    let value = open.lines.joined(separator: "\n")
                    values.append(NamedValue(name: open.name, value: Secret(value), line: open.start))
                    block = nil
                } else {
                    block?.lines.append(line)
                }
            } else if let equals = line.firstIndex(of: "="), !(line[..<equals].contains("<<")) {
                let value = String(line[line.index(after: equals)...])
                values.append(NamedValue(name: String(line[..<equals]), value: Secret(value), line: index + 1))
            } else if let mark = marker(in: line) {
                block = (String(line[..<mark]), line[line.index(mark, offsetBy: 2)...], [], index + 1)
            } else if !line.isEmpty {
                throw .syntax(
                    .github,
                    "line \(index + 1) is neither NAME=value nor NAME<<delimiter",
                    line: index + 1,
                    fix: "correct the line"
                )
            }
        }
        if let open = block {
            throw .syntax(
                .github,
                "the value that begins in line \(open.start) has no end",
                line: open.start,
                fix: "add the line with its delimiter"
            )
        }
        return values
    }

    /// Where `<<` stands in a line.
    private static func marker(in line: Substring) -> Substring.Index? {
        var index = line.startIndex
        while index < line.endIndex {
            if line[index...].hasPrefix("<<") { return index }
            index = line.index(after: index)
        }
        return nil
    }
}
