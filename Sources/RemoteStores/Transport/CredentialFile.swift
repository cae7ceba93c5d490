internal import Secrets

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A file that holds one credential.
enum CredentialFile {
    /// Why there is none.
    enum Failure: Error {
        case unreadable, empty, noText
    }

    private static let mostBytes = 16_384

    /// Reads a file of at most 16 KiB. Line breaks at its end are left out.
    static func read(_ path: String) throws(Failure) -> Secret<String> {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: mostBytes)
        defer { bytes.wipe() }
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe readFile(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { throw .empty }
        var end = count
        while end > 0, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
        let found = unsafe bytes.withUnsafeBytes { memory in
            unsafe Secret<String>(bytes: UnsafeRawBufferPointer(rebasing: memory[..<end]))
        }
        guard let found else { throw .noText }
        return found
    }
}

// The system's call under a name that the method above does not hide.
private func readFile(_ descriptor: Int32, _ memory: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(descriptor, memory, count)
}
