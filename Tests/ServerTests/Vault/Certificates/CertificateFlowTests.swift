import AccessPolicy
import Findings
import SecretStore
import Secrets
import Testing
import Vaulting

@testable import Server

/// Logging in with a certificate, as far as it is not about X.509: here a certificate is its common name in UTF-8, and an
/// authority's begins with `ca:`.
@Suite struct CertificateFlowTests {
    private struct NameReader: CertificateReader {
        private struct Chain: CertificateChain {
            mutating func isIssued(by anchors: [[UInt8]]) -> Bool { !anchors.isEmpty }
        }

        func certificates(pem text: String) -> [ClientCertificate]? { certificate(Array(text.utf8)).map { [$0] } }

        func certificate(_ bytes: [UInt8]) -> ClientCertificate? {
            var read = ClientCertificate(bytes: bytes)
            let name = String(decoding: bytes, as: UTF8.self)
            read.isAuthority = name.hasPrefix("ca:")
            read.commonName = name == "nameless" ? "" : name
            return read
        }

        func isGood(_ leaf: [UInt8], at now: Timestamp) -> Bool { true }

        func chain(_ leaf: [UInt8], through others: [[UInt8]], at now: Timestamp) -> (any CertificateChain)? { Chain() }
    }

    private func client() async throws -> VaultClient {
        let client = try VaultClient(certificates: NameReader())
        #expect(await client.call("POST", "sys/auth/cert", #"{"type":"cert"}"#).status == 204)
        #expect(await client.call("POST", "auth/cert/certs/web", #"{"certificate":"ca:root"}"#).status == 204)
        return client
    }

    private func login(_ client: VaultClient, _ name: String) async -> VaultClient.Answer {
        await client.call("POST", "auth/cert/login", "{}", token: "", certificate: Array(name.utf8))
    }

    @Test func `no name is the digest that stands for a certificate without one`() async throws {
        let client = try await client()
        let nameless = await login(client, "nameless")
        #expect(nameless.status == 200)
        let entity = try #require(nameless.body["auth"]?["entity_id"]?.asString)
        let found = await client.call("GET", "identity/entity/id/\(entity)")
        let alias = try #require(found["aliases"]?.asArray?.first?["name"]?.asString)
        #expect(alias.hasPrefix("sha256:"))
        for name in [alias, alias.uppercased(), "sha256:", "SHA256:x"] {
            let other = await login(client, name)
            #expect(other.status == 400 && other.token.isEmpty, "\(name)")
        }
        for name in ["web", "sha256", "x-sha256:1"] {
            let other = await login(client, name)
            #expect(other.status == 200)
            #expect(other.body["auth"]?["entity_id"]?.asString != entity)
        }
    }

    @Test func `a token is bound to its certificate, also when the mount that says so is gone`() async throws {
        let client = try await client()
        let token = await login(client, "web").token
        func renew(_ name: String?) async -> VaultClient.Answer {
            await client.call(
                "POST",
                "auth/token/renew-self",
                "{}",
                token: token,
                certificate: name.map { Array($0.utf8) }
            )
        }
        #expect(await renew("web").status == 200)
        #expect(await renew("web2").errors.contains("client identity during renewal"))
        #expect(await renew(nil).status == 400)
        // The token says that it is of a mount that is not there, or of one that never had its role.
        #expect(await client.call("POST", "sys/auth/other", #"{"type":"cert"}"#).status == 204)
        #expect(await client.call("POST", "auth/other/config", #"{"disable_binding":true}"#).status == 204)
        for path in ["auth/gone", "auth/other"] {
            try client.vault.perform(.init(rawValue: "token.update"), .update, on: "auth/token/test", changing: true) {
                (directory) throws(StoreError) in
                guard var record = try directory.token(.token(Secret(token))) else {
                    throw StoreError.noSuchEntry("token")
                }
                record.extra[LoginRole.mount] = path
                try directory.change(record)
            }
            #expect(await renew("web").errors.contains("is not there during renewal"), "\(path)")
            #expect(await renew(nil).status == 400)
        }
    }

    @Test func `what finds no mount, no method or no room is no guess, and locks nobody out`() async throws {
        let client = try await client()
        #expect(await client.call("POST", "sys/auth/userpass", #"{"type":"userpass"}"#).status == 204)
        let made = await client.call("POST", "auth/userpass/users/ada", #"{"password":"right"}"#)
        #expect(made.status == 204)
        let password = #"{"password":"right"}"#
        // More than a hundred, where fifty wrong ones from an address make it wait.
        for _ in 0..<40 {
            for (path, body) in [
                ("auth/nowhere/login/ada", password), ("auth/cert/login/ada", password),
                ("auth/userpass/login", #"{"role_id":"r","secret_id":"s"}"#), ("auth/userpass/login/ada", "{}"),
            ] {
                #expect(await client.call("POST", path, body, token: "").status >= 400)
            }
        }
        #expect(await client.call("POST", "auth/userpass/login/ada", password, token: "").status == 200)
        // A burst: most of them find no room.
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<120 {
                group.addTask { await client.call("POST", "auth/userpass/login/ada", password, token: "").status }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.contains(200))
        #expect(client.service.attempts.wait(name: "vault/userpass/ada", address: "127.0.0.1") == nil)
        #expect(await client.call("POST", "auth/userpass/login/ada", password, token: "").status == 200)
    }
}
