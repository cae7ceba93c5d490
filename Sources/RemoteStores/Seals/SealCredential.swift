internal import SecretStore
internal import Secrets

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A credential for a service that keeps a slot's key.
struct SealCredential: Sendable {
    let text: Secret<String>

    init(_ text: String) { self.text = Secret(text) }

    private static let mostBytes = 16_384

    /// Reads a file of at most 16 KiB. Line breaks at its end are left out.
    ///
    /// - Throws: `KF-STORE-029`, naming the variable and not the path.
    init(file path: String, named name: String) throws(StoreError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .serviceRefused("the file that \(name)_FILE names cannot be read") }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Self.mostBytes)
        defer { bytes.wipe() }
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { throw .serviceRefused("the file that \(name)_FILE names is empty or cannot be read") }
        var end = count
        while end > 0, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
        let found = unsafe bytes.withUnsafeBytes { memory in
            unsafe Secret<String>(bytes: UnsafeRawBufferPointer(rebasing: memory[..<end]))
        }
        guard let found else { throw .serviceRefused("the file that \(name)_FILE names holds no text") }
        text = found
    }
}
