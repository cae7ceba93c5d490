import Crypto
import Dispatch
import Foundation
import Synchronization
import Testing

@testable import Vaulting

/// The anchor's two lines, written by several at once.
struct AnchorWriteTests {
    private static let storeID = [UInt8](repeating: 7, count: 16)

    private static func head(_ sequence: Int64) -> AuditHeadRow {
        AuditHeadRow(
            sequence: sequence,
            hash: [UInt8](repeating: UInt8(truncatingIfNeeded: sequence), count: 32),
            time: 0,
            state: [],
            signature: []
        )
    }

    /// The numbers of the lines of a folder's anchor, the first line first.
    private func numbers(_ folder: String) throws -> [Int64] {
        let path = "\(folder)/\(String(repeating: "07", count: 16)).anchor"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            return words.count == 4 ? Int64(words[1]) : nil
        }
    }

    private func folder() throws -> String {
        let path = NSTemporaryDirectory() + "keyfolio-anchor-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test func `lines are written in turn, and none is moved back`() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let keys = RootKeys(root: SymmetricKey(size: .bits256), storeID: Self.storeID)
        let anchor = Anchor(folder: folder, storeID: Self.storeID)
        var found: [[Int64]] = []
        for sequence: Int64 in [5, 7, 6, 7, 9, 8, 12] {
            #expect(anchor.write(Self.head(sequence), keys: keys))
            found.append(try numbers(folder))
        }
        #expect(found == [[5], [5, 7], [5, 7], [5, 7], [9, 7], [9, 7], [9, 12]])
    }

    @Test func `several that write at once leave the last two positions`() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let root = SymmetricKey(size: .bits256)
        let anchor = Anchor(folder: folder, storeID: Self.storeID)
        #expect(anchor.write(Self.head(0), keys: RootKeys(root: root, storeID: Self.storeID)))
        let last = Mutex<Int64>(0)
        let greatest = Mutex<Int64>(0)
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            let keys = RootKeys(root: root, storeID: Self.storeID)
            for _ in 0..<100 {
                let sequence = last.withLock { last in
                    last += 1
                    return last
                }
                // On a slow disk the others may keep it for longer than is waited.
                guard anchor.write(Self.head(sequence), keys: keys) else { continue }
                greatest.withLock { $0 = max($0, sequence) }
                // Whatever others do meanwhile: from now on the anchor is not behind this.
                let newest = (try? numbers(folder).max()) ?? -1
                #expect(newest >= sequence)
            }
        }
        #expect(try numbers(folder).max() == greatest.withLock { $0 })
    }
}
