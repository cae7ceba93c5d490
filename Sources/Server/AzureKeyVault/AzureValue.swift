internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

extension Payload {
    /// The payload as Azure's one text: fields are a JSON object, its keys in the order of their bytes and without
    /// spaces; bytes are base64.
    var azureValue: Secret<String> {
        switch self {
        case .text(let text): return text
        case .bytes(let bytes): return Secret(Base64.encode(bytes.reveal()))
        case .fields(let fields):
            return Secret(JSONFields.text(of: fields))
        }
    }
}
