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
    ///   - environment: What a name is in an interpolation when the text does not define it; nil when it is not there.
    /// - Returns: The values in the text's order; of a name that is there twice, the last.
    /// - Throws: `KF-IO-002` to `-005`, with a line and without a value.
    public static func read(
        _ bytes: [UInt8],
        format: Format,
        dialect: Dialect = .keyfolio,
        environment: (String) -> String? = { _ in nil }
    ) throws(InterchangeError) -> [NamedValue] {
        let values =
            switch format {
            case .dotenv: try dotenv(bytes, dialect: dialect, environment)
            case .shell: try dotenv(bytes, dialect: .posix, environment)
            case .json: try json(bytes)
            case .yaml: try YAMLImport.flat(bytes)
            case .kubernetes: try YAMLImport.kubernetes(bytes)
            case .docker: try LineImport.docker(bytes)
            case .github: try LineImport.github(bytes)
            case .systemd: throw .shape(.systemd, "systemd credentials are a folder, not a text")
            }
        for value in values { try refuseNUL(value) }
        return lastOfEach(values)
    }

    /// Reads one file of a folder of systemd credentials.
    ///
    /// - Parameters:
    ///   - bytes: What the file holds.
    ///   - name: The file's name, which is the value's.
    /// - Throws: `KF-IO-003` or `-005`.
    public static func credential(_ bytes: [UInt8], named name: String) throws(InterchangeError) -> NamedValue {
        guard let secret = unsafe bytes.withUnsafeBytes({ unsafe Secret<String>(bytes: $0) }) else {
            throw .notText(name)
        }
        let value = NamedValue(name: name, value: secret)
        try refuseNUL(value)
        return value
    }

    private static func refuseNUL(_ value: NamedValue) throws(InterchangeError) {
        let hasNUL = unsafe value.value.withUnsafeBytes { unsafe $0.contains(0) }
        if hasNUL { throw .nul(value.name, line: value.line) }
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
        // By bytes: to Swift the composed and the decomposed spelling of a name are one.
        var places: [[UInt8]: Int] = [:]
        var result: [NamedValue] = []
        for value in values {
            if let place = places[Array(value.name.utf8)] {
                result[place] = value
            } else {
                places[Array(value.name.utf8)] = result.count
                result.append(value)
            }
        }
        return result
    }

    private static func dotenv(
        _ bytes: [UInt8],
        dialect: Dialect,
        _ environment: (String) -> String?
    ) throws(InterchangeError) -> [NamedValue] {
        let read: [DotEnvValue]
        do throws(DotEnvError) {
            let document = try DotEnvDocument(parsing: bytes, dialect: dialect)
            read = try document.values(environment: environment)
        } catch {
            throw .syntax(.dotenv, "line \(error.line): \(error.message)", line: error.line, fix: error.fix)
        }
        var values: [NamedValue] = []
        for value in read {
            // A shell lets any bytes through.
            guard let text = unsafe value.bytes.withUnsafeBytes({ unsafe Secret<String>(bytes: $0) }) else {
                throw .notText(value.key, line: value.line)
            }
            values.append(NamedValue(name: value.key, value: text, line: value.line))
        }
        return values
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
            case .number(let number): values.append(NamedValue(name: name, value: Secret(number.spelling)))
            case .null: continue
            case .array, .object:
                throw .shape(.json, "the member \(VisibleText.escape(name)) is a list or an object")
            }
        }
        return values
    }
}
