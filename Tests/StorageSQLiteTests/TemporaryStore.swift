import Glibc
import SecretStore
import Secrets
import StorageSQLite
import Synchronization
import Testing
import Vaulting

/// A private folder with a store in it, removed when the test is over.
final class TemporaryStore: Sendable {
    let folder: String
    let identity: Identity

    init(_ identity: Identity = .owner(Principal("user:test"))) throws {
        var template = Array("/tmp/keyfolio-test-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw TestFailure("mkdtemp failed") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.identity = identity
    }

    deinit { removeTree(folder) }

    var path: String { folder + "/store.keyfolio" }
    var keyFile: String { folder + "/keys/key" }
    var key: KeySource { .keyFile(keyFile) }

    func create(options: VaultOptions = VaultOptions()) throws -> Vault {
        try LocalVault.create(at: path, key: key, identity: identity, options: options)
    }

    func open(acceptRollback: Bool = false, options: VaultOptions = VaultOptions()) throws -> Vault {
        try LocalVault.open(
            at: path,
            key: key,
            identity: identity,
            acceptRollback: acceptRollback,
            options: options
        )
    }
}

/// A test could not be set up.
struct TestFailure: Error {
    let what: String
    init(_ what: String) { self.what = what }
}

/// Removes a folder of test files, two levels deep.
func removeTree(_ folder: String) {
    for name in names(in: folder) {
        let path = "\(folder)/\(name)"
        if unsafe unlink(path) != 0 {
            removeTree(path)
            unsafe rmdir(path)
        }
    }
    unsafe rmdir(folder)
}

/// The names in a folder.
func names(in folder: String) -> [String] {
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
        let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != "." && name != ".." { names.append(name) }
    }
    return names
}

/// Fields from a literal.
func fields(_ values: [String: String]) -> Payload { .fields(values.mapValues { Secret($0) }) }

extension SecretVersion {
    /// The fields in the clear, for a test to compare.
    var clear: [String: String] { (payload.fields ?? [:]).mapValues { $0.reveal() } }
}

/// Checks that something throws an error of a code.
func expectError(
    _ code: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    do {
        try body()
        Issue.record("nothing was thrown where \(code) was expected", sourceLocation: sourceLocation)
    } catch let error as StoreError {
        #expect(error.code == code, sourceLocation: sourceLocation)
        #expect(!error.message.isEmpty && !error.fix.isEmpty, sourceLocation: sourceLocation)
    } catch {
        Issue.record("\(type(of: error)) was thrown where \(code) was expected", sourceLocation: sourceLocation)
    }
}

/// All bytes of a file.
func contents(of path: String) throws -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY)
    guard descriptor >= 0 else { throw TestFailure("cannot open \(path)") }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw TestFailure("cannot stat \(path)") }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
    guard count == bytes.count else { throw TestFailure("cannot read \(path)") }
    return bytes
}

/// Replaces a file's content.
func write(_ bytes: [UInt8], to path: String) throws {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { throw TestFailure("cannot open \(path)") }
    defer { close(descriptor) }
    let count = unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    guard count == bytes.count else { throw TestFailure("cannot write \(path)") }
}

/// Whether bytes hold a text.
func contains(_ bytes: [UInt8], _ text: String) -> Bool {
    let needle = Array(text.utf8)
    guard let first = needle.first, bytes.count >= needle.count else { return false }
    return bytes.indices.dropLast(needle.count - 1).contains { start in
        bytes[start] == first && bytes[start..<start + needle.count].elementsEqual(needle)
    }
}

/// A clock that stands until it is set.
final class TestClock: Sendable {
    private let microseconds: Mutex<Int64>

    init(_ start: Int64) { microseconds = Mutex(start) }

    var read: @Sendable () -> Timestamp {
        { [self] in Timestamp(microseconds: microseconds.withLock { $0 }) }
    }

    func set(_ value: Int64) { microseconds.withLock { $0 = value } }
}
