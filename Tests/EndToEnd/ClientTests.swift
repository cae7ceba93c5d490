import Foundation
import Testing

/// The built server, driven by the clients that people have: unchanged, over TLS, from the Python index.
///
/// Each script says what it checks; it ends with 0 when all of it held.
@Suite(.serialized) struct ClientTests {
    private static let folder = ((#filePath as NSString).deletingLastPathComponent as NSString)
        .appendingPathComponent("Clients")
    private static let server = ((Command.keyfolio as NSString).deletingLastPathComponent as NSString)
        .appendingPathComponent("keyfolio-server")

    private func run(_ script: String, _ arguments: String...) throws {
        let words = ["python3", "\(Self.folder)/with_server.py", Self.server, "\(Self.folder)/\(script)"]
        let outcome = try Command.run(words + arguments)
        #expect(outcome.status == 0, "\(script): \(outcome.output)\(outcome.error)")
    }

    @Test func `every operation of the native API does what its description says`() throws { try run("native.py") }

    @Test func `what is written through one protocol is read through the others`() throws { try run("across.py") }

    @Test func `what clients of AWS, Azure and Vault write as one text, the command reads and changes by name`() throws
    {
        try run("one_text.py")
    }

    @Test(arguments: ["aws_boto3.py", "aws_cli.py", "aws_cloudtrail.py"])
    func `AWS's own clients find every action, error and event as AWS has them`(script: String) throws {
        try run(script)
    }

    @Test(
        arguments: ["vault_hvac.py", "vault_cli.py", "vault_transit.py", "vault_wrapping.py", "vault_identity.py"]
    )
    func `HashiCorp Vault's clients find every call and error as Vault has them`(script: String) throws {
        try run(script)
    }

    @Test func `Azure's own client finds every call and error as Key Vault has them`() throws {
        try run("azure_secrets.py")
    }

    @Test func `operators find health, metrics and headers, and nobody finds a value where none belongs`() throws {
        try run("serve.py")
    }

    @Test func `no canary of any field of any protocol stands where none belongs`() throws { try run("canaries.py") }

    @Test func `a store is made, sealed and unsealed with shares as Vault's clients do it`() throws {
        try run("vault_seal.py")
    }

    @Test func `holders of shares replace them and make root tokens, and strangers keep them from nothing`() throws {
        try run("vault_rekey.py")
    }

    @Test func `a key in a service opens the store, and one that is down does not keep another from opening it`() throws
    {
        try run("seal_services.py")
    }

    @Test func `a key in the transit engine of another server of ours opens the store`() throws {
        try run("seal_transit.py")
    }

    @Test func `a disk that is full, or does not confirm, has its name, loses nothing, and the log stays short`() throws
    {
        try run("disk.py")
    }

    @Test func `rows that are put back into the file of a store that is served end the serving`() throws {
        try run("rows.py")
    }

    @Test func `who watches is told of a change within a second, and of nothing else`() throws { try run("watch.py") }

    @Test func `an endpoint gets the audit log over TLS, and neither it nor anybody else stops the server`() throws {
        try run("audit_https.py")
    }

    @Test func `a store has one server, which keeps its memory out of swap where it may`() throws {
        try run("one_server.py")
    }

    @Test func `the attacks that broke others do not work here`() throws { try run("threats.py") }

    @Test func `killed a hundred times under 64 writers, it has lost nothing that it acknowledged`() throws {
        try run("kill9.py", "100")
    }
}
