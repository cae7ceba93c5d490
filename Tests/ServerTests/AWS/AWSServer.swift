import AccessPolicy
import Crypto
import Findings
import Foundation
import HTTPModel
import SecretStore
import Secrets
import StorageSQLite
import Synchronization
import Testing
import Vaulting

@testable import Server

/// A store with the AWS adapter over it, spoken to as a client speaks: with signed requests, through the service.
final class AWSServer: Sendable {
    let vault: Vault
    let service: Service
    private let store: StoreFolder
    /// By how many seconds the adapter's clock is ahead.
    let ahead: Ahead

    /// A number that a test changes.
    final class Ahead: Sendable {
        let seconds = Mutex<Int64>(0)
    }

    /// Keys of three principals: `ada` may do everything, `bob` may read below `team/`, `eve` nothing.
    static let keys: [String: Secret<String>] = [
        "AKIDADA": Secret("ada-example"), "AKIDBOB": Secret("bob-example"), "AKIDEVE": Secret("eve-example"),
    ]

    init(settings: AWSSettings = AWSSettings()) throws {
        store = try StoreFolder(owner: "user:test")
        vault = store.vault
        try vault.perform(AuditAction(rawValue: "test.prepare"), .update, on: "sys/test", changing: true) {
            (directory) throws(StoreError) in
            try directory.setPolicy(
                "everything",
                #"path "*" { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }"#
            )
            try directory.setPolicy(
                "team",
                #"path "secret/data/team/*" { capabilities = ["read"] } path "secret/metadata/team/*" { capabilities = ["read", "list"] }"#
            )
            for (name, policies) in [("ada", ["everything"]), ("bob", ["team"]), ("eve", [])] {
                try directory.put(PrincipalRecord(name: name, kind: .person, policies: policies))
                let id = "AKID" + name.uppercased()
                try directory.put(AccessKeyRecord(principal: name, id: id, secret: Self.keys[id], created: .now))
            }
        }
        let ahead = Ahead()
        self.ahead = ahead
        let clock = { @Sendable in
            Timestamp(microseconds: Timestamp.now.microseconds + ahead.seconds.withLock { $0 } * 1_000_000)
        }
        let policies = ResourcePolicies(settings: settings)
        vault.honourResourcePolicies { policies.refusal($0) }
        service = try Service(vault: vault, adapters: [AWSAdapter(settings: settings, clock: clock)]) {
            AWSAdapter.isMeant(by: $0) ? 0 : nil
        }
    }

    deinit {
        service.stop()
    }

    /// An answer.
    struct Answer {
        let status: Int
        let headers: HTTPHeaders
        let json: JSONValue

        subscript(key: String) -> JSONValue? { json[key] }
        var code: String? { json["__type"]?.asString }
        var message: String? { json["Message"]?.asString }
    }

    /// Calls an action.
    func call(
        _ action: String,
        _ members: JSONValue = [:],
        as key: String = "AKIDADA",
        region: String = "us-east-1"
    ) async -> Answer {
        let target =
            action == "LookupEvents" ? "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101." : "secretsmanager."
        let request = HTTPRequest(
            method: "POST",
            rawPath: "/",
            headers: ["Host": "localhost", "Content-Type": AWSCall.contentType, "X-Amz-Target": target + action],
            body: Array(members.text().utf8)
        )
        return await send(
            Self.sign(
                request,
                key: key,
                region: region,
                service: action == "LookupEvents" ? .cloudTrail : .secretsManager
            )
        )
    }

    func send(_ request: HTTPRequest) async -> Answer {
        let worker = service.makeWorker()
        let response = await withCheckedContinuation { continuation in
            worker.handle(request) { continuation.resume(returning: $0) }
            worker.flush()
        }
        let json = response.body.isEmpty ? [:] : (try? JSONValue(parsing: response.body)) ?? .null
        return Answer(status: response.status, headers: response.headers, json: json)
    }

    static func sign(_ request: HTTPRequest, key: String, region: String, service: AWSService, now: Timestamp = .now)
        -> HTTPRequest
    {
        var request = request
        request.headers.set("X-Amz-Date", now.basic)
        let names = ["content-type", "host", "x-amz-date", "x-amz-target"]
        var payload: [UInt8] = []
        payload.appendSHA256(of: request.body)
        let canonical =
            CanonicalRequest.bytes(of: request, signedHeaders: names, payloadHash: payload, isPresigned: false) ?? []
        let scope = SigningKeys.Scope(
            record: "",
            day: String(now.basic.prefix(8)),
            region: region,
            service: service.rawValue
        )
        var text = Array(
            "AWS4-HMAC-SHA256\n\(now.basic)\n\(scope.day)/\(region)/\(service.rawValue)/aws4_request\n".utf8
        )
        text.appendSHA256(of: canonical)
        let code = HMAC<SHA256>.authenticationCode(
            for: text,
            using: SigningKeys.derive(secret: keys[key] ?? Secret("none"), scope: scope)
        )
        let signature = code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        request.headers.set(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=\(key)/\(scope.day)/\(region)/\(service.rawValue)/aws4_request, "
                + "SignedHeaders=\(names.joined(separator: ";")), Signature=\(signature)"
        )
        return request
    }

    /// A token as SDKs make them.
    static func token() -> JSONValue { .string(UUID().uuidString.lowercased()) }
}
