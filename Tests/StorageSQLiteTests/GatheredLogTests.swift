import CSQLite
import Glibc
import Testing

/// A connection that writes each transaction to the log in one piece, beside one that does as SQLite does.
///
/// What it holds back is seen by nobody: so everything here is compared with what another connection reads, with a copy of the
/// files that is opened as after a crash, and with what was meant.
@Suite(.serialized) struct GatheredLogTests {
    /// A generator that gives the same numbers again (SplitMix64, Steele, Lea and Flood, OOPSLA 2014).
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    @safe private final class Database {
        private let handle: OpaquePointer

        init(_ path: String) throws {
            var opened: OpaquePointer?
            guard unsafe sqlite3_open(path, &opened) == SQLITE_OK, let handle = unsafe opened else {
                throw TestFailure("cannot open \(path)")
            }
            unsafe self.handle = handle
            unsafe sqlite3_busy_timeout(handle, 5000)
            _ = unsafe kf_sqlite_keep_log_on_close(handle)
        }

        deinit { unsafe sqlite3_close_v2(handle) }

        func gather() throws {
            _ = try text("SELECT count(*) FROM sqlite_master")
            guardFile()
            #expect(unsafe kf_sqlite_gather_log(handle) == SQLITE_OK)
        }

        private var isGuarded = false

        func guardFile() {
            #expect(unsafe kf_sqlite_guard(handle) == SQLITE_OK)
            isGuarded = true
        }

        /// Has something done once, when a checkpoint has read how long the log is, and has copied nothing yet: there SQLite
        /// gives back what it has mapped of the file, when others have written since it looked last.
        func whenLogWasMeasured(_ body: @escaping () -> Void) {
            var file: UnsafeMutablePointer<sqlite3_file>?
            unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file)
            unsafe GatheredLogTests.race = body
            let hook: @convention(c) (UnsafeMutablePointer<sqlite3_file>?, Int64, UnsafeMutableRawPointer?) -> Int32 = {
                _,
                _,
                _ in
                unsafe GatheredLogTests.race.take()?()
                return SQLITE_OK
            }
            if isGuarded {
                unsafe kf_sqlite_store_of(file).pointee.methods.xUnfetch = hook
            } else if let file = unsafe file, let own = unsafe file.pointee.pMethods {
                let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
                unsafe methods.initialize(to: own.pointee)
                unsafe methods.pointee.xUnfetch = hook
                unsafe file.pointee.pMethods = UnsafePointer(methods)
            }
        }

        /// How many bytes are held back.
        var held: Int32 {
            var file: UnsafeMutablePointer<sqlite3_file>?
            unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file)
            return unsafe kf_sqlite_log_of(file).pointee.held
        }

        func run(_ sql: String) throws {
            guard unsafe sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
                throw TestFailure("\(unsafe String(cString: sqlite3_errmsg(handle))): \(sql.prefix(80))")
            }
        }

        func text(_ sql: String) throws -> String {
            var statement: OpaquePointer?
            guard unsafe sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else {
                throw TestFailure("\(unsafe String(cString: sqlite3_errmsg(handle))): \(sql.prefix(80))")
            }
            defer { unsafe sqlite3_finalize(statement) }
            var lines: [String] = []
            while true {
                switch unsafe sqlite3_step(statement) {
                case SQLITE_ROW:
                    let columns = unsafe (0..<sqlite3_column_count(statement)).map {
                        unsafe sqlite3_column_text(statement, $0).map { unsafe String(cString: $0) } ?? "-"
                    }
                    lines.append(columns.joined(separator: "|"))
                case SQLITE_DONE: return lines.joined(separator: "\n")
                default: throw TestFailure("\(unsafe String(cString: sqlite3_errmsg(handle))): \(sql.prefix(80))")
                }
            }
        }

        /// Every row: its number, its length, and the byte that it is full of.
        func rows() throws -> String {
            try text("SELECT id, length(bytes), hex(substr(bytes, -1)) FROM row ORDER BY id")
        }
    }

    private func prepare(_ folder: String) throws -> (path: String, gathered: Database, plain: Database) {
        let path = folder + "/log.db"
        let plain = try Database(path)
        try plain.run("PRAGMA journal_mode = WAL; CREATE TABLE row (id INTEGER PRIMARY KEY, bytes BLOB)")
        let gathered = try Database(path)
        try gathered.gather()
        // Transactions larger than this go to the log before they end.
        for database in [gathered, plain] { try database.run("PRAGMA cache_size = 10; PRAGMA synchronous = NORMAL") }
        return (path, gathered, plain)
    }

    /// What is in the files, read as after the end of every process.
    private func recovered(_ path: String) throws -> String {
        for suffix in ["", "-wal"] {
            try write(try contents(of: path + suffix), to: path + "-copy" + suffix)
        }
        unsafe unlink(path + "-copy-shm")
        let copy = try Database(path + "-copy")
        #expect(try copy.text("PRAGMA integrity_check") == "ok")
        return try copy.rows()
    }

    private func statement(_ numbers: inout Numbers, _ rows: inout [Int: (length: Int, byte: Int)]) -> String {
        let id = Int.random(in: 1...60, using: &numbers)
        guard Int.random(in: 0..<5, using: &numbers) > 0 else {
            rows[id] = nil
            return "DELETE FROM row WHERE id = \(id)"
        }
        let length = [20, 900, 5000, 40_000][Int.random(in: 0..<4, using: &numbers)]
        let byte = Int.random(in: 0...255, using: &numbers)
        rows[id] = (length, byte)
        let filled = "CAST(replace(hex(zeroblob(\(length / 2))), '00', 'zz') AS BLOB) || x'\(hex(byte))'"
        return "INSERT OR REPLACE INTO row VALUES (\(id), CAST(\(filled) AS BLOB))"
    }

    private func hex(_ byte: Int) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) }

    private func text(_ rows: [Int: (length: Int, byte: Int)]) -> String {
        rows.sorted { $0.key < $1.key }.map { "\($0.key)|\($0.value.length + 1)|\(hex($0.value.byte))" }
            .joined(separator: "\n")
    }

    @Test(arguments: 1...12)
    func `whoever writes, all read the same, and a crash leaves it`(seed: Int) throws {
        let store = try TemporaryStore()
        let (path, gathered, plain) = try prepare(store.folder)
        // Parts are taken back where nothing goes to the log before its transaction ends, as a server has it: otherwise SQLite
        // 3.40 loses here what it committed, gathered or not.
        let hasParts = seed.isMultiple(of: 2)
        if hasParts { for database in [gathered, plain] { try database.run("PRAGMA cache_spill = OFF") } }
        var numbers = Numbers(state: UInt64(seed))
        var rows: [Int: (length: Int, byte: Int)] = [:]
        for round in 0..<120 {
            let writer = Int.random(in: 0..<4, using: &numbers) == 0 ? plain : gathered
            let before = rows
            try writer.run("BEGIN IMMEDIATE")
            for _ in 0..<Int.random(in: 1...12, using: &numbers) {
                let kept = rows
                let isTakenBack = hasParts && Int.random(in: 0..<4, using: &numbers) == 0
                if isTakenBack { try writer.run("SAVEPOINT part") }
                for _ in 0..<Int.random(in: 1...4, using: &numbers) { try writer.run(statement(&numbers, &rows)) }
                if isTakenBack {
                    try writer.run("ROLLBACK TO part; RELEASE part")
                    rows = kept
                }
                // It reads what it has not written yet.
                if Int.random(in: 0..<6, using: &numbers) == 0 { #expect(try writer.rows() == text(rows)) }
            }
            if Int.random(in: 0..<4, using: &numbers) == 0 {
                try writer.run("ROLLBACK")
                rows = before
            } else {
                try writer.run("COMMIT")
            }
            #expect(gathered.held == 0, "seed \(seed), round \(round)")
            #expect(try plain.rows() == text(rows), "seed \(seed), round \(round)")
            #expect(try gathered.rows() == text(rows), "seed \(seed), round \(round)")
            if Int.random(in: 0..<8, using: &numbers) == 0 {
                let mode = ["PASSIVE", "RESTART", "TRUNCATE"][Int.random(in: 0..<3, using: &numbers)]
                _ = try [gathered, plain][Int.random(in: 0..<2, using: &numbers)].text("PRAGMA wal_checkpoint(\(mode))")
            }
            if round.isMultiple(of: 7) {
                #expect(try recovered(path) == text(rows), "seed \(seed), round \(round)")
            }
        }
        #expect(try plain.text("PRAGMA integrity_check") == "ok")
    }

    @Test func `a transaction is held back until it ends, in pieces, and what is taken back is written by nobody`()
        throws
    {
        let store = try TemporaryStore()
        let (path, gathered, plain) = try prepare(store.folder)
        func length() throws -> Int { try contents(of: path + "-wal").count }
        let empty = try length()
        let row = "INSERT INTO row (bytes) VALUES (zeroblob(3000))"
        try gathered.run("BEGIN IMMEDIATE; " + Array(repeating: row, count: 24).joined(separator: ";"))
        // More pages than the cache has: some have left it, and are nowhere in the file.
        #expect(gathered.held > 0)
        let first = try length()
        #expect(first - empty <= 24 + 4096)
        #expect(try gathered.text("SELECT count(*) FROM row WHERE length(bytes) = 3000") == "24")
        // What it read has been written before.
        #expect(try length() > first)
        try gathered.run(Array(repeating: row, count: 100).joined(separator: ";"))
        // More than is held at once.
        #expect(try length() > 100 * 4096)
        #expect(gathered.held > 0)
        try gathered.run("ROLLBACK")
        #expect(gathered.held == 0)
        let rolledBack = try contents(of: path + "-wal")
        // Another one writes where that would have been.
        try plain.run("INSERT INTO row (bytes) VALUES (zeroblob(30000))")
        try gathered.run("INSERT INTO row (bytes) VALUES (zeroblob(20))")
        #expect(try plain.text("SELECT group_concat(length(bytes)) FROM row") == "30000,20")
        #expect(try recovered(path) == "1|30000|00\n2|20|00")
        #expect(try contents(of: path + "-wal").count == rolledBack.count, "the log was long enough")
        // The same when the log is empty, and taking back needs nothing of it.
        _ = try plain.text("PRAGMA wal_checkpoint(TRUNCATE)")
        try gathered.run("BEGIN IMMEDIATE; " + Array(repeating: row, count: 24).joined(separator: ";"))
        #expect(gathered.held > 0)
        try gathered.run("ROLLBACK")
        #expect(gathered.held == 0)
        try plain.run("DELETE FROM row WHERE id = 1")
        try gathered.run("INSERT INTO row VALUES (5, zeroblob(40))")
        #expect(try recovered(path) == "2|20|00\n5|40|00")
    }

    /// What happens while a log is copied.
    nonisolated(unsafe) private static var race: (() -> Void)?

    @Test(arguments: [true, false])
    func `a log that begins anew while it is copied for the second time is not taken for copied`(isGuarded: Bool) throws
    {
        let store = try TemporaryStore()
        let (path, writer, reader) = try prepare(store.folder)
        let copier = try Database(path)
        _ = try copier.text("SELECT count(*) FROM row")
        if isGuarded { copier.guardFile() }
        try writer.run("INSERT INTO row VALUES (1, zeroblob(100))")
        for number in 2...20 { try writer.run("INSERT INTO row VALUES (\(number), zeroblob(9000))") }
        _ = try reader.text("PRAGMA wal_checkpoint(PASSIVE)")
        var isBegun = false
        copier.whenLogWasMeasured {
            // Everything is copied, so a commit begins the log anew.
            try? writer.run("UPDATE row SET bytes = zeroblob(30) WHERE id = 5")
            isBegun = true
        }
        _ = try copier.text("PRAGMA wal_checkpoint(PASSIVE)")
        #expect(isBegun)
        // Nothing of this says that anything is wrong, until what is taken for copied and is not is nowhere: when the log
        // begins anew once more.
        let changed = try? { () throws -> String in
            for number in 6...12 { try writer.run("UPDATE row SET bytes = zeroblob(8000) WHERE id = \(number)") }
            for number in 21...60 { try writer.run("INSERT INTO row VALUES (\(number), zeroblob(9000))") }
            _ = try copier.text("PRAGMA wal_checkpoint(PASSIVE)")
            try writer.run("UPDATE row SET bytes = x'AA' WHERE id = 2")
            return try reader.text("SELECT count(*) FROM row WHERE id BETWEEN 6 AND 12 AND length(bytes) = 8000")
        }()
        // A later SQLite needs no guard; an earlier one shows here what the guard is for.
        if isGuarded || sqlite3_libversion_number() >= 3_051_003 {
            #expect(changed == "7")
            #expect(try reader.text("PRAGMA integrity_check") == "ok")
        } else if sqlite3_libversion_number() < 3_044_006 {
            #expect(changed == nil)
        }
    }

    @Test func `a connection may end before or after its log`() throws {
        let store = try TemporaryStore()
        let path: String
        do {
            let (made, gathered, plain) = try prepare(store.folder)
            path = made
            try gathered.run("INSERT INTO row VALUES (1, x'01')")
            try gathered.run("BEGIN IMMEDIATE; INSERT INTO row VALUES (2, zeroblob(200000))")
            #expect(try plain.rows() == "1|1|01")
            // Both are closed here, one of them in a transaction.
        }
        let again = try Database(path)
        #expect(try again.rows() == "1|1|01")
        // Another journal closes the log, and the file stays.
        try again.gather()
        #expect(try again.text("PRAGMA journal_mode = DELETE") == "delete")
        try again.run("INSERT INTO row VALUES (3, x'03')")
        #expect(try again.rows() == "1|1|01\n3|1|03")
    }
}
