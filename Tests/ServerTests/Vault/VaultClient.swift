import AccessPolicy
import Findings
import Foundation
import HTTPModel
import SecretStore
import Secrets
import StorageSQLite
import Vaulting

@testable import Server

/// A store of its own in a folder of its own, behind the real service, spoken to as Vault's clients do.
final class VaultClient: Sendable {
    private let store: StoreFolder
    /// The folder of the store.
    var folder: String { store.path }
    let service: Service
    let adapter: HashiCorpVaultAdapter
    let vault: Vault
    /// The time of whoever must wait after wrong passwords: it stands still, however long a test takes.
    let time = TestClock()
    /// A token that may do everything.
    let root: String

    /// - Parameter clock: The store's time; the machine's by default.
    init(
        filtersLists: Bool = true,
        fetchKeySet: KeySetFetcher? = nil,
        certificates: (any CertificateReader)? = nil,
        clock: @escaping @Sendable () -> Timestamp = { .now }
    ) throws {
        store = try StoreFolder(options: VaultOptions(clock: clock))
        vault = store.vault
        let attempts = AttemptLimiter(clock: time.now)
        adapter = HashiCorpVaultAdapter(
            state: HashiCorpVaultState(
                version: "1.17.0",
                clusterName: "test",
                clusterID: VersionID().uuid,
                address: "http://127.0.0.1:8200",
                started: .now
            ),
            attempts: attempts,
            filtersLists: filtersLists,
            metrics: { "# TYPE a counter\na{b=\"c\"} 3\n# TYPE d gauge\nd 0.5\n" },
            fetchKeySet: fetchKeySet,
            certificates: certificates,
            clock: clock
        )
        root = try vault.perform(.init(rawValue: "token.create"), .update, on: "auth/token/create", changing: true) {
            (directory) throws(StoreError) in
            var record = TokenRecord(principal: nil, policies: ["root"], created: directory.time)
            record.live(seconds: nil, from: directory.time)
            record.displayName = "root"
            return try directory.issue(record).reveal()
        }
        service = try Service(vault: vault, adapters: [adapter], attempts: attempts) { _ in 0 }
    }

    deinit {
        service.stop()
    }

    /// One answer.
    struct Answer {
        let status: Int
        let headers: HTTPHeaders
        let body: JSONValue
        let text: String
        /// A member of `data`.
        subscript(name: String) -> JSONValue? { body["data"]?[name] }
        var errors: String { (body["errors"]?.asArray ?? []).compactMap(\.asString).joined(separator: "|") }
        var keys: [String] { (body["data"]?["keys"]?.asArray ?? []).compactMap(\.asString) }
        var token: String { body["auth"]?["client_token"]?.asString ?? "" }
        /// The token of the wrapped answer.
        var wrappingToken: String { body["wrap_info"]?["token"]?.asString ?? "" }
    }

    /// Sends a request.
    ///
    /// - Parameters:
    ///   - path: Below `/v1/`, with its query.
    ///   - token: The token; nil for root's, empty for none.
    ///   - wrap: The header `X-Vault-Wrap-TTL`.
    ///   - isSent: What the transport tells of the answer; nil for nothing, as when the process is killed.
    func call(
        _ method: String,
        _ path: String,
        _ body: String = "",
        token: String? = nil,
        type: String? = nil,
        wrap: String? = nil,
        from address: String = "127.0.0.1",
        certificate: [UInt8]? = nil,
        isSent: Bool? = true
    ) async -> Answer {
        var headers: HTTPHeaders = ["X-Vault-Request": "true"]
        let token = token ?? root
        if !token.isEmpty { headers.add("X-Vault-Token", token) }
        if let wrap { headers.add("X-Vault-Wrap-TTL", wrap) }
        let patch = method == "PATCH" ? "application/merge-patch+json" : "application/json"
        headers.add("Content-Type", type ?? patch)
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        let request = HTTPRequest(
            method: method,
            rawPath: "/v1/" + parts[0],
            rawQuery: parts.count > 1 ? parts[1] : nil,
            headers: headers,
            body: Array(body.utf8),
            origin: HTTPOrigin(address: address, clientCertificate: certificate)
        )
        let response = await withCheckedContinuation { continuation in
            let worker = service.makeWorker()
            let sender: AnswerSender = { response, whenSent in
                if let isSent { whenSent(isSent) }
                continuation.resume(returning: response)
            }
            worker.handle(request, sender: sender) { continuation.resume(returning: $0) }
            worker.flush()
        }
        let text = String(decoding: response.body, as: UTF8.self)
        let value = (try? JSONValue(parsing: response.body)) ?? .null
        return Answer(status: response.status, headers: response.headers, body: value, text: text)
    }
}
