internal import CPlatform
public import Secrets

/// The variables that a process has or will have, in order, each name once.
///
/// Values are bytes, because a system's environment need not be UTF-8 and must pass unharmed; and they are secrets,
/// because no one can tell here which of them is.
public struct ProcessEnvironment: Sendable {
    /// One variable.
    struct Variable: Sendable {
        let name: [UInt8]
        /// `NAME=value`, as exec takes it.
        let definition: Secret<[UInt8]>

        /// The name for errors, without control characters and not too long.
        var shownName: String {
            String(decoding: name.prefix(100).map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
        }
    }

    private(set) var variables: [Variable] = []
    private var positions: [[UInt8]: Int] = [:]

    /// No variables at all.
    public init() {}

    /// The variables of this process, as they are now.
    ///
    /// Of a name that stands there twice the first counts, as getenv(3) has it; a second one is a known way to show a
    /// checker one value and the program another. What has no `=` is no variable and is left out.
    ///
    /// - Returns: A copy; later changes of this process's environment do not show in it.
    public static func current() -> ProcessEnvironment {
        var environment = ProcessEnvironment()
        guard var entry = unsafe kf_environment() else { return environment }
        while let text = unsafe entry.pointee {
            let definition = unsafe [UInt8](cString: text)
            if let equals = definition.dropFirst().firstIndex(of: UInt8(ascii: "=")) {
                let name = Array(definition[..<equals])
                if environment.positions[name] == nil {
                    environment.put(Variable(name: name, definition: Secret(definition)))
                }
            }
            unsafe entry += 1
        }
        return environment
    }

    /// Gives a variable a value, in its old place or at the end.
    ///
    /// - Parameters:
    ///   - name: Its name: not empty, without `=` and NUL. Nothing else is asked of it here; the manifest is stricter.
    ///   - value: Its value, without NUL.
    /// - Throws: ``LaunchError`` naming the variable, when no process can receive it.
    public mutating func set(_ name: String, to value: Secret<String>) throws(LaunchError) {
        let nameBytes = Array(name.utf8)
        guard !nameBytes.isEmpty, !nameBytes.contains(0), !nameBytes.contains(UInt8(ascii: "=")) else {
            throw LaunchError(
                .variableName,
                nameBytes.isEmpty
                    ? "a variable has an empty name" : "a variable's name holds an equals sign or a NUL byte",
                fix: "give it a name of letters, digits and underscores in the manifest"
            )
        }
        let definition = unsafe value.withUnsafeBytes { bytes -> Secret<[UInt8]>? in
            guard unsafe !bytes.contains(0) else { return nil }
            return unsafe Secret(nameBytes + [UInt8(ascii: "=")] + bytes)
        }
        guard let definition else {
            throw LaunchError(
                .variableWithNul,
                "the value of \(name) holds a NUL byte, which no environment can pass on",
                fix: "store the bytes as base64 and let the application decode them, or pass them in a file"
            )
        }
        put(Variable(name: nameBytes, definition: definition))
    }

    mutating func put(_ variable: Variable) {
        if let position = positions[variable.name] {
            variables[position] = variable
        } else {
            positions[variable.name] = variables.count
            variables.append(variable)
        }
    }

    /// The names, in order. One that is not UTF-8 is shown repaired.
    public var names: [String] { variables.map { String(decoding: $0.name, as: UTF8.self) } }

    /// A variable's value.
    ///
    /// - Parameter name: Its name.
    /// - Returns: nil when there is none of that name, or its value is not UTF-8 text.
    public func value(of name: String) -> Secret<String>? {
        guard let position = positions[Array(name.utf8)] else { return nil }
        return unsafe variables[position].definition.withUnsafeBytes { bytes in
            unsafe Secret<String>(bytes: UnsafeRawBufferPointer(rebasing: bytes[(name.utf8.count + 1)...]))
        }
    }

    /// A variable's value in the clear; for PATH and its like.
    func bytes(of name: String) -> [UInt8]? {
        guard let position = positions[Array(name.utf8)] else { return nil }
        return Array(variables[position].definition.reveal()[(name.utf8.count + 1)...])
    }
}
