// What a connection's files do beyond what SQLite has them do: the store's own, and its write-ahead log.
#pragma once

#include <sched.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// A connection's log, when it gathers what it writes.
///
/// SQLite writes each page of a transaction to its log with two calls of the system, one for the frame's head of 24 bytes and
/// one for the page. A server's transactions have dozens of pages, one behind the other in the log, and the calls take a
/// fifth of its time. So they are held until the frame that ends the transaction (https://www.sqlite.org/fileformat2.html,
/// section 4.1: the second word of that frame's head is the size of the database), and written by few calls, whose errors
/// are told as that frame's. SQLite tells other connections of frames after that only, and whatever else is asked of the
/// log's file is asked when all is written.
struct kf_sqlite_log {
    /// What the file does now. First: from a file's methods one gets to all of this.
    sqlite3_io_methods methods;
    const sqlite3_io_methods *rest;
    /// The store's file, which is closed later.
    struct kf_sqlite_store *store;
    /// Where the last write ended; -1 when none is known.
    sqlite3_int64 end;
    /// How many bytes of the buffer are not written yet: those before `end`.
    int held;
    /// Whether the head that came last was that of a transaction's last frame.
    int is_last;
    /// SQLite takes a write's length to be less than 128 KiB, and cuts off what is above.
    char buffer[(128 << 10) - 1];
};

/// A connection's file of the store.
struct kf_sqlite_store {
    sqlite3_io_methods methods;
    const sqlite3_io_methods *rest;
    /// The log, while it is open and gathers.
    struct kf_sqlite_log *log;
    /// Which log it was when the checkpoint under way began: its salts.
    uint32_t salts[2];
    /// Whether writes let others go, and how many there were.
    int yields;
    unsigned writes;
};

static inline struct kf_sqlite_log *kf_sqlite_log_of(sqlite3_file *file) { return (struct kf_sqlite_log *)file->pMethods; }

static inline struct kf_sqlite_store *kf_sqlite_store_of(sqlite3_file *file) {
    return (struct kf_sqlite_store *)file->pMethods;
}

// The log's file.

/// Writes what is held.
static inline int kf_sqlite_write_held(sqlite3_file *file) {
    struct kf_sqlite_log *log = kf_sqlite_log_of(file);
    int count = log->held;
    if (count == 0) return SQLITE_OK;
    log->held = 0;
    int status = log->rest->xWrite(file, log->buffer, count, log->end - count);
    if (status != SQLITE_OK) log->end = -1;
    return status;
}

static inline int kf_sqlite_log_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    enum { head = 24 };
    struct kf_sqlite_log *log = kf_sqlite_log_of(file);
    // What is written again, behind which nothing new stands, is written at once.
    int follows = offset == log->end && count <= (int)sizeof log->buffer;
    if (!follows || log->held + count > (int)sizeof log->buffer) {
        int status = kf_sqlite_write_held(file);
        if (status != SQLITE_OK) return status;
    }
    int ends = count != head && log->is_last;
    const unsigned char *size = (const unsigned char *)bytes + 4;
    log->is_last = count == head && (size[0] | size[1] | size[2] | size[3]) != 0;
    log->end = offset + count;
    if (!follows) return log->rest->xWrite(file, bytes, count, offset);
    memcpy(log->buffer + log->held, bytes, (size_t)count);
    log->held += count;
    return ends ? kf_sqlite_write_held(file) : SQLITE_OK;
}

static inline int kf_sqlite_log_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    int status = kf_sqlite_write_held(file);
    return status == SQLITE_OK ? kf_sqlite_log_of(file)->rest->xRead(file, bytes, count, offset) : status;
}

static inline int kf_sqlite_log_truncate(sqlite3_file *file, sqlite3_int64 size) {
    int status = kf_sqlite_write_held(file);
    return status == SQLITE_OK ? kf_sqlite_log_of(file)->rest->xTruncate(file, size) : status;
}

static inline int kf_sqlite_log_sync(sqlite3_file *file, int flags) {
    int status = kf_sqlite_write_held(file);
    return status == SQLITE_OK ? kf_sqlite_log_of(file)->rest->xSync(file, flags) : status;
}

static inline int kf_sqlite_log_size(sqlite3_file *file, sqlite3_int64 *size) {
    int status = kf_sqlite_write_held(file);
    return status == SQLITE_OK ? kf_sqlite_log_of(file)->rest->xFileSize(file, size) : status;
}

static inline int kf_sqlite_log_close(sqlite3_file *file) {
    struct kf_sqlite_log *log = kf_sqlite_log_of(file);
    // What is held belongs to a transaction that was not committed.
    int status = log->rest->xClose(file);
    log->store->log = 0;
    free(log);
    return status;
}

// The store's file.

static inline int kf_sqlite_store_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    struct kf_sqlite_store *store = kf_sqlite_store_of(file);
    unsigned written = store->writes++;
    // A page takes a few microseconds: others wait a fraction of a millisecond at most.
    if (store->yields && written % 32 == 31) sched_yield();
    int status = store->rest->xWrite(file, bytes, count, offset);
    // A mebibyte at a time goes to the disk. All of it at the end would keep the disk busy for a third of a second, while
    // nobody may write. An error is the write's own: the system reports it once, and SQLite must not take the page for
    // one that is safe.
    if (store->yields && status == SQLITE_OK && written % 256 == 255)
        status = store->rest->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
    return status;
}

/// The salts that the log has now, as the index that connections share says (https://www.sqlite.org/walformat.html, section
/// 2.1: the ninth and tenth word): they are others whenever it begins anew.
static inline int kf_sqlite_read_salts(sqlite3_file *file, uint32_t salts[2]) {
    void volatile *index = 0;
    int status = kf_sqlite_store_of(file)->rest->xShmMap(file, 0, 32 << 10, 0, &index);
    if (status != SQLITE_OK || !index) return 0;
    for (int i = 0; i < 2; i++) salts[i] = __atomic_load_n((uint32_t volatile *)index + 8 + i, __ATOMIC_SEQ_CST);
    return 1;
}

/// The locks that connections share (section 2.3 there): the first is the writer's, the second who copies the log, the fourth
/// those who read from the store's file alone, or write to a log that begins anew.
static inline int kf_sqlite_store_lock(sqlite3_file *file, int first, int count, int flags) {
    enum { writer = 0, copier = 1, beginners = 3 };
    struct kf_sqlite_store *store = kf_sqlite_store_of(file);
    // Whoever writes next writes where a transaction that was taken back would have written what is held.
    if (first == writer && (flags & SQLITE_SHM_UNLOCK) && store->log) store->log->held = 0;
    int status = store->rest->xShmLock(file, first, count, flags);
    if (status != SQLITE_OK || !(flags & SQLITE_SHM_LOCK) || !(flags & SQLITE_SHM_EXCLUSIVE)) return status;
    // A checkpoint reads how long the log is, and later, with the last of these locks, copies it. When the log was copied
    // before, a commit in between begins it anew, and SQLite before 3.51.3 then takes what is written next for copied: it is
    // lost (https://www.sqlite.org/wal.html, "The WAL-Reset Bug"). With the lock nobody begins the log anew any more, so
    // here it is seen whether somebody did; "busy" means that nothing is copied this time.
    uint32_t now[2];
    if (first == writer || first == copier) {
        if (!kf_sqlite_read_salts(file, store->salts)) store->salts[0] = store->salts[1] = 0;
    } else if (
        first == beginners
        && !(kf_sqlite_read_salts(file, now) && now[0] == store->salts[0] && now[1] == store->salts[1])
    ) {
        store->rest->xShmLock(file, first, count, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
        return SQLITE_BUSY;
    }
    return SQLITE_OK;
}

static inline int kf_sqlite_store_close(sqlite3_file *file) {
    struct kf_sqlite_store *store = kf_sqlite_store_of(file);
    int status = store->rest->xClose(file);
    free(store);
    return status;
}

/// Puts the store's file of a connection under what is here. Once for each connection, when it is opened: each of these
/// methods takes the file's for its own, and would call itself.
static inline int kf_sqlite_guard(sqlite3 *database) {
    sqlite3_file *file = 0;
    int status = sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (status != SQLITE_OK || !file || !file->pMethods) return status == SQLITE_OK ? SQLITE_ERROR : status;
    struct kf_sqlite_store *store = calloc(1, sizeof *store);
    if (!store) return SQLITE_NOMEM;
    store->rest = file->pMethods;
    store->methods = *file->pMethods;
    store->methods.xWrite = kf_sqlite_store_write;
    store->methods.xShmLock = kf_sqlite_store_lock;
    store->methods.xClose = kf_sqlite_store_close;
    file->pMethods = &store->methods;
    return SQLITE_OK;
}

/// Has a connection's checkpoints let other threads and the disk go every few pages. A scheduler gives a thread milliseconds at a
/// time, and on a busy processor whoever is about to answer would wait that long for a copy that nobody waits for.
///
/// The connection must be guarded.
static inline int kf_sqlite_yield_in_writes(sqlite3 *database) {
    sqlite3_file *file = 0;
    int status = sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (status == SQLITE_OK) kf_sqlite_store_of(file)->yields = 1;
    return status;
}

/// Has a connection gather what it writes to its log. Once; the connection must be guarded, and have read from the store:
/// before, it has no log.
static inline int kf_sqlite_gather_log(sqlite3 *database) {
    sqlite3_file *file = 0, *log_file = 0;
    int status = sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (status == SQLITE_OK) status = sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log_file);
    if (status != SQLITE_OK || !log_file || !log_file->pMethods) return status == SQLITE_OK ? SQLITE_ERROR : status;
    struct kf_sqlite_log *log = calloc(1, sizeof *log);
    if (!log) return SQLITE_NOMEM;
    log->rest = log_file->pMethods;
    log->methods = *log_file->pMethods;
    log->methods.xRead = kf_sqlite_log_read;
    log->methods.xWrite = kf_sqlite_log_write;
    log->methods.xTruncate = kf_sqlite_log_truncate;
    log->methods.xSync = kf_sqlite_log_sync;
    log->methods.xFileSize = kf_sqlite_log_size;
    log->methods.xClose = kf_sqlite_log_close;
    log->end = -1;
    log->store = kf_sqlite_store_of(file);
    log->store->log = log;
    log_file->pMethods = &log->methods;
    return SQLITE_OK;
}
