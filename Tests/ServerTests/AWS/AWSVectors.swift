import Findings
import Foundation
import HTTPModel
import SecretStore
import Secrets
import Testing

@testable import Server

/// Requests that botocore signed, with the example key of AWS's documentation.
enum AWSVectors {
    static let accessKeyID = "AKIDEXAMPLE"
    static let secret = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    static let now = Timestamp(basic: "20260131T235930Z") ?? .earliest

    struct Vector: Sendable, CustomTestStringConvertible {
        var name: String
        var request: HTTPRequest
        var region: String
        var service: AWSService
        var testDescription: String { name }
    }

    static let all: [Vector] = {
        guard let bytes = try? Data(contentsOf: fixtures.appendingPathComponent("botocore-signatures.json")),
            let document = try? JSONValue(parsing: Array(bytes)), let requests = document["requests"]?.asArray
        else { return [] }
        return requests.compactMap { vector in
            guard let name = vector["name"]?.asString, let method = vector["method"]?.asString,
                let path = vector["path"]?.asString, let headers = vector["headers"]?.asArray,
                let body = vector["body"]?.asString, let region = vector["region"]?.asString,
                let service = vector["service"]?.asString.flatMap(AWSService.init(rawValue:))
            else { return nil }
            let fields = headers.compactMap { pair -> HTTPHeaders.Field? in
                guard let name = pair.asArray?.first?.asString, let value = pair.asArray?.last?.asString else {
                    return nil
                }
                return HTTPHeaders.Field(name, value.trimmingCharacters(in: .whitespaces))
            }
            let request = HTTPRequest(
                method: method,
                rawPath: path,
                rawQuery: vector["query"]?.asString,
                headers: HTTPHeaders(fields),
                body: Array(body.utf8)
            )
            return Vector(name: name, request: request, region: region, service: service)
        }
    }()

    static func named(_ name: String) -> HTTPRequest {
        guard let vector = all.first(where: { $0.name == name }) else { preconditionFailure("no vector \(name)") }
        return vector.request
    }

    static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
}
