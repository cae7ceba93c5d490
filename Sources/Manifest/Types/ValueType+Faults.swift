public import Secrets

extension ValueType {
    /// What is malformed about a value of this type. The empty value has no faults: whether there must be one is a
    /// rule's business.
    ///
    /// - Parameter value: The value.
    /// - Returns: The faults in the order of the text; none when the value is well-formed. Linear in its length.
    public func faults(in value: Secret<String>) -> [Fault] {
        let all = Array(value.reveal().utf8)
        guard !all.isEmpty else { return [] }
        var faults = generalFaults(all)
        guard !faults.haveError else { return faults }
        let bytes = toleratesBlanksAround ? all[...] : all[...].trimmed
        guard !bytes.isEmpty else { return faults }
        faults += ownFaults(bytes)
        return faults
    }

    /// What is wrong with text whatever it stands for: line breaks, control characters, blanks around.
    private func generalFaults(_ bytes: [UInt8]) -> [Fault] {
        var faults: [Fault] = []
        let newline = UInt8(ascii: "\n")
        // A final line break is a blank at the end (`echo value > file`), not a second line.
        let isMultiline = bytes[...].trimmed.contains { $0 == newline || $0 == UInt8(ascii: "\r") }
        if isMultiline && !allowsSeveralLines {
            faults.append(Fault(TypeCodes.severalLines, "has more than one line, but \(article) has one"))
        }
        if bytes.contains(where: { $0.isControl && !$0.isBlank }) {
            faults.append(Fault(TypeCodes.controlCharacter, "has a control character in it"))
        }
        if !toleratesBlanksAround, bytes.first?.isBlank == true || bytes.last?.isBlank == true {
            let place = bytes.last?.isBlank == true ? "behind" : "in front of"
            faults.append(Fault(TypeCodes.blanksAround, "has a blank or line break \(place) its value"))
        }
        return faults
    }

    private var allowsSeveralLines: Bool {
        switch self {
        case .text, .json, .secret: true
        default: false
        }
    }

    private var toleratesBlanksAround: Bool {
        switch self {
        case .text, .json: true
        default: false
        }
    }

    /// The type's name with its article, for messages.
    var article: String {
        switch name.first {
        case "a", "e", "i", "o", "u",
            "h" where self == .httpOrigin || self == .httpOriginList:
            "an \(name)"
        default: "a \(name)"
        }
    }

    /// What the type itself asks of text without blanks around it.
    private func ownFaults(_ bytes: Bytes) -> [Fault] {
        switch self {
        case .string, .text, .secret: []
        case .integer: Scalars.integerFaults(bytes)
        case .number: Scalars.numberFaults(bytes)
        case .boolean: Scalars.booleanFaults(bytes)
        case .enumeration(let words): Scalars.enumerationFaults(bytes, words)
        case .duration: Scalars.durationFaults(bytes)
        case .port: Scalars.portFaults(bytes)
        case .path: Scalars.pathFaults(bytes)
        case .url: URLSyntax(bytes).faults
        case .httpOrigin: Origins.faults(bytes)
        case .httpOriginList: Origins.listFaults(bytes)
        case .hostList: HostList.faults(bytes)
        case .emailList: MailList.faults(bytes)
        case .json: JSONSyntax.faults(bytes)
        case .base64: EncodedText.base64Faults(bytes)
        case .hex: EncodedText.hexFaults(bytes)
        case .postgresURL: PostgresURL.read(bytes).faults
        case .sentryDSN: SentryDSN.faults(bytes)
        case .awsAccessKeyID: AWSSyntax.keyIDFaults(bytes)
        case .awsSecretKey: AWSSyntax.secretKeyFaults(bytes)
        case .awsRegion: AWSSyntax.regionFaults(bytes)
        case .s3Bucket: S3Syntax.bucketFaults(bytes)
        }
    }
}
