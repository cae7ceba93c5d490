internal import Crypto
internal import Findings
internal import SecretStore
internal import Secrets

/// A token that is kept nowhere: whatever is known of it is sealed in its own text, so that making one writes nothing and
/// reading one asks nothing of the storage but whether its parent is still there.
///
/// `kfb_`, the box in base64 for URLs, and six characters of the CRC-32 of what stands before, as ``CredentialText`` has
/// it. The box is 32 random bytes, and AES-256-GCM (NIST SP 800-38D) of the record under a key that HKDF-SHA256 (RFC 5869)
/// derives from the store's key for batch tokens with those bytes as salt: a key for each token, as payloads have one, so
/// that random nonces are safe for any number of tokens.
enum BatchToken {
    static let prefix = "kfb_"
    private static let saltBytes = 32
    private static let info = Array("keyfolio/1 batch token".utf8)
    /// The longest record, in bytes: a header that holds a token has 8 KiB for Vault's clients.
    private static let longestRecord = 4096

    /// Makes a token of a record.
    ///
    /// - Throws: ``StoreError`` when the record has no end, or is too long.
    static func seal(_ record: TokenRecord, _ keys: RootKeys) throws(StoreError) -> Secret<String> {
        guard record.expires != nil else { throw .invalidAttribute("a batch token has an end") }
        var record = record
        record.accessor = ""
        let content = record.json.bytes()
        guard content.count <= longestRecord else {
            throw .invalidAttribute("a batch token holds its policies and metadata: these are too long for one")
        }
        let salt = randomBytes(saltBytes)
        let key = Derivation.key(from: keys.batchTokens, salt: salt, info: info)
        let box = Cipher.seal(content, key: key, context: Place.batchToken(storeID: keys.storeID))
        var text = Array(prefix.utf8) + Array(Base64.encodeForURL(salt + box).utf8)
        text += CredentialText.check(text)
        defer { wipe(&text) }
        return Secret(String(decoding: text, as: UTF8.self))
    }

    /// The record of a token, or nil when it is no batch token of this store. Whether it has ended is asked elsewhere.
    static func open(_ token: Secret<String>, _ keys: RootKeys) -> TokenRecord? {
        let text = token.reveal()
        guard text.utf8.starts(with: prefix.utf8) else { return nil }
        let bytes = Array(text.utf8)
        let body = bytes.dropLast(CredentialText.checkCharacters)
        // The check first: it costs less than a key.
        guard body.count > prefix.utf8.count, body.count <= 2 * longestRecord,
            CredentialText.check(Array(body)) == Array(bytes.suffix(CredentialText.checkCharacters)),
            let box = Base64.decodeForURL(String(decoding: body.dropFirst(prefix.utf8.count), as: UTF8.self)),
            box.count > saltBytes
        else { return nil }
        let key = Derivation.key(from: keys.batchTokens, salt: Array(box.prefix(saltBytes)), info: info)
        let place = Place.batchToken(storeID: keys.storeID)
        let record = unsafe Cipher.open(Array(box.dropFirst(saltBytes)), key: key, context: place) { memory in
            (try? JSONValue(parsing: unsafe Array(memory))).flatMap(TokenRecord.init)
        }
        guard let record = record ?? nil, record.kind == .batch else { return nil }
        return record
    }
}
