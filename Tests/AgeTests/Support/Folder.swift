import Foundation

/// A private folder for one test, removed after it.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "age-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
        at: folder,
        withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o700]
    )
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
}

func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(filePath: path))
}

func readFile(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path)))
}

/// Opens a file to read and another to write.
func withDescriptors(_ input: String, _ output: String, _ body: (Int32, Int32) throws -> Void) throws {
    let (reading, writing) = (unsafe open(input, O_RDONLY), unsafe open(output, O_WRONLY | O_CREAT | O_EXCL, 0o600))
    defer {
        close(reading)
        close(writing)
    }
    try body(reading, writing)
}
