import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore

extension TestClientProtocol {
    func get(_ path: String, token: String? = nil, headers: HTTPFields = [:]) async throws -> TestResponse {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        return try await executeRequest(uri: path, method: .get, headers: headers, body: nil)
    }

    func login(_ username: String, _ password: String) async throws -> TestResponse {
        let body = try JSONEncoder().encode(["username": username, "password": password])
        return try await post("/api/login", String(decoding: body, as: UTF8.self))
    }

    func post(_ path: String, _ body: String, type: String = "application/json") async throws -> TestResponse {
        try await executeRequest(
            uri: path,
            method: .post,
            headers: [.contentType: type],
            body: ByteBuffer(string: body)
        )
    }

    /// The token of the demo user.
    func token() async throws -> String {
        try await login("demo", Fixture.password).decode(Token.self).token
    }
}

struct Token: Decodable {
    let token: String
    let tokenType: String
    let expiresIn: Int
}

struct Failure: Decodable {
    struct Content: Decodable {
        let code: String
        let message: String
        let detail: String?
    }
    let error: Content
}

extension TestResponse {
    var text: String { String(buffer: body) }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(body.readableBytesView))
    }

    var errorCode: String? { try? decode(Failure.self).error.code }
}
