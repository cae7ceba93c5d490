internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

/// Staging labels as AWS has them, and the labels that they are here.
///
/// `AWSCURRENT` and `AWSPREVIOUS` are the store's `current` and `previous`. Other labels keep their names; what the store
/// has no name for, or another meaning (`current`, `a b`), is written `_x.` and hexadecimal digits.
enum AWSStage {
    private static let mark = "_x."

    /// The label.
    ///
    /// - Throws: ``AWSError`` when the name is so odd and long that there is none.
    static func label(_ stage: String) throws(AWSError) -> Label {
        switch stage {
        case "AWSCURRENT": return .current
        case "AWSPREVIOUS": return .previous
        default: break
        }
        if !stage.hasPrefix(mark), let label = try? Label(stage), !label.isBuiltIn { return label }
        let digits = stage.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        do throws(StoreError) {
            return try Label(mark + digits)
        } catch {
            throw AWSError(.invalidParameter, "The staging label is too long for its characters.")
        }
    }

    /// The name that AWS's clients see.
    static func text(_ label: Label) -> String {
        switch label {
        case .current: return "AWSCURRENT"
        case .previous: return "AWSPREVIOUS"
        default: break
        }
        guard label.text.hasPrefix(mark) else { return label.text }
        let digits = label.text.dropFirst(mark.count)
        guard digits.utf8.count.isMultiple(of: 2) else { return label.text }
        var bytes: [UInt8] = []
        var rest = digits
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return label.text }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self) ?? label.text
    }
}

extension VersionDetails {
    /// What the content type of a placeholder says: see ``isPlaceholder``.
    static let placeholderType = "application/vnd.keyfolio.no-value"

    /// Whether the version stands for no value: a secret that was made without one has it, because a secret of the store
    /// has at least one version. It is disabled, so no protocol gives its empty payload out.
    var isPlaceholder: Bool { attributes.contentType == Self.placeholderType && !attributes.isEnabled }

    /// The id that AWS's clients see: the token that they made the version with, or its UUID.
    var awsID: String { attributes.token ?? id.uuid }

    /// The staging labels, in their order.
    var stages: [String] { labels.map(AWSStage.text).sorted() }

    /// Whether it has a value that can be had.
    var hasValue: Bool { !isPlaceholder && state == .live && attributes.isEnabled }
}

/// A token as the id of a version: a UUID in its usual form is the id itself; another text is kept beside it.
struct AWSVersionID {
    let id: VersionID?
    let token: String?

    init(_ token: String) {
        let id = VersionID(uuid: token)
        self.id = id?.uuid == token ? id : nil
        self.token = self.id == nil ? token : nil
    }
}

extension Payload {
    /// The members that hold the value in an answer: fields are JSON text, keys sorted by their bytes.
    var awsMember: (name: String, value: String) {
        switch self {
        case .text(let text): return ("SecretString", text.reveal())
        case .bytes(let bytes): return ("SecretBinary", Base64.encode(bytes.reveal()))
        case .fields(let fields):
            return ("SecretString", JSONFields.text(of: fields))
        }
    }

    /// Whether AWS's clients see the same value.
    func isSame(as other: Payload) -> Bool {
        let (mine, others) = (awsMember, other.awsMember)
        return mine.name == others.name && Secret(mine.value) == Secret(others.value)
    }
}
