import CSQLite

/// Edits a store's file behind the engine's back, as somebody who can write the file would.
func edit(_ path: String, _ sql: String) throws { try edit(path, sql, changesRows: true) }

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
    try firstColumn(path, sql) { unsafe sqlite3_column_int64($0, 0) }
}

/// One text from a store's file.
func text(_ path: String, _ sql: String) throws -> String {
    try firstColumn(path, sql) { statement in
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
