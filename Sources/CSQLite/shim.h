// SQLite's C interface, and what Swift cannot import of it: variadic functions and destructor constants.
#pragma once
#include <sqlite3.h>
#include <stdint.h>
#include <unistd.h>

/// Leaves the write-ahead log in place when the last connection closes. Every command is a process of its own; without
/// this each of them would pay a checkpoint, which is two fsync(2), at its end.
static inline int kf_sqlite_keep_log_on_close(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

/// Refuses to run triggers, views, functions and virtual tables that a tampered schema might name, and to write to the
/// schema. A trigger could keep a record of the audit log from being written, a view answer in a table's place.
static inline int kf_sqlite_distrust_schema(sqlite3 *database) {
    const int settings[][2] = {
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
        {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
    };
    for (unsigned i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        int status = sqlite3_db_config(database, settings[i][0], settings[i][1], (int *)0);
        if (status != SQLITE_OK) return status;
    }
    return SQLITE_OK;
}

/// Binds bytes that SQLite copies.
static inline int kf_sqlite_bind_copy(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
    // A null pointer would bind NULL; an empty blob is something else.
    return sqlite3_bind_blob64(statement, index, count == 0 ? "" : bytes, count, SQLITE_TRANSIENT);
}

/// Waits for another connection: a quarter of a millisecond at first, for whoever only lets a log begin anew is soon
/// done, and longer when that was not it. SQLite's own waits begin at one millisecond and double.
static inline int kf_sqlite_wait(void *most, int attempt) {
    // 400 short ones are 100 ms; `most` is a number of milliseconds.
    int spent = attempt < 400 ? attempt / 4 : 100 + (attempt - 400) * 10;
    if (spent >= (int)(intptr_t)most) return 0;
    usleep(attempt < 400 ? 250 : 10000);
    return 1;
}

/// As sqlite3_busy_timeout, with shorter waits.
static inline int kf_sqlite_wait_for_others(sqlite3 *database, int milliseconds) {
    return sqlite3_busy_handler(database, milliseconds > 0 ? kf_sqlite_wait : 0, (void *)(intptr_t)milliseconds);
}
