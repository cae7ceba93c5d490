import Foundation
import Testing

/// One file of the community's age test kit: see Fixtures/README.md for where it comes from.
struct TestKitVector: Sendable, CustomTestStringConvertible {
    let name: String
    var expect = ""
    var payloadHash: String?
    var identities: [String] = []
    var passphrases: [String] = []
    var isArmored = false
    var file: [UInt8] = []

    var testDescription: String { name }

    static let all: [TestKitVector] = {
        let folder = Fixture.folder.appending(path: "testkit")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().compactMap { try? TestKitVector(name: $0, folder: folder) }
    }()

    struct Malformed: Error {}

    private init(name: String, folder: URL) throws {
        self.name = name
        var rest = [UInt8](try Data(contentsOf: folder.appending(path: name)))[...]
        var isCompressed = false
        while let end = rest.firstIndex(of: 10), end > rest.startIndex {
            let parts = String(decoding: rest[..<end], as: UTF8.self).split(separator: ": ", maxSplits: 1)
            rest = rest[(end + 1)...]
            guard parts.count == 2 else { throw Malformed() }
            let value = String(parts[1])
            switch parts[0] {
            case "expect": expect = value
            case "payload": payloadHash = value
            case "identity": identities.append(value)
            case "passphrase": passphrases.append(value)
            case "armored": isArmored = value == "yes"
            case "compressed": isCompressed = value == "zlib"
            case "file key", "comment": break
            default: throw Malformed()
            }
        }
        file = Array(rest.dropFirst())
        if isCompressed { file = try Inflate.zlib(file) }
    }
}
