/// Names that other tools accept. All look at bytes or scalars: to Swift a sign and the accent after it are one
/// character, to the readers of these formats they are two.
enum Names {
    /// Letters, digits and underscores of ASCII, no digit first: what every shell and every reader of `.env` files takes.
    static func isVariable(_ name: String) -> Bool {
        guard let first = name.utf8.first, !isDigit(first) else { return false }
        return name.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == 0x5F }
    }

    /// Variables that bash keeps for itself: an assignment is an error, is ignored, or is answered with something else.
    static let keptByShells: Set<String> = [
        "BASHOPTS", "BASHPID", "BASH_ALIASES", "BASH_ARGC", "BASH_ARGV", "BASH_ARGV0", "BASH_CMDS", "BASH_COMMAND",
        "BASH_COMPAT", "BASH_LINENO", "BASH_MONOSECONDS", "BASH_SOURCE", "BASH_SUBSHELL", "BASH_TRAPSIG",
        "BASH_VERSINFO", "BASH_XTRACEFD", "COMP_WORDBREAKS", "DIRSTACK", "EPOCHREALTIME", "EPOCHSECONDS", "EUID",
        "FUNCNAME", "GROUPS", "HISTCMD", "LINENO", "OPTIND", "PPID", "RANDOM", "SECONDS", "SHELLOPTS", "SHLVL",
        "SRANDOM", "UID",
        "_",
    ]

    /// What `docker run --env-file` takes for a name: anything without white space that is no comment.
    static func isDocker(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, first != "#", first != "\u{FEFF}" else { return false }
        return name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0 != "=" && $0 != "\0" }
    }

    /// What the runner of GitHub Actions takes for a name before `<<`.
    static func isGitHub(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard !bytes.isEmpty, !bytes.contains(where: { $0 == 0x3D || $0 == 0x0A || $0 == 0x0D || $0 == 0 }) else {
            return false
        }
        // A `<` at the end would move the mark that follows.
        return bytes.last != 0x3C && !zip(bytes, bytes.dropFirst()).contains { $0 == 0x3C && $1 == 0x3C }
    }

    /// A key of a Kubernetes Secret (`IsConfigMapKey` of its validation): `[-._a-zA-Z0-9]{1,253}`, not beginning with two
    /// points.
    static func isKubernetesKey(_ name: String) -> Bool {
        guard (1...253).contains(name.utf8.count), name != ".", !name.utf8.starts(with: [0x2E, 0x2E]) else {
            return false
        }
        return name.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E }
    }

    /// A systemd credential's name: a file's name of printable ASCII without a colon (`credential_name_valid`).
    static func isCredential(_ name: String) -> Bool {
        guard (1...255).contains(name.utf8.count), name != ".", name != ".." else { return false }
        return name.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x2F && $0 != 0x3A }
    }

    /// A text made into the name of a Kubernetes object: lower case, digits, dashes, and points where they are allowed,
    /// with a letter or digit at both ends (RFC 1123).
    static func kubernetesObject(_ text: String, most: Int, points: Bool) -> String {
        var bytes: [UInt8] = text.lowercased().utf8.map { byte in
            isLetter(byte) || isDigit(byte) || (points && byte == 0x2E) ? byte : 0x2D
        }
        func trim() {
            while let last = bytes.last, last == 0x2D || last == 0x2E { bytes.removeLast() }
        }
        bytes = Array(bytes.drop { $0 == 0x2D || $0 == 0x2E }.prefix(most))
        trim()
        return bytes.isEmpty ? "keyfolio" : String(decoding: bytes, as: UTF8.self)
    }

    static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
