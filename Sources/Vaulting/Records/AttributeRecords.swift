internal import Crypto
internal import SecretStore

extension VersionAttributes {
    /// Whether more is said than whether the version is enabled.
    var saysMore: Bool {
        var other = VersionAttributes()
        other.isEnabled = isEnabled
        return self != other
    }

    /// Writes all but whether the version is enabled.
    func write(to writer: inout CanonicalWriter) {
        writer.write(optional: notBefore)
        writer.write(optional: expires)
        writer.write(optional: contentType)
        writer.write(optional: token)
        writer.write(map: tags)
    }

    /// Reads what ``write(to:)`` wrote.
    init?(reading reader: inout CanonicalReader) {
        self.init()
        guard let notBefore = reader.optionalTime(), let expires = reader.optionalTime(),
            let contentType = reader.optionalText(), let token = reader.optionalText(), let tags = reader.map()
        else { return nil }
        (self.notBefore, self.expires, self.contentType, self.token) = (notBefore, expires, contentType, token)
        self.tags = tags
    }
}

extension SecretAttributes {
    /// Seals the attributes for their secret.
    func sealed(of record: SecretRecord, keys: RootKeys) -> [UInt8] {
        var writer = CanonicalWriter(reserving: 256)
        writer.write(optional: description)
        writer.write(map: tags)
        writer.write(optional: keyID)
        writer.write(optional: rotation)
        writer.write(optional: resourcePolicy)
        writer.write(byte: isCheckAndSetRequired.map { $0 ? 2 : 1 } ?? 0)
        writer.write(Int64(versionsKept ?? -1))
        writer.write(Int64(deletesVersionsAfter ?? -1))
        return Cipher.seal(
            writer.bytes,
            key: keys.metadata,
            context: Place.attributes(storeID: keys.storeID, record)
        )
    }

    /// Opens what ``sealed(of:keys:)`` sealed.
    init(opening box: [UInt8], of record: SecretRecord, keys: RootKeys) throws(StoreError) {
        let context = Place.attributes(storeID: keys.storeID, record)
        let attributes = unsafe Cipher.open(box, key: keys.metadata, context: context) { memory in
            var reader = unsafe CanonicalReader(memory)
            return SecretAttributes(reading: &reader)
        }
        guard let attributes = attributes ?? nil else { throw .tampered("the attributes of a secret") }
        self = attributes
    }

    private init?(reading reader: inout CanonicalReader) {
        self.init()
        guard let description = reader.optionalText(), let tags = reader.map(), let keyID = reader.optionalText(),
            let rotation = reader.optionalText(), let resourcePolicy = reader.optionalText(),
            let checkAndSet = reader.byte(), let kept = reader.int64(), let after = reader.int64(), reader.isAtEnd
        else { return nil }
        (self.description, self.keyID, self.rotation) = (description, keyID, rotation)
        (self.resourcePolicy, self.tags) = (resourcePolicy, tags)
        isCheckAndSetRequired = checkAndSet == 0 ? nil : checkAndSet == 2
        versionsKept = kept < 0 ? nil : Int(kept)
        deletesVersionsAfter = after < 0 ? nil : Int(after)
    }
}

extension CanonicalWriter {
    /// A text that may be missing: one byte says whether it is there.
    mutating func write(optional text: String?) {
        write(byte: text == nil ? 0 : 1)
        if let text { write(text) }
    }

    /// A time that may be missing.
    mutating func write(optional time: Timestamp?) {
        write(byte: time == nil ? 0 : 1)
        if let time { write(time.microseconds) }
    }

    /// Names and values, by the byte order of names.
    mutating func write(map: [String: String]) {
        write(UInt32(map.count))
        for (name, value) in map.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            write(name)
            write(value)
        }
    }
}

extension CanonicalReader {
    /// A text that may be missing; nil outside when the bytes do not fit.
    mutating func optionalText() -> String?? {
        guard let flag = byte() else { return nil }
        if flag == 0 { return .some(nil) }
        return text().map { .some($0) }
    }

    /// A time that may be missing.
    mutating func optionalTime() -> Timestamp?? {
        guard let flag = byte() else { return nil }
        if flag == 0 { return .some(nil) }
        return int64().map { .some(Timestamp(microseconds: $0)) }
    }

    /// Names and values.
    mutating func map() -> [String: String]? {
        guard let count = uint32() else { return nil }
        var map: [String: String] = [:]
        for _ in 0..<count {
            guard let name = text(), let value = text() else { return nil }
            map[name] = value
        }
        return map
    }
}
