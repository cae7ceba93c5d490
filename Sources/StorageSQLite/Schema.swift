/// The tables of a store file.
///
/// Nothing here is readable but numbers and sizes. Columns that are long come last, so that a row is read without them
/// when they are not asked for.
enum Schema {
    /// In the file's header, so that `file` and other tools can tell what it is: `kfo1` in ASCII.
    static let applicationID: Int64 = 0x6B66_6F31
    /// The format that this program writes.
    static let format: Int64 = 1

    static let statements = """
        CREATE TABLE store (
            id INTEGER PRIMARY KEY CHECK (id = 1), store BLOB NOT NULL,
            sequence INTEGER NOT NULL, hash BLOB NOT NULL, time INTEGER NOT NULL, signature BLOB NOT NULL
        ) STRICT;
        CREATE TABLE slot (
            number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, parameters BLOB NOT NULL, wrapped BLOB NOT NULL
        ) STRICT;
        CREATE TABLE data_key (
            environment BLOB NOT NULL, generation INTEGER NOT NULL, wrapped BLOB NOT NULL,
            PRIMARY KEY (environment, generation)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE secret (
            id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, environment BLOB NOT NULL, current INTEGER NOT NULL,
            sealed BLOB NOT NULL
        ) STRICT;
        CREATE TABLE version (
            secret INTEGER NOT NULL, number INTEGER NOT NULL, kind INTEGER NOT NULL, generation INTEGER NOT NULL,
            salt BLOB NOT NULL, sealed BLOB NOT NULL, payload BLOB NOT NULL,
            PRIMARY KEY (secret, number)
        ) STRICT;
        CREATE TABLE audit (
            last INTEGER PRIMARY KEY, count INTEGER NOT NULL, hash BLOB NOT NULL, sealed BLOB NOT NULL
        ) STRICT;
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(format);
        """
}

/// Every statement of the storage; each is prepared when it is first needed.
enum Query: Int, CaseIterable {
    case begin, beginImmediate, commit, rollback
    case header, setHead, initialize
    case slots, putSlot, removeSlot
    case dataKey, newestDataKey, dataKeys, insertDataKey, removeDataKey
    case secret, insertSecret, updateSecret, removeSecret, removeVersions, anySecret, secretsAfter
    case version, versionPart, versionParts, insertVersion, updateVersionPayload, removeVersion
    case appendAudit, auditBlock, lastAuditBlock, removeAuditBlocks

    var sql: String {
        switch self {
        case .begin: "BEGIN"
        case .beginImmediate: "BEGIN IMMEDIATE"
        case .commit: "COMMIT"
        case .rollback: "ROLLBACK"
        case .header: "SELECT store, sequence, hash, time, signature FROM store WHERE id = 1"
        case .setHead: "UPDATE store SET sequence = ?, hash = ?, time = ?, signature = ? WHERE id = 1"
        case .initialize: "INSERT INTO store VALUES (1, ?, ?, ?, ?, ?)"
        case .slots: "SELECT number, kind, parameters, wrapped FROM slot ORDER BY number"
        case .putSlot: "INSERT OR REPLACE INTO slot VALUES (?, ?, ?, ?)"
        case .removeSlot: "DELETE FROM slot WHERE number = ?"
        case .dataKey: "SELECT environment, generation, wrapped FROM data_key WHERE environment = ? AND generation = ?"
        case .newestDataKey:
            "SELECT environment, generation, wrapped FROM data_key WHERE environment = ? ORDER BY generation DESC LIMIT 1"
        case .dataKeys: "SELECT environment, generation, wrapped FROM data_key ORDER BY environment, generation"
        case .insertDataKey: "INSERT INTO data_key VALUES (?, ?, ?)"
        case .removeDataKey: "DELETE FROM data_key WHERE environment = ? AND generation = ?"
        case .secret: "SELECT id, path, environment, current, sealed FROM secret WHERE path = ?"
        case .insertSecret: "INSERT INTO secret VALUES (NULL, ?, ?, ?, ?)"
        case .updateSecret: "UPDATE secret SET current = ?, sealed = ? WHERE id = ?"
        case .removeSecret: "DELETE FROM secret WHERE id = ?"
        case .removeVersions: "DELETE FROM version WHERE secret = ?"
        case .anySecret: "SELECT 1 FROM secret LIMIT 1"
        case .secretsAfter:
            "SELECT id, path, environment, current, sealed FROM secret WHERE id > ? ORDER BY id LIMIT ?"
        case .version:
            "SELECT secret, number, kind, generation, salt, sealed, payload FROM version WHERE secret = ? AND number = ?"
        case .versionPart:
            "SELECT secret, number, kind, generation, salt, sealed FROM version WHERE secret = ? AND number = ?"
        case .versionParts:
            "SELECT secret, number, kind, generation, salt, sealed FROM version WHERE secret = ? ORDER BY number"
        case .insertVersion: "INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?)"
        case .updateVersionPayload:
            "UPDATE version SET kind = ?, generation = ?, salt = ?, sealed = ?, payload = ? WHERE secret = ? AND number = ?"
        case .removeVersion: "DELETE FROM version WHERE secret = ? AND number = ?"
        case .appendAudit: "INSERT INTO audit VALUES (?, ?, ?, ?)"
        case .auditBlock: "SELECT last, count, hash, sealed FROM audit WHERE last >= ? ORDER BY last LIMIT 1"
        case .lastAuditBlock: "SELECT last, count, hash, sealed FROM audit ORDER BY last DESC LIMIT 1"
        case .removeAuditBlocks: "DELETE FROM audit"
        }
    }
}
