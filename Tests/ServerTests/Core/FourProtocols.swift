import AccessPolicy
import Findings
import Foundation
import HTTPModel
import SecretStore
import Secrets
import StorageSQLite
import Vaulting

@testable import Server

/// A store of its own behind the service with every protocol, as the program runs it.
final class FourProtocols: Sendable {
    let vault: Vault
    let service: Service
    private let store: StoreFolder
    /// A token that may do everything.
    let root: String

    init() throws {
        store = try StoreFolder()
        vault = store.vault
        root = try vault.perform("test.prepare", .update, on: "sys/test", changing: true) {
            (directory) throws(StoreError) in
            try directory.setPolicy(
                "reader",
                #"path "secret/+/team/*" { capabilities = ["read", "list"] } path "secret/data/team/x" { capabilities = ["deny"] }"#
            )
            for (name, policies) in [("ada", ["reader"]), ("eve", [])] {
                try directory.put(PrincipalRecord(name: name, kind: .person, policies: policies))
                let id = "AKID" + name.uppercased()
                try directory.put(AccessKeyRecord(principal: name, id: id, secret: AWSServer.keys[id], created: .now))
            }
            return try directory.issue(TokenRecord(principal: nil, policies: ["root"], created: directory.time))
                .reveal()
        }
        service = try Service.standard(vault, ServiceSettings(address: "https://127.0.0.1:8200"))
    }

    deinit {
        service.stop()
    }

    struct Answer {
        let status: Int
        let text: String
        let json: JSONValue
    }

    /// Sends a request to whichever protocol its path is of.
    ///
    /// - Parameter token: nil for root's; empty for none.
    func call(
        _ method: String,
        _ target: String,
        _ body: String = "",
        token: String? = nil,
        headers: HTTPHeaders = [:],
        from address: String = "127.0.0.1"
    ) async -> Answer {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        var headers = headers
        if headers["Host"] == nil { headers.add("Host", "keyfolio.vault.localhost:8200") }
        if headers["Content-Type"] == nil { headers.add("Content-Type", "application/json") }
        let shown = token ?? root
        if !shown.isEmpty {
            if target.hasPrefix("/v1/") {
                headers.add("X-Vault-Token", shown)
            } else {
                headers.add("Authorization", "Bearer " + shown)
            }
        }
        return await send(
            HTTPRequest(
                method: method,
                rawPath: parts[0],
                rawQuery: parts.count > 1 ? parts[1] : nil,
                headers: headers,
                body: Array(body.utf8),
                origin: HTTPOrigin(address: address, isEncrypted: true)
            )
        )
    }

    /// Calls an action of AWS.
    func aws(
        _ action: String,
        _ members: JSONValue,
        as key: String,
        headers: HTTPHeaders = [:]
    ) async -> Answer {
        let isTrail = action == "LookupEvents"
        let target = isTrail ? "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101." : "secretsmanager."
        var request = HTTPRequest(
            method: "POST",
            rawPath: "/",
            headers: ["Host": "localhost", "Content-Type": AWSCall.contentType, "X-Amz-Target": target + action],
            body: Array(members.text().utf8)
        )
        if let trace = headers["traceparent"] { request.headers.add("traceparent", trace) }
        return await send(
            AWSServer.sign(request, key: key, region: "us-east-1", service: isTrail ? .cloudTrail : .secretsManager)
        )
    }

    func send(_ request: HTTPRequest) async -> Answer {
        let worker = service.makeWorker()
        let response = await withCheckedContinuation { continuation in
            worker.handle(request) { continuation.resume(returning: $0) }
            worker.flush()
        }
        return Answer(
            status: response.status,
            text: String(decoding: response.body, as: UTF8.self),
            json: (try? JSONValue(parsing: response.body)) ?? .null
        )
    }

    /// What came into the log while something was done.
    func records(while body: () async throws -> Void) async throws -> [AuditRecord] {
        let before = try vault.auditLength()
        try await body()
        var records: [AuditRecord] = []
        try vault.forEachAuditRecord(from: before + 1) { records.append($0) }
        // The last is of this reading.
        return records.dropLast()
    }

    /// The records that a query finds.
    func found(_ set: (inout AuditQuery) -> Void) throws -> [AuditRecord] {
        var query = AuditQuery()
        set(&query)
        return try vault.auditRecords(matching: query).records
    }
}
