internal import HTTPModel

/// Finds the operation of a request.
struct NativeRouter: Sendable {
    enum Match {
        case none
        case malformed
        case otherMethods([String])
        case found(NativeOperation, [String: String])
    }

    /// One segment of an operation's path.
    private enum Part {
        case text(String)
        case name(String)
        /// All that is left, slashes and all.
        case rest
    }

    private struct Route {
        let operation: NativeOperation
        let parts: [Part]
    }

    /// Operations by the first segment after `/api/v1`.
    private let groups: [String: [Route]]
    private static let prefix = "/api/v1/"

    init(_ operations: [NativeOperation]) {
        let routes = operations.map { operation in
            let segments = operation.segments
            let parts = segments.enumerated().map { position, segment -> Part in
                if segment == "{path}", position == segments.count - 1 { return .rest }
                return segment.first == "{" ? .name(String(segment.dropFirst().dropLast())) : .text(String(segment))
            }
            return (String(segments[2]), Route(operation: operation, parts: parts))
        }
        groups = Dictionary(grouping: routes) { $0.0 }.mapValues { $0.map(\.1) }
    }

    func match(_ method: String, _ rawPath: String) -> Match {
        guard rawPath.hasPrefix(Self.prefix) else { return .none }
        // Split before it is decoded: an encoded slash is no end of a segment, and no path has one.
        let raw = rawPath.dropFirst().split(at: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard raw.count >= 3, raw.count <= 256 else { return .none }
        var segments: [String] = []
        segments.reserveCapacity(raw.count)
        for segment in raw {
            guard let text = PercentEncoding.decode(segment) else { return .malformed }
            guard !text.utf8.contains(UInt8(ascii: "/")) else { return .malformed }
            segments.append(text)
        }
        var methods: [String] = []
        for route in groups[segments[2]] ?? [] where Self.fits(segments, route.parts) {
            let operation = route.operation
            if operation.method == method || (method == "HEAD" && operation.method == "GET") {
                return .found(operation, Self.names(in: segments, route.parts))
            }
            methods.append(operation.method)
        }
        return methods.isEmpty ? .none : .otherMethods(methods)
    }

    private static func fits(_ segments: [String], _ parts: [Part]) -> Bool {
        for (position, part) in parts.enumerated() {
            guard position < segments.count else { return false }
            switch part {
            case .text(let text): guard text == segments[position] else { return false }
            case .name: guard !segments[position].isEmpty else { return false }
            case .rest: return true
            }
        }
        return segments.count == parts.count
    }

    private static func names(in segments: [String], _ parts: [Part]) -> [String: String] {
        var names: [String: String] = [:]
        for (position, part) in parts.enumerated() {
            switch part {
            case .text: continue
            case .name(let name): names[name] = segments[position]
            case .rest: names["path"] = segments[position...].joined(separator: "/")
            }
        }
        return names
    }
}
