internal import SecretStore

/// A name of a secret as Azure has it: 1 to 127 letters, digits and hyphens, without regard to case.
///
/// # Names and paths
///
/// Every name is one path, and no two names are the same path but for case. The other way round, a path has at most one
/// name, and most have one:
///
/// | in the path | in the name |
/// |---|---|
/// | letters, digits, `-` | themselves |
/// | `/` | `--` |
/// | `_` `.` `+` `=` | `---5F` `---2E` `---2B` `---3D` |
///
/// So `portfolio/production` is `portfolio--production` and `my_app/db.url` is `my---5Fapp--db---2Eurl`. Reading a name,
/// hyphens are taken in runs: one is a hyphen; two between other characters are a slash; three, or four, or five before
/// one of those hexadecimal numbers are the character, after nothing, a hyphen, a slash. Any other run is just hyphens.
/// A name that would then be no path (`a-----2E--b` would be `a/./b`) stands for itself.
///
/// A path without a name is one whose name would be read as another path (a segment with `--` in it, or with a hyphen
/// beside a slash), would be too long, or has `@`: those segments belong to other vaults, mounts and regions. It is not
/// listed through Azure and cannot be reached.
///
/// # Case
///
/// Paths have case. A name means the secret whose path is exactly the name's; if there is none, the one secret whose
/// path is the same without regard to case; if there are several of those, none: a conflict that says so. A new secret
/// is written as it is spelled, after the same look-up, so Azure alone never makes two that differ in case only.
struct AzureName: Hashable {
    /// The name as it was spelled.
    let text: String
    /// What the name is within its vault.
    let local: SecretPath

    /// The longest name.
    static let bytes = 127

    /// Reads a name of a request.
    ///
    /// - Throws: ``AzureError`` `BadParameter`, with Azure's text.
    init(_ text: String) throws(AzureError) {
        guard (1...Self.bytes).contains(text.utf8.count), text.utf8.allSatisfy(isAzureNameByte),
            let path = Self.path(of: text)
        else { throw .invalidName(text) }
        self.text = text
        local = path
    }

    /// The name of a path, as a listing shows it.
    ///
    /// - Parameters:
    ///   - path: The whole path.
    ///   - vault: The vault whose listing it is.
    /// - Returns: nil when the path belongs to another vault or has no name.
    init?(_ path: SecretPath, in vault: AzureHost.Vault) {
        var local = path
        if let segment = vault.segment {
            guard path.text.hasPrefix(segment + "/"),
                let rest = try? SecretPath(String(path.text.dropFirst(segment.utf8.count + 1)))
            else { return nil }
            local = rest
        }
        guard let text = Self.spelling(of: local), Self.path(of: text) == local else { return nil }
        self.text = text
        self.local = local
    }

    /// Whether it may have characters that are written as numbers: three hyphens or more in a row.
    var hasNumbers: Bool {
        var run = 0
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "-") ? run + 1 : 0
            if run == 3 { return true }
        }
        return false
    }

    /// The whole path.
    ///
    /// - Parameter vault: The vault that the request is for.
    func path(in vault: AzureHost.Vault) throws(AzureError) -> SecretPath {
        guard let segment = vault.segment else { return local }
        do { return try SecretPath(segment + "/" + local.text) } catch { throw .invalidName(text) }
    }

    /// Writes a path as a name, without asking whether it reads back.
    private static func spelling(of path: SecretPath) -> String? {
        guard path.text.utf8.count <= bytes else { return nil }
        var name: [UInt8] = []
        for byte in path.text.utf8 {
            switch byte {
            case UInt8(ascii: "/"): name += "--".utf8
            case UInt8(ascii: "_"): name += "---5F".utf8
            case UInt8(ascii: "."): name += "---2E".utf8
            case UInt8(ascii: "+"): name += "---2B".utf8
            case UInt8(ascii: "="): name += "---3D".utf8
            case UInt8(ascii: "@"): return nil
            default: name.append(byte)
            }
        }
        return name.count <= bytes ? String(decoding: name, as: UTF8.self) : nil
    }

    /// Reads a name's characters as a path.
    private static func path(of name: String) -> SecretPath? {
        let bytes = Array(name.utf8)
        var path: [UInt8] = []
        var position = 0
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "-") else {
                path.append(bytes[position])
                position += 1
                continue
            }
            let start = position
            while position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
            let run = position - start
            if (3...5).contains(run), run < 5 || start > 0, let byte = escaped(bytes[position...]) {
                if run == 4 { path.append(UInt8(ascii: "-")) }
                if run == 5 { path.append(UInt8(ascii: "/")) }
                path.append(byte)
                position += 2
            } else if run == 2, start > 0, position < bytes.count {
                path.append(UInt8(ascii: "/"))
            } else {
                path.append(contentsOf: bytes[start..<position])
            }
        }
        return (try? SecretPath(String(decoding: path, as: UTF8.self))) ?? (try? SecretPath(name))
    }

    /// The character whose number begins here, when it is one that is written so.
    private static func escaped(_ bytes: ArraySlice<UInt8>) -> UInt8? {
        switch String(decoding: bytes.prefix(2), as: UTF8.self).uppercased() {
        case "5F": UInt8(ascii: "_")
        case "2E": UInt8(ascii: ".")
        case "2B": UInt8(ascii: "+")
        case "3D": UInt8(ascii: "=")
        default: nil
        }
    }
}
