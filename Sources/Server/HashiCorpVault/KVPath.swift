internal import HTTPModel
internal import SecretStore

/// Where a secret of a KV mount is in the store, and back, without loss.
///
/// The mount `secret/` is the store itself: `secret/data/app/db` is the secret `app/db`. Another mount is a first
/// segment of its own: `kv/` is `@kv`. A byte that a path of the store cannot have is written `=XX` in upper-case
/// hexadecimal; so is whatever would be read as something else: a `=` before two such digits, a `@` at the very
/// beginning, a segment that is a lone `+`.
struct KVPath: Sendable, Hashable {
    /// The mount without its slash, such as `secret` or `team/kv`.
    let mount: String
    /// Whether it is a mount of KV version 1, whose paths have no `data/` and `metadata/`: it has two marks, `@@kv`.
    var isFlat = false

    /// The mount that is the store itself.
    static let ownMount = "secret"

    /// The secret's path.
    ///
    /// - Parameter path: The path below the mount (and below `data/`); not empty.
    func secret(_ path: String) throws(LogicalFault) -> SecretPath {
        do throws(StoreError) {
            return try SecretPath(stored(path))
        } catch {
            throw .invalid("the path cannot be stored: it is empty, or longer than \(StoreLimits.pathBytes) bytes")
        }
    }

    /// The prefix that a listing goes through; nil for the whole store.
    ///
    /// - Parameter path: The folder below the mount; empty for all of it.
    func prefix(_ path: String) throws(LogicalFault) -> SecretPath? {
        if !path.isEmpty { return try secret(path) }
        guard let root else { return nil }
        do throws(StoreError) {
            return try SecretPath(root)
        } catch {
            throw .invalid("the mount's path is too long")
        }
    }

    /// The path below the mount of a secret of the store; nil when it is of another mount.
    func path(of secret: SecretPath) -> String? {
        var segments = secret.segments[...]
        if let root {
            guard segments.first.map(String.init) == root else { return nil }
            segments.removeFirst()
        } else if segments.first?.first == "@" {
            return nil
        }
        return segments.map(Self.decoded).joined(separator: "/")
    }

    /// A name of one level as its clients spelled it.
    func decodedName(_ name: String) -> String {
        name.split(at: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Self.decoded).joined(separator: "/")
    }

    /// The first segment of every secret of the mount; nil for the store's own.
    private var root: String? {
        mount == Self.ownMount ? nil : (isFlat ? "@@" : "@") + Self.encoded(mount, isFirst: false, alsoSlash: true)
    }

    private func stored(_ path: String) -> String {
        if Self.isPlain(path) { return root.map { $0 + "/" + path } ?? path }
        // By bytes, as the path's rights are decided: a mark behind a slash would make one character of both.
        let segments = path.split(at: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        var text = root.map { $0 + "/" } ?? ""
        for (index, segment) in segments.enumerated() {
            if index > 0 { text += "/" }
            text += Self.encoded(segment, isFirst: index == 0 && root == nil, alsoSlash: false)
        }
        return text
    }

    /// Whether a path is stored as it is: nearly every one.
    private static func isPlain(_ path: String) -> Bool {
        path.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "="), UInt8(ascii: "@"), UInt8(ascii: "+"): false
            case UInt8(ascii: "/"): true
            default: SecretPath.isAllowed(byte)
            }
        }
    }

    private static func encoded(_ segment: some StringProtocol, isFirst: Bool, alsoSlash: Bool) -> String {
        let bytes = Array(segment.utf8)
        let isWildcard = bytes == [UInt8(ascii: "+")]
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        for (index, byte) in bytes.enumerated() {
            let isEscape =
                byte == UInt8(ascii: "=") && index + 2 < bytes.count && isDigit(bytes[index + 1])
                && isDigit(bytes[index + 2])
            let isMark = byte == UInt8(ascii: "@") && isFirst && index == 0
            if SecretPath.isAllowed(byte) && !isEscape && !isMark && !isWildcard {
                text.append(byte)
            } else {
                text += [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func decoded(_ segment: Substring) -> String {
        let bytes = Array(segment.utf8)
        var text: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "="), index + 2 < bytes.count, isDigit(bytes[index + 1]),
                isDigit(bytes[index + 2])
            {
                text.append(value(bytes[index + 1]) << 4 | value(bytes[index + 2]))
                index += 3
            } else {
                text.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func isDigit(_ byte: UInt8) -> Bool { digits.contains(byte) }

    private static func value(_ digit: UInt8) -> UInt8 {
        digit < UInt8(ascii: "A") ? digit - UInt8(ascii: "0") : digit - UInt8(ascii: "A") + 10
    }
}

/// One level of a tree: what a LIST shows of everything below a prefix.
struct KVLevel {
    /// Names, and names with `/` for what has something below it, each once, in the order of their bytes.
    private(set) var keys: [String] = []
    private var seen = Set<[UInt8]>()

    /// Adds a path.
    ///
    /// - Parameter rest: The path below the prefix.
    mutating func add(_ rest: Substring) {
        let end = rest.utf8.firstIndex(of: UInt8(ascii: "/")).map { rest.utf8.index(after: $0) } ?? rest.endIndex
        let key = String(Substring(rest.utf8[..<end]))
        if !key.isEmpty, seen.insert(Array(key.utf8)).inserted { keys.append(key) }
    }

    /// The names in order, a part of them.
    ///
    /// - Parameters:
    ///   - after: Only what comes after this name.
    ///   - limit: How many at most; 0 for all.
    func page(after: String, limit: Int) -> [String] {
        var page = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        if !after.isEmpty { page.removeAll { !after.utf8.lexicographicallyPrecedes($0.utf8) } }
        return limit > 0 ? Array(page.prefix(limit)) : page
    }
}
