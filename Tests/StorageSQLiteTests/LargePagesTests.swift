import CSQLite
import Glibc
import Testing

/// The memory for the pages of a server's cache. SQLite may be in use in this process, and then its settings are refused,
/// so the range is asked directly. One test, for the range is the process's.
@Suite struct LargePagesTests {
    @Test func `pieces are of their own until they are given back, and what does not fit comes from the heap`() {
        let pages = unsafe kf_sqlite_pages()!
        sqlite3_initialize()
        #expect(
            kf_sqlite_use_large_pages(1 << 20) == SQLITE_MISUSE,
            "SQLite takes no settings while it is in use"
        )
        // As when it is not: another allocator for the rest, and a range of three pieces and a bit.
        unsafe pages.pointee.rest.xMalloc = { unsafe malloc(Int($0)) }
        unsafe pages.pointee.rest.xFree = { unsafe free($0) }
        unsafe pages.pointee.rest.xRealloc = { unsafe realloc($0, Int($1)) }
        unsafe pages.pointee.rest.xSize = { _ in 7 }
        let size = Int32(4416)
        let range = UnsafeMutableRawBufferPointer.allocate(byteCount: 3 * Int(size) + 100, alignment: 64)
        defer { unsafe range.deallocate() }
        unsafe pages.pointee.size = size
        unsafe pages.pointee.start = range.baseAddress!.assumingMemoryBound(to: CChar.self)
        unsafe pages.pointee.fresh = pages.pointee.start
        unsafe pages.pointee.end = pages.pointee.start + range.count
        // What is shorter than a page is none, though there is room.
        for count: Int32 in [100, 4096] {
            let short = unsafe kf_sqlite_allocate(count)
            #expect(unsafe kf_sqlite_is_page(short) == 0)
            unsafe kf_sqlite_free(short)
        }
        let own = unsafe (0..<3).map { _ in unsafe kf_sqlite_allocate(4368)! }
        #expect(unsafe own.allSatisfy { unsafe kf_sqlite_is_page($0) == 1 && kf_sqlite_size($0) == size })
        #expect(unsafe own.map { unsafe $0 - own[0] } == [0, Int(size), 2 * Int(size)])
        for unsafe(number, piece) in unsafe own.enumerated() { unsafe memset(piece, Int32(number), Int(size)) }
        // The range is full, and what is shorter or longer than a page is none.
        for count in [4368, 4096, 100, size + 1] {
            let other = unsafe kf_sqlite_allocate(count)!
            #expect(unsafe kf_sqlite_is_page(other) == 0)
            #expect(unsafe kf_sqlite_size(other) == 7)
            unsafe memset(other, 9, Int(count))
            unsafe kf_sqlite_free(kf_sqlite_reallocate(other, 2 * count))
        }
        for unsafe(number, piece) in unsafe own.enumerated() {
            let bytes = unsafe UnsafeRawBufferPointer(start: piece, count: Int(size))
            #expect(unsafe bytes.allSatisfy { $0 == UInt8(number) })
        }
        // What grows moves with what is in it, and its piece is free then; what stays within it stays.
        #expect(unsafe kf_sqlite_reallocate(own[1], 4200) == own[1])
        let moved = unsafe kf_sqlite_reallocate(own[1], 9000)!
        #expect(unsafe kf_sqlite_is_page(moved) == 0)
        #expect(unsafe UnsafeRawBufferPointer(start: moved, count: Int(size)).allSatisfy { $0 == 1 })
        unsafe kf_sqlite_free(moved)
        unsafe kf_sqlite_free(own[2])
        // Given back last, given out first; then the one before.
        #expect(unsafe kf_sqlite_allocate(4368) == own[2])
        #expect(unsafe kf_sqlite_allocate(4368) == own[1])
        let none = unsafe kf_sqlite_allocate(4368)!
        #expect(unsafe kf_sqlite_is_page(none) == 0)
        unsafe kf_sqlite_free(none)
    }
}
