#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A folder of one test's own, which goes with it.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/keyfolio-launch-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw Child.Failure(what: "no temporary folder") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { _ = try? Child.run(["rm", "-rf", path]) }

    /// Writes a file and gives its path.
    func file(_ name: String, _ content: [UInt8], mode: mode_t = 0o755) throws -> String {
        let file = path + "/" + name
        let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Child.Failure(what: "no file \(name)") }
        defer { close(descriptor) }
        guard unsafe content.withUnsafeBytes({ unsafe write(descriptor, $0.baseAddress, $0.count) }) == content.count
        else { throw Child.Failure(what: "file \(name) not written") }
        fchmod(descriptor, mode)
        return file
    }
}
