import Findings
import Secrets
import Testing

@testable import Manifest

/// Values that make a manifest of a project's files wrong, or dangerous.
@Suite struct HostileInferenceTests {
    private func infer(_ files: [String: String], entries: [EnvironmentEntry]? = nil) -> InferredManifest {
        let files = files.map { ProjectFile(path: $0.key, bytes: Array($0.value.utf8)) }
        return ManifestInference.infer(project: "shop", files: files) { entries ?? ManifestInferenceTests.entries($0) }
    }

    @Test(arguments: [
        ("VITE_BACKEND", "https://svc:hunter2hunter2@api.example/v1"), ("VITE_TAG", "ghp_0123456789abcdefghij0123"),
        ("VITE_STORE", "postgresql://app:Tr0ub4dor@db.example/shop"),
    ])
    func `a variable of a browser whose value must not be seen is left out, with a note`(name: String, value: String) {
        let inferred = infer(["web/.env": "\(name)=\(value)\nVITE_TITLE=Shop\n"])
        #expect(inferred.manifest.variable(named: name) == nil)
        #expect(inferred.manifest.variable(named: "VITE_TITLE")?.sensitivity == .public)
        #expect(inferred.notes.contains { $0.message.contains(name) })
        #expect(!inferred.notes.contains { $0.message.contains(value) })
    }

    @Test func `a key that is made to be seen stays public`() {
        let inferred = infer(["web/.env": "VITE_FIREBASE_API_KEY=AIzaSyA0123456789abcdefghijklmnopqrs-_\n"])
        #expect(inferred.manifest.variable(named: "VITE_FIREBASE_API_KEY")?.sensitivity == .public)
    }

    @Test func `a key in PEM is a text that nobody generates`() throws {
        let pem = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
        let entries = [EnvironmentEntry(name: "JWT_SECRET_KEY", value: Secret(pem), line: 1)]
        let variable = try #require(infer(["api/.env": "x"], entries: entries).manifest.variables.first)
        #expect(variable.type == .text)
        #expect(variable.isSecret && variable.generator == nil)
    }

    @Test(arguments: [
        "postgresql://<USER>:<PASSWORD>@<HOST>:<PORT>/<DATABASE>", "postgresql://<USER>:<PASSWORD>@<HOST>/<DATABASE>",
        "postgresql://USER:PASSWORD@HOST:5432/DATABASE",
    ])
    func `a template's PostgreSQL URL is one`(url: String) {
        for name in ["DATABASE_URL", "STORAGE"] {
            let inferred = infer(["api/.env.example": "\(name)=\(url)\n"])
            #expect(inferred.manifest.variable(named: name)?.type == .postgresURL, "\(name)")
        }
    }
}
