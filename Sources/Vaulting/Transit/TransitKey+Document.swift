internal import Crypto
internal import Findings
internal import SecretStore
public import Secrets

/// How a key is kept: one document of the directory, which is sealed and signed like all of them.
extension TransitKey {
    var document: JSONValue {
        var list: [JSONValue] = []
        list.reserveCapacity(versions.count)
        for (number, version) in versions.sorted(by: { $0.key < $1.key }) {
            var members: JSONValue = [
                "created": .string(version.created.description), "key": .string(Self.text(version.raw)),
                "number": .integer(number),
            ]
            if type != .hmac, var object = members.asObject {
                let code = unsafe version.codeKey.withUnsafeBytes { unsafe Secret<[UInt8]>(bytes: $0) }
                object["code"] = .string(orNull: code.map(Self.text))
                members = .object(object)
            }
            list.append(members)
        }
        return [
            "auto_rotate": .integer(rotationPeriod), "backup": .bool(allowsPlaintextBackup),
            "bytes": .integer(byteCount), "convergent": .bool(isConvergent), "deletion": .bool(isDeletionAllowed),
            "derived": .bool(isDerived), "exportable": .bool(isExportable), "latest": .integer(latest),
            "min_available": .integer(oldestKept), "min_decryption": .integer(oldestForDecryption),
            "min_encryption": .integer(oldestForEncryption), "type": .string(type.rawValue), "versions": .array(list),
        ]
    }

    /// Reads a document. Nothing in it is taken for granted: a backup is one too, and anybody may have written that.
    init?(_ name: String, _ document: JSONValue) {
        guard let type = document["type"]?.asString.flatMap(TransitKeyType.init(rawValue:)),
            let list = document["versions"]?.asArray, (1...TransitLimits.versions(type)).contains(list.count),
            let latest = document["latest"]?.asInteger, let kept = document["min_available"]?.asInteger,
            let decryption = document["min_decryption"]?.asInteger,
            let encryption = document["min_encryption"]?.asInteger,
            let period = document["auto_rotate"]?.asInteger, let bytes = document["bytes"]?.asInteger
        else { return nil }
        self.init(
            name,
            type,
            isDerived: document["derived"] == .bool(true),
            isConvergent: document["convergent"] == .bool(true),
            byteCount: bytes
        )
        let first = max(kept, 1)
        guard latest < 1_000_000_000, kept >= 0, first <= latest, list.count == latest - first + 1,
            (first...latest).contains(decryption), encryption == 0 || (decryption...latest).contains(encryption),
            kept == 0 || encryption > 0, !isDerived || type.supportsDerivation,
            !isConvergent || (isDerived && type.cipherKeyBytes != nil),
            type == .hmac ? TransitLimits.hmacKeyBytes.contains(bytes) : bytes == 0,
            (0...3_153_600_000).contains(period), (try? setRotationPeriod(period)) != nil
        else { return nil }
        for (number, value) in zip(first...latest, list) {
            guard value["number"]?.asInteger == number, let version = Self.version(type, value) else { return nil }
            versions[number] = version
        }
        isExportable = document["exportable"] == .bool(true)
        allowsPlaintextBackup = document["backup"] == .bool(true)
        isDeletionAllowed = document["deletion"] == .bool(true)
        self.latest = latest
        (oldestKept, oldestForDecryption, oldestForEncryption) = (kept, decryption, encryption)
    }

    private static func version(_ type: TransitKeyType, _ value: JSONValue) -> TransitVersion? {
        func secret(_ name: String) -> Secret<[UInt8]>? {
            guard var bytes = value[name]?.asString.flatMap(Base64.decode) else { return nil }
            defer { wipe(&bytes) }
            return Secret(bytes)
        }
        guard let created = value["created"]?.asString.flatMap(Timestamp.init), let raw = secret("key") else {
            return nil
        }
        return TransitVersion(type, created: created, raw: raw, code: secret("code"))
    }

    private static func text(_ secret: Secret<[UInt8]>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((secret.byteCount + 2) / 3 * 4)
        unsafe secret.withUnsafeBytes { unsafe Base64.append($0, to: &text) }
        return String(decoding: text, as: UTF8.self)
    }
}

/// Backups: the document, with the key's name, as base64 text.
extension TransitKey {
    private static let format = "keyfolio/1 transit key"

    /// The whole key in the clear.
    ///
    /// - Throws: ``TransitError`` when it was not allowed.
    public func backup() throws(TransitError) -> Secret<String> {
        guard isExportable else { throw TransitError("exporting is disallowed on the policy") }
        guard allowsPlaintextBackup else { throw TransitError("plaintext backup is disallowed on the policy") }
        let value: JSONValue = ["format": .string(Self.format), "key": document, "name": .string(name)]
        var bytes = value.bytes()
        defer { wipe(&bytes) }
        return Secret(Base64.encode(bytes))
    }

    /// Reads a backup.
    ///
    /// - Parameters:
    ///   - backup: What ``backup()`` gave.
    ///   - name: Under which name; nil for its own.
    /// - Throws: ``TransitError``, the same for whatever is wrong with it.
    public init(restoring backup: Secret<String>, as name: String?) throws(TransitError) {
        guard backup.byteCount <= TransitLimits.backup, var bytes = Base64.decode(backup.reveal()) else {
            throw .invalidBackup
        }
        defer { wipe(&bytes) }
        let limits = JSONLimits(bytes: TransitLimits.backup, depth: 8, values: 8 * TransitLimits.versions(.aes256))
        guard let value = try? JSONValue(parsing: bytes, limits: limits), value["format"] == .string(Self.format),
            let own = value["name"]?.asString, let document = value["key"], PathName.isValid(own[...]),
            let key = TransitKey(name ?? own, document)
        else { throw .invalidBackup }
        self = key
    }
}
