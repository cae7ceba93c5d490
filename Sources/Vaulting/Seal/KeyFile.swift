internal import Crypto
internal import SecretStore

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A key file: one line, `keyfolio-key-1-<64 hexadecimal digits>-<8 hexadecimal digits>`.
///
/// The first digits are 32 random bytes; the last are the first four bytes of the SHA-256 of everything before the last
/// hyphen, so that a key that was mistyped or cut off is told from a wrong one. Lines that begin with `#` are comments.
/// The prefix lets a secret scanner find a key that went astray.
enum KeyFile {
    private static let prefix = "keyfolio-key-1-"
    private static let keyBytes = 32
    private static let maximumBytes = 4096

    /// The key of a file; makes the file, and its folder, when it is not there.
    static func readOrCreate(at path: String) throws(StoreError) -> SymmetricKey {
        if PrivateFile.exists(path) { return try read(at: path) }
        return try create(at: path)
    }

    /// Makes a file with a new key: mode 0600, never over a file that is there.
    static func create(at path: String) throws(StoreError) -> SymmetricKey {
        let folder = PrivateFile.folder(of: path)
        try PrivateFile.makeFolder(folder)
        try PrivateFile.check(folder: folder)
        let key = SymmetricKey(size: .bits256)
        var text = Array(
            """
            # The key of a keyfolio store. Whoever has this file and the store has the secrets; without it they are lost.
            # Keep a copy where the store is not.

            """.utf8
        )
        var line = encode(key)
        defer { wipe(&line) }
        text.reserveCapacity(text.count + line.count)
        text.append(contentsOf: line)
        defer { wipe(&text) }
        try PrivateFile.create(path, content: text)
        return key
    }

    /// Reads a file that only its owner can read.
    static func read(at path: String) throws(StoreError) -> SymmetricKey {
        var bytes = try PrivateFile.read(path, limit: maximumBytes)
        defer { wipe(&bytes) }
        let lines = bytes.split(separator: UInt8(ascii: "\n")).filter { !$0.isEmpty && $0.first != UInt8(ascii: "#") }
        guard let line = lines.first else { throw .keyFileMalformed("it has no line with a key") }
        guard lines.count == 1 else { throw .keyFileMalformed("it has more than one line") }
        return try decode(line)
    }

    private static func encode(_ key: SymmetricKey) -> [UInt8] {
        var line = Array(prefix.utf8)
        line.reserveCapacity(prefix.utf8.count + keyBytes * 2 + 10)
        unsafe key.withUnsafeBytes { unsafe Hex.append($0, to: &line) }
        let checksum = Hashing.sha256(line)
        line.append(UInt8(ascii: "-"))
        unsafe checksum.prefix(4).withUnsafeBytes { unsafe Hex.append($0, to: &line) }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private static func decode(_ line: ArraySlice<UInt8>) throws(StoreError) -> SymmetricKey {
        var text = Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        defer { wipe(&text) }
        guard text.starts(with: prefix.utf8) else {
            throw .keyFileMalformed("its line does not begin with \(prefix)")
        }
        let body = prefix.utf8.count + keyBytes * 2
        guard text.count == body + 9, text[body] == UInt8(ascii: "-") else {
            throw .keyFileMalformed("its line has the wrong length")
        }
        guard let checksum = Hex.decode(text[(body + 1)...]), var key = Hex.decode(text[prefix.utf8.count..<body])
        else {
            throw .keyFileMalformed("its line is not hexadecimal")
        }
        defer { wipe(&key) }
        guard Hashing.sha256(Array(text[..<body])).prefix(4).elementsEqual(checksum) else {
            throw .keyFileMalformed("its checksum does not match: it was mistyped or cut off")
        }
        return SymmetricKey(data: key)
    }
}
