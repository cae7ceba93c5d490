import HTTPModel
import NIOCore
import Testing

@testable import HTTPService

struct ParserTests {
    /// The same numbers every time.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    private static let seeds = [
        "GET /a?b HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: [::1]:1\r\nContent-Length: 3\r\nConnection: close, x\r\nExpect: 100-continue\r\n\r\nabc",
        "PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n3;a\r\nabc\r\n0\r\nT: u\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1f\r\n0123456789012345678901234567890\r\n0\r\n\r\n",
    ]

    private static func mutated(_ numbers: inout Numbers) -> [UInt8] {
        var bytes = Array(seeds.randomElement(using: &numbers)?.utf8 ?? "".utf8)
        let likely = Array("\r\n: \t,;0fF/?#\u{0}\u{7F}".utf8) + [0x80, 0xC3, 0xFF]
        for _ in 0..<Int.random(in: 0...4, using: &numbers) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &numbers)
            let byte = likely.randomElement(using: &numbers) ?? 0
            switch Int.random(in: 0..<4, using: &numbers) {
            case 0: bytes[place] = byte
            case 1: bytes.insert(byte, at: place)
            case 2: bytes.remove(at: place)
            default: bytes.removeLast(bytes.count - place)
            }
        }
        return bytes
    }

    /// Everything that is read from some bytes that come in pieces.
    private static func read(_ pieces: [ArraySlice<UInt8>]) -> String {
        var limits = HTTPLimits()
        limits.bodyBytes = 40
        var reader = RequestHeadReader(limits: limits)
        var head: RequestHead?
        var chunks = ChunkedBody()
        var body: [UInt8] = []
        var buffer = ByteBuffer()
        for piece in pieces {
            buffer.writeBytes(piece)
            do throws(Refusal) {
                if head == nil, case .complete(let complete, let count) = try reader.read(buffer) {
                    head = complete
                    buffer.moveReaderIndex(forwardBy: count)
                }
                if head?.body == .chunked, try chunks.read(&buffer, into: &body, limit: limits.bodyBytes) {
                    return "\(String(describing: head)) \(body) whole"
                }
            } catch {
                return "\(error.status)"
            }
        }
        return "\(String(describing: head)) \(body)"
    }

    @Test func whereThePacketsEndChangesNothing() {
        var numbers = Numbers(state: 7)
        for _ in 0..<3000 {
            let bytes = Self.mutated(&numbers)
            let whole = Self.read([bytes[...]])
            let single = Self.read(bytes.indices.map { bytes[$0...$0] })
            // A byte that breaks a rule may come after a limit or another rule was broken already; nothing else differs.
            #expect(
                whole == single || (whole.count == 3 && single.count == 3),
                "\(String(decoding: bytes, as: UTF8.self))"
            )
        }
    }

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
        (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
    ])
    func aDateIsWrittenAsHTTPWantsIt(_ seconds: Int, _ text: String) {
        #expect(DateText.text(secondsSince1970: seconds) == text)
    }

    @Test func aShareGivesBackWhatItHolds() {
        let budget = MemoryBudget(limit: 10)
        do {
            var share = Share(of: budget)
            var other = Share(of: budget)
            #expect(share.hold(6) && other.hold(4) && !share.hold(7))
            #expect(budget.taken == 10)
            #expect(share.hold(2) && other.hold(8) && !share.hold(3))
        }
        #expect(budget.taken == 0)
    }
}
