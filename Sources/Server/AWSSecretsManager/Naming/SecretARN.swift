/// What a `SecretId` says: the name of a secret, its ARN, or its ARN without the six characters at its end.
enum SecretIdentifier: Sendable, Hashable {
    /// The name.
    case name(AWSName)
    /// An ARN of this account and region; what stands after `secret:`.
    case resource(String)
    /// An ARN of another account or region: there is no such secret here.
    case elsewhere

    /// Reads an identifier.
    ///
    /// - Throws: ``AWSError`` `ValidationException` when it can be neither.
    init(_ text: String, region: String, account: String) throws(AWSError) {
        guard text.hasPrefix("arn:") else {
            self = .name(try AWSName(text))
            return
        }
        let parts = text.split(separator: ":", maxSplits: 6, omittingEmptySubsequences: false)
        guard parts.count == 7, parts[2] == "secretsmanager", parts[5] == "secret" else { throw .invalidName }
        let resource = try AWSName(String(parts[6])).text
        let isHere = parts[1] == "aws" && parts[3] == region && parts[4] == account
        self = isHere ? .resource(resource) : .elsewhere
    }

    /// The secrets that can be meant, in the order in which they are tried: the name, and the six characters that its
    /// ARN must end with. AWS says of partial ARNs that a name that itself ends in a hyphen and six characters is not
    /// found by one; here it is, when no secret has the whole ARN.
    var candidates: [(name: AWSName, suffix: String?)] {
        switch self {
        case .name(let name): return [(name, nil)]
        case .elsewhere: return []
        case .resource(let resource):
            var candidates: [(name: AWSName, suffix: String?)] = []
            let suffix = String(resource.suffix(6))
            let rest = resource.dropLast(6)
            if suffix.utf8.count == 6, rest.utf8.last == UInt8(ascii: "-"),
                let name = try? AWSName(String(rest.dropLast()))
            {
                candidates.append((name, suffix))
            }
            if let name = try? AWSName(resource) { candidates.append((name, nil)) }
            return candidates
        }
    }
}

/// The ARN of a secret: `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX`.
enum SecretARN {
    /// The ARN.
    ///
    /// - Parameters:
    ///   - name: The name of the secret.
    ///   - uniqueID: The random identifier that the secret has for its life, 32 hexadecimal digits.
    static func text(name: AWSName, uniqueID: String, region: String, account: String) -> String {
        text(name, suffix(UInt64(uniqueID.prefix(15), radix: 16) ?? 0), region, account)
    }

    /// The ARN of a secret whose identifier is there as its 16 bytes.
    static func text(name: AWSName, secretID: [UInt8], region: String, account: String) -> String {
        text(name, suffix(secretID.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } >> 4), region, account)
    }

    private static func text(_ name: AWSName, _ suffix: String, _ region: String, _ account: String) -> String {
        "arn:aws:secretsmanager:\(region):\(account):secret:\(name.text)-\(suffix)"
    }

    /// The six letters and digits at the end of an ARN. A secret that is made again under the same name has others, so
    /// that a policy for the earlier one does not hold for it.
    ///
    /// - Parameter number: The first 60 bits of the secret's identifier: six of 62 characters are less than 2^36.
    private static func suffix(_ number: UInt64) -> String {
        var number = number
        var characters: [UInt8] = []
        for _ in 0..<6 {
            characters.append(alphabet[Int(number % 62)])
            number /= 62
        }
        return String(decoding: characters, as: UTF8.self)
    }

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
}

/// The account that the server is, in ARNs.
enum AWSAccount {
    /// Whether a text can be an account: twelve digits.
    static func isAccount(_ text: String) -> Bool {
        text.utf8.count == 12 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
