internal import SecretStore

/// Names of secrets as AWS has them, and the paths that they are here.
///
/// A name is 1 to 512 characters of letters, digits and `/_+=.@-!`, and the slash is a character like any other: `/a`,
/// `a//b` and `..` are names. A path has segments. So the bytes that make no path are written `=XX` in upper-case
/// hexadecimal digits, and a `=` that two such digits follow is written `=3D`. A name has one path, and a path that is
/// not the path of a name (`a=2Fb` beside `a/b`) has no name: such a secret is not seen through AWS.
///
/// | name | path |
/// |---|---|
/// | `portfolio/production` | `portfolio/production` |
/// | `/app/db!` | `=2Fapp/db=21` |
/// | `a//b` | `a/=2Fb` |
/// | `a/../b` | `a/=2E=2E/b` |
/// | `@team/key` | `=40team/key`, since `@…` begins another mount or region |
/// | `x=3D` | `x=3D3D` |
struct AWSName: Sendable, Hashable {
    /// The name.
    let text: String

    /// The longest name that a request may hold.
    static let lengthAtMost = 512

    /// Checks a name.
    ///
    /// - Throws: ``AWSError`` `ValidationException` with AWS's text.
    init(_ text: String) throws(AWSError) {
        guard (1...Self.lengthAtMost).contains(text.utf8.count), text.utf8.allSatisfy(Self.isNameByte) else {
            throw .invalidName
        }
        self.text = text
    }

    /// The name of a path, or nil when it is the path of no name.
    ///
    /// - Parameters:
    ///   - path: A path of the store.
    ///   - region: The region whose names are asked for.
    init?(_ path: SecretPath, in region: AWSNamespace) {
        guard let inner = region.inner(path) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(inner.utf8.count)
        var rest = Array(inner.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "="), let escaped = Self.escaped(rest) {
                bytes.append(escaped)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        guard let name = try? AWSName(String(decoding: bytes, as: UTF8.self)), name.encoded == inner else { return nil }
        self = name
    }

    /// The path of the name.
    ///
    /// - Throws: ``AWSError`` `ValidationException` when the name has so many odd characters that its path is too long.
    func path(in region: AWSNamespace) throws(AWSError) -> SecretPath {
        do throws(StoreError) {
            return try SecretPath(region.prefix + encoded)
        } catch {
            throw .invalidName
        }
    }

    /// The name with what makes no path written `=XX`.
    private var encoded: String {
        let bytes = Array(text.utf8)
        var path: [UInt8] = []
        path.reserveCapacity(bytes.count + 8)
        var segment = 0
        for (position, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "/"):
                if path.count > segment && position + 1 < bytes.count {
                    Self.finish(&path, from: segment)
                    path.append(byte)
                    segment = path.count
                } else {
                    Self.escape(byte, into: &path)
                }
            case UInt8(ascii: "!"): Self.escape(byte, into: &path)
            case UInt8(ascii: "@") where position == 0: Self.escape(byte, into: &path)
            case UInt8(ascii: "=") where Self.escaped(bytes[(position + 1)...]) != nil: Self.escape(byte, into: &path)
            default: path.append(byte)
            }
        }
        Self.finish(&path, from: segment)
        return String(decoding: path, as: UTF8.self)
    }

    /// Writes a segment that may not stand in a path (`.`, `..`, `+`) in another way.
    private static func finish(_ path: inout [UInt8], from start: Int) {
        let segment = path[start...]
        let isOdd =
            segment.elementsEqual(".".utf8) || segment.elementsEqual("..".utf8) || segment.elementsEqual("+".utf8)
        guard isOdd else { return }
        let bytes = Array(segment)
        path.removeSubrange(start...)
        for byte in bytes { escape(byte, into: &path) }
    }

    private static func escape(_ byte: UInt8, into path: inout [UInt8]) {
        path.append(UInt8(ascii: "="))
        path.append(digits[Int(byte >> 4)])
        path.append(digits[Int(byte & 15)])
    }

    /// The byte that two upper-case hexadecimal digits at the beginning stand for.
    private static func escaped(_ bytes: ArraySlice<UInt8>) -> UInt8? {
        guard bytes.count >= 2, let high = digits.firstIndex(of: bytes[bytes.startIndex]),
            let low = digits.firstIndex(of: bytes[bytes.startIndex + 1])
        else { return nil }
        return UInt8(high << 4 | low)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "+"),
            UInt8(ascii: "="), UInt8(ascii: "."), UInt8(ascii: "@"), UInt8(ascii: "-"), UInt8(ascii: "!"):
            true
        default: false
        }
    }
}

/// The secrets of one region: those of the default region are the plain paths, which the other protocols see; those of
/// another one lie below `@aws.REGION/`.
struct AWSNamespace: Sendable, Hashable {
    /// The region.
    let region: String
    /// What its paths begin with; empty for the default region.
    let prefix: String

    /// - Parameters:
    ///   - region: The region of a request; it is a valid name.
    ///   - defaultRegion: The region that the other protocols see.
    init(region: String, defaultRegion: String) {
        self.region = region
        prefix = region == defaultRegion ? "" : "@aws.\(region)/"
    }

    /// What a path is within the region, or nil when it lies elsewhere.
    func inner(_ path: SecretPath) -> Substring? {
        if prefix.isEmpty { return path.text.utf8.first == UInt8(ascii: "@") ? nil : path.text[...] }
        return path.text.hasPrefix(prefix) ? path.text.dropFirst(prefix.count) : nil
    }
}

extension AWSError {
    static let invalidName = AWSError(
        .validation,
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
    )
}
