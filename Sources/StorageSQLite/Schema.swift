/// The tables of a store file.
///
/// Nothing here is readable but numbers and sizes. Columns that are long come last, so that a row is read without them
/// when they are not asked for.
enum Schema {
    /// In the file's header, so that `file` and other tools can tell what it is: `kfo1` in ASCII.
    static let applicationID: Int64 = 0x6B66_6F31
    /// The format that this program writes. The first one had no newest version in a secret's row: see ``upgrade``.
    static let format: Int64 = 2

    private static let secretTable = """
        CREATE TABLE secret (
            id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, environment BLOB NOT NULL, current INTEGER NOT NULL,
            sealed BLOB NOT NULL, attributes BLOB NOT NULL

        """
    /// The newest version of a secret, in the secret's own row when it is short. Nearly every read is for it, and a store
    /// that is larger than its cache reads one page of the file for it instead of two.
    private static let versionColumns = [
        "version INTEGER", "version_kind INTEGER", "version_generation INTEGER", "version_salt BLOB",
        "version_sealed BLOB", "version_payload BLOB",
    ]

    /// The tables, each as SQLite keeps its definition: byte for byte.
    private static let tables = [
        (
            "store",
            """
            CREATE TABLE store (
                id INTEGER PRIMARY KEY CHECK (id = 1), store BLOB NOT NULL,
                sequence INTEGER NOT NULL, hash BLOB NOT NULL, time INTEGER NOT NULL, state BLOB NOT NULL,
                signature BLOB NOT NULL
            ) STRICT
            """
        ),
        (
            "slot",
            """
            CREATE TABLE slot (
                number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, parameters BLOB NOT NULL, wrapped BLOB NOT NULL
            ) STRICT
            """
        ),
        (
            "data_key",
            """
            CREATE TABLE data_key (
                environment BLOB NOT NULL, generation INTEGER NOT NULL, wrapped BLOB NOT NULL,
                PRIMARY KEY (environment, generation)
            ) STRICT, WITHOUT ROWID
            """
        ),
        // As SQLite writes the definition when the columns are added to a table that is there.
        ("secret", secretTable + versionColumns.map { ", " + $0 }.joined() + ") STRICT"),
        (
            "version",
            """
            CREATE TABLE version (
                id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, generation INTEGER NOT NULL,
                salt BLOB NOT NULL, sealed BLOB NOT NULL, payload BLOB NOT NULL,
                secret INTEGER AS (id >> \(VersionRowID.numberBits)), number INTEGER AS (id & \(VersionRowID.largestNumber))
            ) STRICT
            """
        ),
        (
            "entry",
            """
            CREATE TABLE entry (
                collection BLOB NOT NULL, key BLOB NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (collection, key)
            ) STRICT, WITHOUT ROWID
            """
        ),
        (
            "audit",
            """
            CREATE TABLE audit (
                last INTEGER PRIMARY KEY, count INTEGER NOT NULL, hash BLOB NOT NULL, sealed BLOB NOT NULL
            ) STRICT
            """
        ),
    ]

    /// What makes the tables in an empty file.
    static var statements: String {
        tables.map { $0.1 + ";\n" }.joined()
            + "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(format);"
    }

    /// Everything that a store file's schema holds, by name, and nothing beside it: not a trigger, a view, an index or a
    /// table more, not a column or a default otherwise. Whoever can write the file can write its schema, and SQLite
    /// would act by it.
    static let objects = objects(tables)

    /// What the schema of a file of the first format holds.
    static let firstObjects = objects(tables.map { $0.0 == "secret" ? ($0.0, secretTable + ") STRICT") : $0 })

    /// What makes a file of this format of one of the first. No row is written anew: where the columns are empty, the
    /// version is in the table of versions.
    static var upgrade: String {
        versionColumns.map { "ALTER TABLE secret ADD COLUMN \($0);\n" }.joined() + "PRAGMA user_version = \(format);"
    }

    private static func objects(_ tables: [(String, String)]) -> [SchemaObject] {
        var objects = tables.map { SchemaObject(type: "table", name: $0.0, table: $0.0, sql: $0.1) }
        // What `path BLOB UNIQUE` brings with it; such an index has no definition of its own.
        objects.append(SchemaObject(type: "index", name: "sqlite_autoindex_secret_1", table: "secret", sql: ""))
        return objects.sorted { $0.name < $1.name }
    }
}

/// One row of SQLite's own table of tables.
struct SchemaObject: Equatable {
    let type: String
    let name: String
    let table: String
    let sql: String
}

/// A version's row number: the secret's and the version's in one integer.
///
/// A pair of columns as the key would be an index beside the table, and every read would go down two trees instead of
/// one. Two thousand million secrets and four thousand million versions of each are more than a file can hold.
struct VersionRowID {
    static let numberBits: Int64 = 32
    static let largestNumber: Int64 = 1 << numberBits - 1

    let id: Int64

    init(_ id: Int64) { self.id = id }

    /// The row number, or nil when there can be no such row.
    init?(secret: Int64, number: Int64) {
        guard (0..<(1 << 31)).contains(secret), (0...Self.largestNumber).contains(number) else { return nil }
        id = secret << Self.numberBits | number
    }

    var secret: Int64 { id >> Self.numberBits }
    var number: Int64 { id & Self.largestNumber }

    /// Every version of a secret.
    static func all(of secret: Int64) -> (first: Value, last: Value) {
        // A secret beyond the limit has none: the range is empty.
        let ends = (
            VersionRowID(secret: secret, number: 0)?.id ?? 1,
            VersionRowID(secret: secret, number: largestNumber)?.id ?? 0
        )
        return (.integer(ends.0), .integer(ends.1))
    }
}

/// Every statement of the storage; each is prepared when it is first needed.
enum Query: Int, CaseIterable {
    case begin, beginImmediate, commit, rollback, savepoint, release, rollbackToSavepoint
    case header, setHead, initialize
    case slots, putSlot, removeSlot
    case dataKey, newestDataKey, dataKeys, insertDataKey, removeDataKey
    case secret, insertSecret, updateSecret, removeSecret, removeVersions, anySecret, secretsAfter
    case currentVersion, version, versionPart, versionParts, insertVersion, updateVersionPayload, removeVersion
    case moveNewestVersion, setNewestVersion, updateNewestPayload, removeNewestVersion, clearNewestVersion
    case attributes, setAttributes
    case entry, putEntry, removeEntry, entriesOfCollection, entriesAfter
    case appendAudit, auditBlock, lastAuditBlock, removeAuditBlocks

    /// A version without its payload, from a row of its own and from its secret's.
    private static let part = "SELECT secret, number, kind, generation, salt, sealed"
    private static let newestPart =
        "SELECT id AS secret, version AS number, version_kind, version_generation, version_salt, version_sealed"
    private static let clearingNewest = """
        UPDATE secret SET version = NULL, version_kind = NULL, version_generation = NULL, version_salt = NULL,
            version_sealed = NULL, version_payload = NULL
        """

    var sql: String {
        switch self {
        case .begin: "BEGIN"
        case .beginImmediate: "BEGIN IMMEDIATE"
        case .commit: "COMMIT"
        case .rollback: "ROLLBACK"
        case .savepoint: "SAVEPOINT attempt"
        case .release: "RELEASE attempt"
        case .rollbackToSavepoint: "ROLLBACK TO attempt"
        case .header: "SELECT store, sequence, hash, time, state, signature FROM store WHERE id = 1"
        case .setHead: "UPDATE store SET sequence = ?, hash = ?, time = ?, state = ?, signature = ? WHERE id = 1"
        case .initialize: "INSERT INTO store VALUES (1, ?, ?, ?, ?, ?, ?)"
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
        case .insertSecret:
            "INSERT INTO secret (path, environment, current, sealed, attributes) VALUES (?, ?, ?, ?, x'')"
        case .updateSecret: "UPDATE secret SET current = ?, sealed = ? WHERE id = ?"
        case .removeSecret: "DELETE FROM secret WHERE id = ?"
        case .removeVersions: "DELETE FROM version WHERE id BETWEEN ? AND ?"
        case .anySecret: "SELECT 1 FROM secret LIMIT 1"
        case .secretsAfter:
            "SELECT id, path, environment, current, sealed FROM secret WHERE id > ? ORDER BY id LIMIT ?"
        case .currentVersion:
            """
            SELECT id, environment, current, sealed,
                version, version_kind, version_generation, version_salt, version_payload
            FROM secret WHERE path = ?
            """
        case .version:
            """
            \(Self.newestPart), version_payload FROM secret WHERE id = ?1 AND version = ?2
            UNION ALL \(Self.part), payload FROM version WHERE id = ?3
            """
        case .versionPart:
            """
            \(Self.newestPart) FROM secret WHERE id = ?1 AND version = ?2
            UNION ALL \(Self.part) FROM version WHERE id = ?3
            """
        case .versionParts:
            """
            \(Self.newestPart) FROM secret WHERE id = ?1 AND version IS NOT NULL
            UNION ALL \(Self.part) FROM version WHERE id BETWEEN ?2 AND ?3
            ORDER BY number
            """
        case .insertVersion:
            "INSERT INTO version (id, kind, generation, salt, sealed, payload) VALUES (?, ?, ?, ?, ?, ?)"
        case .updateVersionPayload:
            "UPDATE version SET kind = ?, generation = ?, salt = ?, sealed = ?, payload = ? WHERE id = ?"
        case .removeVersion: "DELETE FROM version WHERE id = ?"
        case .moveNewestVersion:
            """
            INSERT INTO version (id, kind, generation, salt, sealed, payload)
            SELECT id << \(VersionRowID.numberBits) | version,
                version_kind, version_generation, version_salt, version_sealed, version_payload
            FROM secret WHERE id = ? AND version BETWEEN 0 AND \(VersionRowID.largestNumber)
            """
        case .setNewestVersion:
            """
            UPDATE secret SET version = ?, version_kind = ?, version_generation = ?, version_salt = ?,
                version_sealed = ?, version_payload = ? WHERE id = ?
            """
        case .updateNewestPayload:
            """
            UPDATE secret SET version_kind = ?, version_generation = ?, version_salt = ?, version_sealed = ?,
                version_payload = ? WHERE id = ? AND version = ?
            """
        case .removeNewestVersion: "\(Self.clearingNewest) WHERE id = ? AND version = ?"
        case .clearNewestVersion: "\(Self.clearingNewest) WHERE id = ?"
        case .attributes: "SELECT attributes FROM secret WHERE id = ?"
        case .setAttributes: "UPDATE secret SET attributes = ? WHERE id = ?"
        case .entry: "SELECT collection, key, sealed FROM entry WHERE collection = ? AND key = ?"
        case .putEntry: "INSERT OR REPLACE INTO entry VALUES (?, ?, ?)"
        case .removeEntry: "DELETE FROM entry WHERE collection = ? AND key = ?"
        case .entriesOfCollection:
            "SELECT collection, key, sealed FROM entry WHERE collection = ? AND key > ? ORDER BY key LIMIT ?"
        case .entriesAfter:
            """
            SELECT collection, key, sealed FROM entry WHERE (collection, key) > (?, ?)
            ORDER BY collection, key LIMIT ?
            """
        case .appendAudit: "INSERT INTO audit VALUES (?, ?, ?, ?)"
        case .auditBlock: "SELECT last, count, hash, sealed FROM audit WHERE last >= ? ORDER BY last LIMIT 1"
        case .lastAuditBlock: "SELECT last, count, hash, sealed FROM audit ORDER BY last DESC LIMIT 1"
        case .removeAuditBlocks: "DELETE FROM audit"
        }
    }
}
