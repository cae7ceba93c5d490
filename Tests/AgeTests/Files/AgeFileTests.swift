import Foundation
import Secrets
import Testing

@testable import Age

@Suite struct AgeFileTests {
    private struct Stop: Error {}
    private let identity = X25519Identity()

    @Test(arguments: [0, 1, 65535, 65536, 65537, 300_000], [false, true])
    func `pieces of any size make the same content`(count: Int, armored: Bool) throws {
        for pieceSize in [1, 1000, 65536, 1 << 20] where count / pieceSize < 70_000 {
            let file = try encrypt(content(count), pieceSize: pieceSize, to: [identity.recipient], armored: armored)
            for format in [AgeDecryptor.Format.detected, armored ? .armored : .binary] {
                let (found, error) = decrypt(file, pieceSize: pieceSize, identities: [identity], format: format)
                #expect(error == nil && found == content(count))
            }
            #expect(file.first == UInt8(ascii: armored ? "-" : "a"))
        }
    }

    @Test func `the pushed pieces are the file`() throws {
        var encryptor = try AgeEncryptor(to: [identity.recipient])
        var file = try encryptor.update(content(100_000))
        #expect(file.count > 65536, "a full chunk comes out before the end")
        file += try encryptor.update([])
        file += try encryptor.finish()
        var decryptor = try AgeDecryptor(identities: [identity])
        var found = try decryptor.update(Array(file[..<70_000]))
        #expect(found.count == 65536, "a full chunk comes out before the end")
        found += try decryptor.update(Array(file[70_000...]))
        found += try decryptor.finish()
        #expect(found == content(100_000))
    }

    @Test func `after an error the decryptor does nothing more`() throws {
        var decryptor = try AgeDecryptor(identities: [identity])
        #expect(throws: AgeError(.notAgeFile)) { try decryptor.update(Array("hello\n".utf8)) }
        #expect(throws: AgeError(.finished)) { try decryptor.update(Array("age-encryption.org/v1\n".utf8)) }
        do {
            _ = try decryptor.finish()
            Issue.record("it finished")
        } catch { #expect(error == AgeError(.finished)) }
    }

    @Test func `a file that ends early is an error wherever it ends`() throws {
        for armored in [false, true] {
            let file = try encrypt(content(1000), pieceSize: 1 << 20, to: [identity.recipient], armored: armored)
            let last = armored ? file.count - 1 : file.count
            for count in 0..<last {
                let (found, error) = decrypt(Array(file[..<count]), pieceSize: 1 << 20, identities: [identity])
                #expect(error != nil, "\(count) bytes of \(file.count)")
                #expect(found.isEmpty)
            }
        }
    }

    @Test func `any one changed bit is an error, and nothing comes out`() throws {
        let file = try encrypt(content(40), pieceSize: 1 << 20, to: [identity.recipient], armored: false)
        for position in file.indices {
            for bit in 0..<8 {
                var changed = file
                changed[position] ^= 1 << UInt8(bit)
                let (found, error) = decrypt(changed, pieceSize: 1 << 20, identities: [identity], format: .binary)
                #expect(error != nil && found.isEmpty, "bit \(bit) of byte \(position)")
            }
        }
    }

    @Test func `the format that was asked for is the format that is read`() throws {
        let binary = try AgeFile.encrypt([1], to: [identity.recipient])
        let armored = try AgeFile.encrypt([1], to: [identity.recipient], armored: true)
        #expect(throws: AgeError(.armor(.begin), line: 1)) {
            try AgeFile.decrypt(binary, identities: [identity], format: .armored)
        }
        #expect(throws: AgeError(.notAgeFile)) { try AgeFile.decrypt(armored, identities: [identity], format: .binary) }
        #expect(throws: AgeError(.notAgeFile)) { try AgeFile.decrypt([], identities: [identity]) }
    }

    @Test(arguments: [0, 1, 65536, 1_000_003], [false, true])
    func `descriptors and memory give the same`(count: Int, armored: Bool) throws {
        try withTemporaryFolder { folder in
            let (plain, sealed, opened) = (folder + "/plain", folder + "/sealed", folder + "/opened")
            try write(content(count), to: plain)
            try withDescriptors(plain, sealed) { input, output in
                try AgeFile.encrypt(
                    from: .descriptor(input),
                    to: .descriptor(output),
                    recipients: [identity.recipient],
                    armored: armored
                )
            }
            try withDescriptors(sealed, opened) { input, output in
                try AgeFile.decrypt(from: .descriptor(input), to: .descriptor(output), identities: [identity])
            }
            #expect(try readFile(opened) == content(count))
            #expect(try AgeFile.decrypt(readFile(sealed), identities: [identity]) == content(count))
            var collected: [UInt8] = []
            try AgeFile.decrypt(
                from: .bytes(readFile(sealed)),
                to: AgeSink { collected += $0 },
                identities: [identity]
            )
            #expect(collected == content(count))
        }
    }

    @Test func `what is authentic before the damage is handed over, and nothing after it`() throws {
        var file = try AgeFile.encrypt(content(1_000_000), to: [identity.recipient])
        file[file.count - 200_000] ^= 1
        var collected: [UInt8] = []
        #expect(throws: AgeError.self) {
            try AgeFile.decrypt(from: .bytes(file), to: AgeSink { collected += $0 }, identities: [identity])
        }
        #expect(content(1_000_000).starts(with: collected) && collected.count == 12 * 65536)
    }

    @Test func `a failing source and a failing sink are heard`() throws {
        #expect(throws: Stop.self) {
            try AgeFile.encrypt(
                from: AgeSource { _ in throw Stop() },
                to: AgeSink { _ in },
                recipients: [identity.recipient]
            )
        }
        #expect(throws: Stop.self) {
            try AgeFile.encrypt(from: .bytes([1]), to: AgeSink { _ in throw Stop() }, recipients: [identity.recipient])
        }
        #expect(throws: AgeError(.readFailed(errno: EBADF))) {
            try AgeFile.encrypt(from: .descriptor(-1), to: AgeSink { _ in }, recipients: [identity.recipient])
        }
        let full = unsafe open("/dev/full", O_WRONLY)
        defer { close(full) }
        #expect(throws: AgeError(.writeFailed(errno: ENOSPC))) {
            try AgeFile.encrypt(from: .bytes([1]), to: .descriptor(full), recipients: [identity.recipient])
        }
        #expect(AgeError(.writeFailed(errno: ENOSPC)).message == "writing failed: No space left on device")
    }

    @Test func `a source that claims more than it wrote does no harm`() throws {
        var calls = 0
        let source = AgeSource { buffer in
            calls += 1
            return calls == 1 ? buffer.count + 1000 : calls == 2 ? -5 : 0
        }
        var file: [UInt8] = []
        try AgeFile.encrypt(from: source, to: AgeSink { file += $0 }, recipients: [identity.recipient])
        #expect(try AgeFile.decrypt(file, identities: [identity]).count == 4 * 65536)
    }

    @Test func `a pipe that does not block is waited for`() throws {
        var ends: [Int32] = [0, 0]
        let made = unsafe pipe(&ends)
        #expect(made == 0)
        let (reading, writing) = (ends[0], ends[1])
        _ = fcntl(reading, F_SETFL, O_NONBLOCK)
        _ = fcntl(writing, F_SETFL, O_NONBLOCK)
        let recipient = identity.recipient
        let writer = Thread {
            try? AgeFile.encrypt(from: .bytes(content(1_000_000)), to: .descriptor(writing), recipients: [recipient])
            close(writing)
        }
        writer.start()
        var collected: [UInt8] = []
        try AgeFile.decrypt(from: .descriptor(reading), to: AgeSink { collected += $0 }, identities: [identity])
        close(reading)
        #expect(collected == content(1_000_000))
    }
}
