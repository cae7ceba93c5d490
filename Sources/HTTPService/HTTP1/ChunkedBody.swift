internal import NIOCore

/// Reads a chunked body (RFC 9112, section 7.1). Extensions and trailers are bounded and thrown away.
struct ChunkedBody {
    private enum Place {
        case size
        case data(Int)
        case dataEnd
        case trailers
        case done
    }

    /// The longest line of a size with its extensions, in bytes.
    private static let longestSizeLine = 256
    /// The most bytes of trailers.
    private static let mostTrailers = 8 << 10

    private var place = Place.size
    private var trailerBytes = 0
    /// How far the bytes at hand were searched for the end of a line.
    private var searched = 0

    /// Takes what there is of the body.
    ///
    /// - Parameters:
    ///   - buffer: What came. What was read is taken out of it.
    ///   - body: Grows by what was read.
    ///   - limit: The largest body, in bytes.
    /// - Returns: Whether the body is whole.
    mutating func read(_ buffer: inout ByteBuffer, into body: inout [UInt8], limit: Int) throws(Refusal) -> Bool {
        while true {
            switch place {
            case .size:
                guard let line = try line(&buffer, longest: Self.longestSizeLine, tooLong: .chunk) else { return false }
                let size = try Self.size(line)
                guard size <= limit - body.count else { throw .body }
                place = size == 0 ? .trailers : .data(size)
            case .data(let size):
                let count = min(size, buffer.readableBytes)
                guard count > 0 else { return false }
                body.append(contentsOf: buffer.readableBytesView.prefix(count))
                buffer.moveReaderIndex(forwardBy: count)
                place = count == size ? .dataEnd : .data(size - count)
            case .dataEnd:
                guard let line = try line(&buffer, longest: 0, tooLong: .chunk) else { return false }
                guard line.isEmpty else { throw .chunk }
                place = .size
            case .trailers:
                guard let line = try line(&buffer, longest: Self.mostTrailers, tooLong: .fields) else { return false }
                trailerBytes += line.count
                guard trailerBytes <= Self.mostTrailers else { throw .fields }
                if line.isEmpty {
                    place = .done
                    return true
                }
                // At least an empty line's worth each, so that their count is bounded, too.
                trailerBytes += 2
            case .done: return true
            }
        }
    }

    /// Takes a line without its end; nil when it is not whole yet.
    private mutating func line(
        _ buffer: inout ByteBuffer,
        longest: Int,
        tooLong: Refusal
    ) throws(Refusal) -> ByteBufferView? {
        let bytes = buffer.readableBytesView
        var offset = searched
        while offset < bytes.count, bytes[bytes.startIndex + offset] != 0x0A {
            // A carriage return beyond the longest line is the last byte that can be right.
            guard offset <= longest else { throw tooLong }
            offset += 1
        }
        guard offset < bytes.count else {
            searched = offset
            return nil
        }
        guard offset > 0, bytes[bytes.startIndex + offset - 1] == 0x0D else { throw .chunk }
        searched = 0
        let line = bytes.prefix(offset - 1)
        guard !line.contains(0x0D) else { throw .chunk }
        buffer.moveReaderIndex(forwardBy: offset + 1)
        return line
    }

    /// Reads the size at the start of a line: hexadecimal digits, then the end or an extension.
    private static func size(_ line: ByteBufferView) throws(Refusal) -> Int {
        var size = 0
        var digits = 0
        for byte in line {
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x41 + 10
            case 0x61...0x66: digit = byte - 0x61 + 10
            case 0x3B where digits > 0: return size
            default: throw .chunk
            }
            digits += 1
            // Fifteen digits cannot overflow; a body of that size is refused by the caller.
            guard digits <= 15 else { throw .chunk }
            size = size << 4 | Int(digit)
        }
        guard digits > 0 else { throw .chunk }
        return size
    }
}
