#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Paths as text: joining, parents, what is shown to people.
public enum Paths {
    /// The folder that the process stands in.
    public static var current: String {
        guard let text = unsafe getcwd(nil, 0) else { return "." }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    /// A path made absolute, with `.` and `..` taken out by text.
    ///
    /// - Parameters:
    ///   - path: Absolute, or relative to `folder`.
    ///   - folder: An absolute path.
    public static func absolute(_ path: String, in folder: String = current) -> String {
        let whole = path.hasPrefix("/") ? path : "\(folder)/\(path)"
        var parts: [Substring] = []
        for part in whole.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        // Not joined(separator:), which makes its types at run time: this is on the way to every start.
        var result = ""
        for part in parts {
            result += "/"
            result += part
        }
        return result.isEmpty ? "/" : result
    }

    /// A path with every symbolic link in it followed, or as it is when it does not exist.
    static func real(_ path: String) -> String {
        guard let text = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    /// The file that this process runs, with every link followed.
    public static var ofThisProgram: String { real("/proc/self/exe") }

    /// Two parts put together; `.` as the first adds nothing.
    public static func join(_ folder: String, _ name: String) -> String {
        if folder.isEmpty || folder == "." { return name }
        return folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }

    /// The folder above, `/` above everything.
    public static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last part.
    public static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// A path relative to a folder when it is inside, as it is otherwise.
    public static func relative(_ path: String, to folder: String) -> String {
        if path == folder { return "." }
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
    }
}

/// The process's environment and the user's folders.
public enum User {
    /// A variable of the process's environment, or nil when it has none.
    public static func variable(_ name: String) -> String? {
        guard let text = unsafe getenv(name) else { return nil }
        return unsafe String(cString: text)
    }

    /// A setting of Keyfolio's own in the environment, or nil when it is not there or empty.
    public static func setting(_ name: String) -> String? {
        variable(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The user's number.
    public static var id: UInt32 { UInt32(getuid()) }

    /// The user's name, for the audit log.
    public static var name: String {
        variable("USER") ?? variable("LOGNAME") ?? "uid-\(id)"
    }

    /// The user's data folder, by the XDG base directory specification: `$XDG_DATA_HOME`, or `~/.local/share`.
    public static var dataFolder: String {
        if let chosen = variable("XDG_DATA_HOME"), chosen.hasPrefix("/") { return chosen }
        return "\(home)/.local/share"
    }

    /// The user's folder of settings, by the same specification: `$XDG_CONFIG_HOME`, or `~/.config`.
    public static var configurationFolder: String {
        if let chosen = variable("XDG_CONFIG_HOME"), chosen.hasPrefix("/") { return chosen }
        return "\(home)/.config"
    }

    /// The user's home: `HOME`, or what the system's list of users says, as in a service without an environment.
    private static var home: String {
        if let chosen = variable("HOME"), chosen.hasPrefix("/") { return chosen }
        guard let entry = unsafe getpwuid(getuid()), let folder = unsafe entry.pointee.pw_dir else { return "/" }
        return unsafe String(cString: folder)
    }
}
