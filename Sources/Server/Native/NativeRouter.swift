internal import HTTPModel

/// Finds the operation of a request.
struct NativeRouter: Sendable {
    enum Match {
        case none
        case malformed
        case otherMethods([String])
        case found(NativeOperation, [String: String])
    }

    /// Operations by the first segment after `/api/v1`.
    private let groups: [String: [NativeOperation]]
    private static let prefix = "/api/v1/"

    init(_ operations: [NativeOperation]) {
        groups = Dictionary(grouping: operations) { String($0.segments[2]) }
    }

    func match(_ method: String, _ rawPath: String) -> Match {
        guard rawPath.hasPrefix(Self.prefix) else { return .none }
        // Split before it is decoded: an encoded slash is no end of a segment, and no path has one.
        let raw = rawPath.dropFirst().split(at: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard raw.count >= 3, raw.count <= 256 else { return .none }
        var segments: [String] = []
        for segment in raw {
            guard let text = PercentEncoding.decode(segment) else { return .malformed }
            guard !text.utf8.contains(UInt8(ascii: "/")) else { return .malformed }
            segments.append(text)
        }
        var methods: [String] = []
        for operation in groups[segments[2]] ?? [] {
            guard let names = Self.names(in: segments, operation) else { continue }
            if operation.method == method || (method == "HEAD" && operation.method == "GET") {
                return .found(operation, names)
            }
            methods.append(operation.method)
        }
        return methods.isEmpty ? .none : .otherMethods(methods)
    }

    private static func names(in segments: [String], _ operation: NativeOperation) -> [String: String]? {
        let pattern = operation.segments
        var names: [String: String] = [:]
        for (position, part) in pattern.enumerated() {
            guard position < segments.count else { return nil }
            if part == "{path}", position == pattern.count - 1 {
                names["path"] = segments[position...].joined(separator: "/")
                return names
            }
            if part.first == "{" {
                guard !segments[position].isEmpty else { return nil }
                names[String(part.dropFirst().dropLast())] = segments[position]
            } else if part != segments[position] {
                return nil
            }
        }
        return segments.count == pattern.count ? names : nil
    }
}
