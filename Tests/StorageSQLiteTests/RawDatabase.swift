import CSQLite

/// Edits a store's file behind the engine's back, as somebody who can write the file would.
func edit(_ path: String, _ sql: String) throws { try edit(path, sql, changesRows: true) }

/// Where the newest versions of a store's secrets are: in the secrets' own rows, as short ones are, or in rows of their
/// own, as long ones are, and all of them in files of the first format.
enum VersionLayout: CaseIterable {
    case inRow, apart

    private static let columns = ["version", "kind", "generation", "salt", "sealed", "payload"]
        .map { $0 == "version" ? $0 : "version_" + $0 }.joined(separator: ", ")

    /// What brings the versions there, from wherever they are.
    var sql: String {
        let apart = """
            INSERT INTO version (id, kind, generation, salt, sealed, payload)
                SELECT id << 32 | version, \(Self.columns.dropFirst("version, ".count)) FROM secret
                WHERE version IS NOT NULL;
            UPDATE secret SET (\(Self.columns)) = (NULL, NULL, NULL, NULL, NULL, NULL);
            """
        let together = """
            UPDATE secret SET (\(Self.columns)) = (
                SELECT number, kind, generation, salt, sealed, payload FROM version
                WHERE version.secret = secret.id ORDER BY number DESC LIMIT 1
            );
            DELETE FROM version WHERE number = (SELECT secret.version FROM secret WHERE secret.id = version.secret);
            """
        return self == .apart ? apart : apart + together
    }
}

/// Every version, wherever it is, as a table to select from.
let everyVersion = """
    (SELECT secret, number, generation FROM version
    UNION ALL SELECT id, version, version_generation FROM secret WHERE version IS NOT NULL)
    """

/// Changes the rows of versions, as rows of their own, and brings them into a layout then.
func editVersions(_ path: String, _ sql: String, _ layout: VersionLayout) throws {
    try edit(path, VersionLayout.apart.sql)
    try edit(path, sql)
    try edit(path, layout.sql)
}

/// Edits the schema of a store's file.
func editSchema(_ path: String, _ sql: String) throws { try edit(path, sql, changesRows: false) }

private func edit(_ path: String, _ sql: String, changesRows: Bool) throws {
    var opened: OpaquePointer?
    guard unsafe sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else {
        throw TestFailure("cannot open the file")
    }
    defer { unsafe sqlite3_close_v2(opened) }
    guard unsafe sqlite3_exec(opened, sql, nil, nil, nil) == SQLITE_OK else {
        throw TestFailure(unsafe String(cString: sqlite3_errmsg(opened)))
    }
    guard unsafe !changesRows || sqlite3_total_changes64(opened) > 0 else {
        throw TestFailure("nothing was changed by: \(sql)")
    }
}

/// One number from a store's file.
func number(_ path: String, _ sql: String) throws -> Int64 {
    unsafe try firstColumn(path, sql) { unsafe sqlite3_column_int64($0, 0) }
}

/// One text from a store's file.
func text(_ path: String, _ sql: String) throws -> String {
    unsafe try firstColumn(path, sql) { statement in
        unsafe sqlite3_column_text(statement, 0).map { unsafe String(cString: $0) } ?? ""
    }
}

private func firstColumn<Value>(_ path: String, _ sql: String, _ value: (OpaquePointer?) -> Value) throws -> Value {
    var opened: OpaquePointer?
    guard unsafe sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else {
        throw TestFailure("cannot open the file")
    }
    defer { unsafe sqlite3_close_v2(opened) }
    var statement: OpaquePointer?
    guard unsafe sqlite3_prepare_v2(opened, sql, -1, &statement, nil) == SQLITE_OK else {
        throw TestFailure(unsafe String(cString: sqlite3_errmsg(opened)))
    }
    defer { unsafe sqlite3_finalize(statement) }
    guard unsafe sqlite3_step(statement) == SQLITE_ROW else { throw TestFailure("no row from: \(sql)") }
    return unsafe value(statement)
}

/// What SQLite says about a file's structure.
func integrity(of path: String) throws -> String {
    var opened: OpaquePointer?
    guard unsafe sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else {
        throw TestFailure("cannot open the file")
    }
    defer { unsafe sqlite3_close_v2(opened) }
    var statement: OpaquePointer?
    unsafe sqlite3_prepare_v2(opened, "PRAGMA integrity_check", -1, &statement, nil)
    defer { unsafe sqlite3_finalize(statement) }
    guard unsafe sqlite3_step(statement) == SQLITE_ROW, let text = unsafe sqlite3_column_text(statement, 0) else {
        throw TestFailure("no answer")
    }
    return unsafe String(cString: text)
}

/// Holds the right to write, as another process would, while a closure runs.
func holdingTheStore(_ path: String, _ body: () throws -> Void) throws {
    var opened: OpaquePointer?
    guard unsafe sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK,
        unsafe sqlite3_exec(opened, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK
    else { throw TestFailure("cannot hold the file") }
    defer { unsafe sqlite3_close_v2(opened) }
    try body()
}
