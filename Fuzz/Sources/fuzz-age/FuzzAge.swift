import Age
import FuzzDriver
import Secrets

@main
enum Main {
    static func main() { FuzzDriver.run(fuzzAge) }
}

/// What must hold for any bytes: no crash, nothing that depends on where pieces end, nothing that was not written by
/// the holder of the key, and no error with a piece of the input in it.
///
/// The first byte chooses what the others are taken for.
private func fuzzAge(_ input: [UInt8]) {
    guard let choice = input.first else { return }
    let rest = Array(input.dropFirst())
    do {
        switch choice % 4 {
        case 0: try fuzzFile(rest)
        case 1: try fuzzKeyFile(rest)
        case 2: try fuzzKeys(rest)
        default: try fuzzEdits(rest)
        }
    } catch {
        fatalError("a set-up that cannot fail failed: \(error)")
    }
}

/// Any bytes as an age file.
private func fuzzFile(_ file: [UInt8]) throws {
    let seen = Seen()
    let identities: [any AgeIdentity] = [
        seen, fixedIdentity, fixedHybrid, try ScryptIdentity(passphrase: Secret("password"), maximumWorkFactor: 10),
    ]
    let whole = decrypt(file, pieceSize: max(1, file.count), identities)
    let pieces = decrypt(file, pieceSize: 7, identities)
    precondition(whole.content == pieces.content && whole.error == pieces.error, "pieces make a difference")
    if let error = whole.error { checkNothingLeaks(error) }

    // A binary header that was accepted is written again byte for byte, up to its code.
    guard file.first == UInt8(ascii: "a"), !seen.stanzas.isEmpty else { return }
    let again = try AgeFile.encrypt([], to: [Replay(stanzas: seen.stanzas)])
    let codeLength = 44 + 1 + 16 + 16
    precondition(file.starts(with: again.dropLast(codeLength)), "a header was written otherwise than it was read")
}

/// Any bytes as a file of identities and as a file of recipients.
private func fuzzKeyFile(_ file: [UInt8]) throws {
    for read in [
        { _ = try AgeKeyFile.identities(from: .bytes(file)) },
        { _ = try AgeKeyFile.recipients(from: .bytes(file)) },
    ] {
        do { try read() } catch let error as AgeError { checkNothingLeaks(error) }
    }
}

/// Any text as a key: what is accepted has one form only.
private func fuzzKeys(_ bytes: [UInt8]) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    do throws(AgeError) {
        let recipient = try AgeKeys.recipient(text)
        precondition("\(recipient)" == text, "a recipient has two forms")
    } catch { checkNothingLeaks(error) }
    do throws(AgeError) {
        let identity = try AgeKeys.identity(Secret(text))
        precondition(identity.text == Secret(text), "an identity has two forms")
    } catch { checkNothingLeaks(error) }
}

/// Any changes of a good file: places and bytes by turns, and a new end.
private func fuzzEdits(_ edits: [UInt8]) throws {
    var file = sample
    var rest = edits[...]
    while rest.count >= 4 {
        let place = rest.prefix(3).reduce(0) { $0 << 8 | Int($1) }
        file[place % file.count] ^= rest[rest.startIndex + 3]
        rest = rest.dropFirst(4)
    }
    if rest.count == 3 {
        file.removeLast(rest.reduce(0) { $0 << 8 | Int($1) } % file.count)
    } else {
        file += rest
    }
    let (content, error) = decrypt(file, pieceSize: file.count, [fixedIdentity])
    precondition(sampleContent.starts(with: content), "content came out that nobody wrote")
    precondition((error == nil) == (file == sample), "a changed file was accepted, or a good one refused")
    if let error { checkNothingLeaks(error) }
}

private func decrypt(
    _ file: [UInt8],
    pieceSize: Int,
    _ identities: [any AgeIdentity]
) -> (content: [UInt8], error: AgeError?) {
    var content: [UInt8] = []
    var rest = file[...]
    let source = AgeSource { buffer in
        let piece = rest.prefix(min(pieceSize, buffer.count))
        buffer.replaceSubrange(0..<piece.count, with: piece)
        rest = rest[piece.endIndex...]
        return piece.count
    }
    do {
        try AgeFile.decrypt(from: source, to: AgeSink { content += $0 }, identities: identities)
        return (content, nil)
    } catch {
        guard let error = error as? AgeError else { fatalError("an error of another type") }
        return (content, error)
    }
}

/// Every code has a few texts, with numbers in them. Were input among them, there would be as many as inputs.
private func checkNothingLeaks(_ error: AgeError) {
    let text = String(error.description.map { $0.isNumber ? "0" : $0 })
    texts[error.code, default: []].insert(text)
    precondition(texts[error.code, default: []].count < 64, "\(error.code) has too many texts")
}

/// An identity that opens nothing and remembers what it was shown.
private final class Seen: AgeIdentity, @unchecked Sendable {
    var stanzas: [AgeStanza] = []

    func unwrap(_ stanzas: [AgeStanza]) throws(AgeError) -> AgeFileKey? {
        self.stanzas = stanzas
        return nil
    }
}

/// A recipient that writes stanzas as they were read.
private struct Replay: AgeRecipient {
    let stanzas: [AgeStanza]

    func wrap(_ fileKey: AgeFileKey) throws(AgeError) -> [AgeStanza] { stanzas }
}

// The fuzzer calls from one thread.
nonisolated(unsafe) private var texts: [String: Set<String>] = [:]
// The identities of the test kit, whose files are the first inputs: so the fuzzer gets behind their headers.
private let fixedIdentity = identity("AGE-SECRET-KEY-1XMWWC06LY3EE5RYTXM9MFLAZ2U56JJJ36S0MYPDRWSVLUL66MV4QX3S7F6")
private let fixedHybrid = identity("AGE-SECRET-KEY-PQ-1HZLGZUPT4ETPKDEV8HSGFDCYZ4E522W0A7PU2LHT8EH9W6YLNC3SW78XKG")
private let sampleContent = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
private let sample = (try? AgeFile.encrypt(sampleContent, to: [fixedIdentity.recipient])) ?? []

private func identity(_ text: String) -> any AgeKeyPair {
    do { return try AgeKeys.identity(Secret(text)) } catch { fatalError("\(error)") }
}
