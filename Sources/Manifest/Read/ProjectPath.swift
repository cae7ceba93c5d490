/// Paths inside a project, without a look at the file system.
///
/// They are split by bytes, as the system does: to Swift a slash and the accent after it are one character.
enum ProjectPath {
    /// A folder without `.` segments and repeated or final slashes; `.` for the project itself.
    static func normalized(_ folder: String) -> String {
        let segments = segments(of: folder)
        return segments.isEmpty ? "." : segments.joined(separator: "/")
    }

    /// A path with its `..` segments taken, as far as they go.
    static func resolved(_ path: String) -> String {
        var segments: [Substring] = []
        for segment in Self.segments(of: path) {
            if segment == ".." {
                _ = segments.popLast()
            } else {
                segments.append(segment)
            }
        }
        return segments.joined(separator: "/")
    }

    /// Whether a relative path leads out of the folder it begins in.
    static func leavesProject(_ path: String) -> Bool {
        var depth = 0
        for segment in Self.segments(of: path) {
            depth += segment == ".." ? -1 : 1
            if depth < 0 { return true }
        }
        return false
    }

    private static func segments(of path: String) -> [Substring] {
        path.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }.filter { $0 != "." }
    }
}
