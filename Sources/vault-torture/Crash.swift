import CSQLite
import SecretStore
import Secrets
import StorageSQLite
import Vaulting

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How many of SQLite's writes are still let through; nil before counting begins.
private nonisolated(unsafe) var remaining: Int?
private nonisolated(unsafe) var tearsLastWrite = false

/// Counts a write, and ends the process at the last one, after its first half where that was asked for: as SIGKILL, or a
/// power failure, would.
private func countWrite(_ half: () -> Void) {
    guard let left = unsafe remaining else { return }
    if left <= 1 {
        if unsafe tearsLastWrite { half() }
        kill(getpid(), SIGKILL)
    }
    unsafe remaining = left - 1
}

private let writeAtOffset: @convention(c) (Int32, UnsafeRawPointer?, Int, off_t) -> Int = {
    file,
    bytes,
    count,
    offset in
    countWrite { _ = unsafe pwrite(file, bytes, count / 2, offset) }
    return unsafe pwrite(file, bytes, count, offset)
}

private let writeInOrder: @convention(c) (Int32, UnsafeRawPointer?, Int) -> Int = { file, bytes, count in
    countWrite { _ = unsafe write(file, bytes, count / 2) }
    return unsafe write(file, bytes, count)
}

private let shorten: @convention(c) (Int32, off_t) -> Int32 = { file, length in
    countWrite {}
    return ftruncate(file, length)
}

private let remove: @convention(c) (UnsafePointer<CChar>?) -> Int32 = { path in
    countWrite {}
    guard let path = unsafe path else { return -1 }
    return unsafe unlink(path)
}

/// Has SQLite write through the functions above: its own interface for such tests (sqlite3_vfs, xSetSystemCall).
private func interceptWrites() {
    guard let vfs = unsafe sqlite3_vfs_find(nil), let set = unsafe vfs.pointee.xSetSystemCall else { return }
    let calls: [(String, sqlite3_syscall_ptr)] = unsafe [
        ("pwrite", unsafeBitCast(writeAtOffset, to: sqlite3_syscall_ptr.self)),
        ("pwrite64", unsafeBitCast(writeAtOffset, to: sqlite3_syscall_ptr.self)),
        ("write", unsafeBitCast(writeInOrder, to: sqlite3_syscall_ptr.self)),
        ("ftruncate", unsafeBitCast(shorten, to: sqlite3_syscall_ptr.self)),
        ("unlink", unsafeBitCast(remove, to: sqlite3_syscall_ptr.self)),
    ]
    for (name, call) in calls { _ = unsafe set(vfs, name, call) }
}

/// Changes the seal or a ring of an open store, and dies at a write.
///
/// - Parameters:
///   - what: `add`, `replace`, `remove`, `shares`, `verified`, `rotate`, `rotate-all` or `rewrap`.
///   - key: Where a second key file is, or is to be.
///   - count: At which of SQLite's writes.
///   - isTorn: Whether the first half of it is done.
func crash(_ vault: Vault, _ what: String, key: String, at count: Int, isTorn: Bool) throws {
    let environment = try EnvironmentName("production")
    interceptWrites()
    unsafe tearsLastWrite = isTorn
    unsafe remaining = count
    switch what {
    case "add": try vault.addSlot(.keyFile(key))
    case "replace": try vault.replaceSlot(1, with: .keyFile(key))
    case "remove": try vault.removeSlot(2)
    case "shares":
        let shared = try SharedKey(shares: 3, threshold: 2)
        let old = try vault.slots().first { $0.kind == .shares }
        try vault.addShares(shared)
        // As the command does: given out before the old ones open nothing.
        for share in shared.shares { say(share.reveal().map { String($0) }.joined(separator: " ")) }
        if let old { try vault.removeSlot(old.number) }
    case "verified":
        let shared = try SharedKey(shares: 3, threshold: 2)
        // As the server does when the new shares are to be given back first.
        for share in shared.shares { say(share.reveal().map { String($0) }.joined(separator: " ")) }
        guard let old = try vault.slots().first(where: { $0.kind == .shares }) else { return }
        try vault.replaceSlot(old.number, with: .shares(shared.withoutShares))
    case "rotate": try vault.rotateRing(of: environment)
    case "rotate-all": try vault.rotateRings()
    default: try vault.rewrapRing(of: environment)
    }
    unsafe remaining = nil
    say("done")
}
