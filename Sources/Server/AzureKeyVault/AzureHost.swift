internal import HTTPModel

/// What the host of a request says: which vault is meant, what links begin with, and which resource a token is for.
struct AzureHost: Hashable {
    /// A vault by its name.
    enum Vault: Hashable {
        /// The one whose secrets are the plain paths.
        case standard
        /// Another one; its secrets are below `@azure.NAME`.
        case named(String)

        /// The first segment of every path of the vault; nil when the paths are plain.
        var segment: String? { if case .named(let name) = self { "@azure." + name } else { nil } }
    }

    /// The vault.
    let vault: Vault
    /// The vault's name, for messages.
    let vaultName: String
    /// What every link begins with, such as `https://team.vault.localhost:8200`.
    let base: String
    /// The resource that a token is asked for: the domain above the vault, with the port. The SDK wants the host of the
    /// request to end with a dot and this; for a bare name or an address nothing does, and the client must be told
    /// `verify_challenge_resource=False`.
    var resource: String {
        // A token is never asked for over a plain connection, so a resource always begins with https.
        "https://" + (authority.parts?.parent ?? authority.name) + authority.port
    }
    private let authority: Authority

    /// Reads the host of a request.
    ///
    /// - Throws: ``AzureError`` `BadParameter` when there is not exactly one host of a known form: it goes into links and
    ///   into a header, so nothing but names, addresses and a port may stand there.
    init(_ request: HTTPRequest, settings: AzureSettings) throws(AzureError) {
        guard let host = request.headers.only("Host"), let authority = Authority(host) else {
            throw .badParameter("The host of the request is not valid.")
        }
        let scheme = request.origin.isEncrypted || settings.isBehindTLS ? "https://" : "http://"
        base = scheme + authority.name + authority.port
        self.authority = authority
        guard let (label, parent) = authority.parts, settings.vaultDomains.contains(parent),
            label != settings.defaultVault
        else {
            vault = .standard
            vaultName = settings.defaultVault
            return
        }
        guard Self.isVaultName(label) else { throw .badParameter("The name of the vault is not valid.") }
        vault = .named(label)
        vaultName = label
    }

    /// Azure's rule for vaults: 3 to 24 letters, digits and hyphens, the first a letter, the last no hyphen.
    private static func isVaultName(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (3...24).contains(bytes.count), let first = bytes.first, bytes.last != UInt8(ascii: "-") else {
            return false
        }
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
    }
}

/// The authority of a URL (RFC 3986, section 3.2): a name or an address, and a port.
struct Authority: Hashable {
    /// In lower case.
    let name: String
    /// With the colon before it; empty when there is none.
    let port: String

    /// Reads an authority without user information.
    ///
    /// - Returns: nil when it is none of a DNS name of at most 253 bytes, an IPv4 address, an IPv6 address in brackets,
    ///   each with or without a port.
    init?(_ text: String) {
        guard text.utf8.count <= 260 else { return nil }
        let bytes = Array(text.utf8)
        let end: Int
        if bytes.first == UInt8(ascii: "[") {
            guard let close = bytes.firstIndex(of: UInt8(ascii: "]")), close > 2,
                bytes[1..<close].allSatisfy(isAddressByte)
            else { return nil }
            end = close + 1
        } else {
            end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.count
            guard (1...253).contains(end), bytes[..<end].allSatisfy(isHostByte) else { return nil }
            // No empty label, so no dot at either end.
            let dot = UInt8(ascii: ".")
            guard bytes[0] != dot, bytes[end - 1] != dot,
                !(1..<end).contains(where: { bytes[$0] == dot && bytes[$0 - 1] == dot })
            else { return nil }
        }
        if end < bytes.count {
            let digits = bytes[(end + 1)...]
            guard bytes[end] == UInt8(ascii: ":"), (1...5).contains(digits.count),
                digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
            else { return nil }
        }
        let spelled = String(decoding: bytes[..<end], as: UTF8.self)
        name = bytes[..<end].contains(where: { (0x41...0x5A).contains($0) }) ? spelled.lowercased() : spelled
        port = String(decoding: bytes[end...], as: UTF8.self)
    }

    /// The first label of a name that has several, and the name without it; nil for a bare name and for an address.
    var parts: (label: String, parent: String)? {
        guard !isAddress, let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")) else { return nil }
        return (String(name[..<dot]), String(name[name.utf8.index(after: dot)...]))
    }

    /// Whether it is an address: no name of the public tree ends with a label of digits (RFC 1123, section 2.1).
    private var isAddress: Bool {
        if name.utf8.first == UInt8(ascii: "[") { return true }
        for byte in name.utf8.reversed() where !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            return byte == UInt8(ascii: ".")
        }
        return true
    }
}

private func isHostByte(_ byte: UInt8) -> Bool { isAzureNameByte(byte) || byte == UInt8(ascii: ".") }

private func isAddressByte(_ byte: UInt8) -> Bool {
    Character(Unicode.Scalar(byte)).isHexDigit || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
}

/// Whether a byte is one of those that Azure's names have: letters and digits of ASCII, and the hyphen.
func isAzureNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
        true
    default: false
    }
}
