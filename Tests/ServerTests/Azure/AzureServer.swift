import AccessPolicy
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

/// The adapter over a real store in a folder of its own, asked as the transport asks it.
final class AzureServer {
    let vault: Vault
    let service: Service
    private let worker: ServiceWorker
    private let store: StoreFolder
    /// The time of whoever must wait after wrong secrets: it stands still, however long a test takes.
    let time = TestClock()
    /// A token that may do everything.
    private(set) var root = ""

    init(_ settings: AzureSettings = AzureSettings()) throws {
        store = try StoreFolder()
        vault = store.vault
        let attempts = AttemptLimiter(clock: time.now)
        let adapter = AzureKeyVault(settings: settings, attempts: attempts)
        service = try Service(vault: vault, adapters: [adapter], attempts: attempts) { request in
            AzureKeyVault.isHere(request) ? 0 : nil
        }
        worker = service.makeWorker()
        root = try token(["root"])
    }

    deinit {
        service.stop()
    }

    /// A token with policies.
    func token(_ policies: [String]) throws -> String {
        try change { (directory) throws(StoreError) in
            try directory.issue(TokenRecord(principal: nil, policies: policies, created: directory.time)).reveal()
        }
    }

    /// A token with one policy, written for it.
    func token(policy: String) throws -> String {
        try change { (directory) throws(StoreError) in try directory.setPolicy("own", policy) }
        return try token(["own"])
    }

    /// Changes the directory as the owner.
    func change<Result>(_ body: (inout Directory) throws(StoreError) -> Result) throws -> Result {
        try vault.perform(.init(rawValue: "test"), .sudo, on: "sys", changing: true, body)
    }

    /// Sends a request and waits for its answer. An empty token sends none.
    func send(
        _ method: String,
        _ target: String,
        _ body: String = "",
        token: String? = nil,
        host: String = "keyfolio.vault.localhost:8200",
        headers: HTTPHeaders = [:]
    ) -> Reply {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var headers = headers
        headers.add("Host", host)
        let token = token ?? root
        if !token.isEmpty { headers.add("Authorization", "Bearer " + token) }
        let isVault = AzureOperation.isHere(parts[0])
        let query = parts.count > 1 ? parts[1] : isVault ? "api-version=7.6" : nil
        let answer = Mutex<HTTPResponse?>(nil)
        let isThere = DispatchSemaphore(value: 0)
        worker.handle(
            HTTPRequest(
                method: method,
                rawPath: parts[0],
                rawQuery: query,
                headers: headers,
                body: Array(body.utf8),
                origin: HTTPOrigin(address: "127.0.0.1", isEncrypted: true)
            )
        ) { response in
            answer.withLock { $0 = response }
            isThere.signal()
        }
        worker.flush()
        isThere.wait()
        return Reply(answer.withLock { $0 } ?? HTTPResponse(status: 0))
    }

    /// Sets a secret and gives the id of its version.
    @discardableResult
    func set(_ name: String, _ value: String, host: String = "keyfolio.vault.localhost:8200") throws -> String {
        let reply = send("PUT", "/secrets/\(name)", "{\"value\":\(JSONValue.string(value).text())}", host: host)
        #expect(reply.status == 200)
        return try #require(reply.json?["id"]?.asString?.split(separator: "/").last.map(String.init))
    }

    /// An answer, read.
    struct Reply {
        let response: HTTPResponse
        let json: JSONValue?
        var status: Int { response.status }
        var text: String { String(decoding: response.body, as: UTF8.self) }
        var code: String? { json?["error"]?["code"]?.asString }
        var inner: String? { json?["error"]?["innererror"]?["code"]?.asString }
        var message: String { json?["error"]?["message"]?.asString ?? "" }
        var value: String? { json?["value"]?.asString }

        init(_ response: HTTPResponse) {
            self.response = response
            json = try? JSONValue(parsing: response.body)
        }
    }
}
