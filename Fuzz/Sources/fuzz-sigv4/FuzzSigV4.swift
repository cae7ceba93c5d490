import FuzzDriver
import HTTPModel
import Server

@main
enum FuzzSigV4 {
    static func main() { FuzzDriver.run { Trial($0).run() } }
}

/// One input: lines of a request. The first is the method, the path and the query; the others are header fields; what
/// follows an empty line is the body.
private struct Trial {
    private let request: HTTPRequest

    init(_ input: [UInt8]) {
        var rest = input[...]
        func line() -> String? {
            guard !rest.isEmpty else { return nil }
            let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
            defer { rest = rest[end...].dropFirst() }
            return String(decoding: rest[..<end], as: UTF8.self)
        }
        let first = (line() ?? "").split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(
            String.init
        )
        var headers = HTTPHeaders()
        while let field = line(), !field.isEmpty {
            let parts = field.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            headers.add(String(parts[0]), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
        request = HTTPRequest(
            method: first[0],
            rawPath: first.count > 1 ? first[1] : "/",
            rawQuery: first.count > 2 ? first[2] : nil,
            headers: headers,
            body: Array(rest)
        )
    }

    func run() {
        // The moment of the seeds, which botocore signed on 31 January 2026.
        FuzzDriver.require(AWSFuzzing.readsSignature(request, now: 1_769_903_970), "an invariant of signatures")
        _ = AWSAdapter.isMeant(by: request)
        FuzzDriver.require(AWSFuzzing.namesComeBack(request.rawPath), "a name did not come back")
    }
}
