public import Secrets

/// The variables of the process that an application always receives, beside what its component declares.
///
/// An application gets what the manifest declares for it and these; all else stays behind unless `--inherit` is given.
/// The base is what a program needs to find files, speak the user's language, show itself on the terminal, reach the
/// network through the company's proxy, and know the service manager or platform that started it. It holds no
/// variable that carries a secret by design, none that loads code into the process, and none that hands on a person's
/// own authority. ``table`` is the whole of it and the source of its documentation.
public enum BaseEnvironment {
    /// Variables with this beginning are Keyfolio's own. They are never passed on: one of them may hold the passphrase
    /// that opens the store.
    public static let reservedPrefix = "KEYFOLIO_"

    /// Composes the environment of an application.
    ///
    /// - Parameters:
    ///   - declared: What its component declares, resolved: names and values. The last of two equal names counts.
    ///   - inherit: Whether all other variables of the process are passed too (`--inherit`), not the base alone.
    ///   - process: The variables of the process.
    /// - Returns: The process's variables that pass, in their order, then the declared ones that are not among them. A
    ///   declared value takes the place of an inherited one.
    /// - Throws: ``LaunchError`` when a declared variable is reserved, or no process could receive it.
    public static func environment(
        for declared: [(name: String, value: Secret<String>)],
        inherit: Bool,
        process: ProcessEnvironment
    ) throws(LaunchError) -> ProcessEnvironment {
        var environment = ProcessEnvironment()
        for variable in process.variables {
            let name = String(decoding: variable.name, as: UTF8.self)
            guard !isReserved(name), inherit || contains(name) else { continue }
            environment.put(variable)
        }
        for (name, value) in declared {
            guard !isReserved(name) else {
                throw LaunchError(
                    .variableReserved,
                    "the variable \(name) cannot be declared: names that begin with \(reservedPrefix) are Keyfolio's own",
                    fix: "give it another name in the manifest"
                )
            }
            try environment.set(name, to: value)
        }
        return environment
    }

    /// Whether a variable of the process is in the base set.
    ///
    /// - Parameter name: The variable's name.
    public static func contains(_ name: String) -> Bool {
        exactNames.contains(name) || prefixes.contains { name.hasPrefix($0) }
    }

    /// Whether a variable is Keyfolio's own and never passed on.
    ///
    /// - Parameter name: The variable's name.
    public static func isReserved(_ name: String) -> Bool { name.hasPrefix(reservedPrefix) }

    private static let exactNames = Set(table.map(\.name).filter { !$0.hasSuffix("*") })
    private static let prefixes = table.map(\.name).filter { $0.hasSuffix("*") }.map { String($0.dropLast()) }

    /// The base set as its documentation page shows it: Markdown, one table per group, then what is left behind.
    ///
    /// - Returns: The page's text from the second heading on.
    public static func documentation() -> String {
        var page = ""
        for group in Group.allCases {
            page += "## \(group.rawValue)\n\n| variable | why |\n|---|---|\n"
            for row in table where row.group == group {
                page += "| `\(row.name)` | \(row.reason) |\n"
            }
            page += "\n"
        }
        page +=
            "## Left behind\n\nDeclare them in the manifest where an application needs them, or use `--inherit`.\n\n"
        page += "| variable | why not |\n|---|---|\n"
        for row in leftBehind {
            page += "| `\(row.name)` | \(row.reason) |\n"
        }
        return page
    }
}
