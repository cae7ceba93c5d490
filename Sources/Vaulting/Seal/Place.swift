internal import SecretStore

/// The place that a sealed box belongs to, in the canonical form that is authenticated with it.
///
/// Each begins with a text of its own, so that no box of one sort opens as another; each holds the store's id, so that
/// no box opens in another store.
enum Place {
    /// A slot of the seal: its number, kind and parameters cannot be changed.
    static func slot(storeID: [UInt8], number: Int64, kind: Int64, parameters: [UInt8]) -> [UInt8] {
        var writer = begin("keyfolio/1 slot", storeID)
        writer.write(number)
        writer.write(kind)
        writer.write(parameters)
        return writer.bytes
    }

    /// A data key of a ring.
    static func dataKey(storeID: [UInt8], environment: [UInt8], generation: Int64) -> [UInt8] {
        var writer = begin("keyfolio/1 data key", storeID)
        writer.write(fixed: environment)
        writer.write(generation)
        return writer.bytes
    }

    /// The record of a secret. The current version's number is part of the place, so that it cannot be moved back.
    static func secret(storeID: [UInt8], _ row: SecretRow) -> [UInt8] {
        var writer = begin("keyfolio/1 secret", storeID)
        writer.write(fixed: row.index)
        writer.write(fixed: row.environment)
        writer.write(row.current)
        return writer.bytes
    }

    /// The record of a version. `secretID` is random for each secret, so that a version of a secret that was removed
    /// does not fit one that is made at the same path later; so is the version's id, for a number that is given twice.
    static func version(storeID: [UInt8], _ secret: SecretRecord, _ row: VersionRow) -> [UInt8] {
        var writer = begin("keyfolio/1 version", storeID)
        writer.write(fixed: secret.id)
        writer.write(secret.versionID(row.number))
        writer.write(row.number)
        writer.write(row.kind)
        return writer.bytes
    }

    /// The payload of a version.
    static func payload(
        storeID: [UInt8],
        secretID: [UInt8],
        versionID: [UInt8],
        environment: EnvironmentName,
        path: SecretPath,
        number: Int64,
        kind: Int64,
        generation: Int64
    ) -> [UInt8] {
        var writer = begin("keyfolio/1 payload", storeID)
        writer.write(fixed: secretID)
        writer.write(versionID)
        writer.write(environment.text)
        writer.write(path.text)
        writer.write(number)
        writer.write(kind)
        writer.write(generation)
        return writer.bytes
    }

    /// The attributes of a secret. Their id is new with each change, so that older ones do not fit.
    static func attributes(storeID: [UInt8], _ secret: SecretRecord) -> [UInt8] {
        var writer = begin("keyfolio/1 attributes", storeID)
        writer.write(fixed: secret.id)
        writer.write(secret.attributesID)
        return writer.bytes
    }

    /// A secret that was taken out.
    static func backup(storeID: [UInt8]) -> [UInt8] { begin("keyfolio/1 secret backup", storeID).bytes }

    /// A token that is kept nowhere.
    static func batchToken(storeID: [UInt8]) -> [UInt8] { begin("keyfolio/1 batch token", storeID).bytes }

    /// An entry of the directory.
    static func entry(storeID: [UInt8], collection: [UInt8], key: [UInt8]) -> [UInt8] {
        var writer = begin("keyfolio/1 entry", storeID)
        writer.write(collection)
        writer.write(key)
        return writer.bytes
    }

    /// A block of the audit log. The hash is that of the chain after the block.
    static func auditBlock(storeID: [UInt8], last: Int64, count: Int64, hash: [UInt8]) -> [UInt8] {
        var writer = begin("keyfolio/1 audit block", storeID)
        writer.write(last)
        writer.write(count)
        writer.write(fixed: hash)
        return writer.bytes
    }

    private static func begin(_ sort: String, _ storeID: [UInt8]) -> CanonicalWriter {
        var writer = CanonicalWriter(reserving: 256)
        writer.write(sort)
        writer.write(fixed: storeID)
        return writer
    }
}
