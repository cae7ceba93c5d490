import RemoteStores
import Server
import Vaulting

/// The sinks of the audit log that the command line names.
struct AuditTargets {
    let targets: [AuditTarget]

    /// Looks whether each could be used now: a server must not start with one that is not safe, or that nobody meant.
    init(_ command: ServeCommand) throws {
        let endpoint: RecordEndpoint.Place?
        do throws(RemoteError) { endpoint = try command.auditEndpoint() } catch {
            throw ServerFailure("\(error.code): \(error.message)\n  → \(error.fix)", status: 2)
        }
        var targets: [AuditTarget] = []
        do throws(AuditSinkError) {
            for (number, path) in command.auditFile.enumerated() {
                targets.append(try .file("file-\(number + 1)", path: path))
            }
            if command.auditSyslog { targets.append(try .syslog("syslog")) }
            if let place = endpoint {
                try place.check()
                targets.append(try .upload("https") { EndpointUploader(place) })
            }
        } catch { throw ServerFailure("\(error.code): \(error.message)\n  → \(error.fix)") }
        self.targets = targets
    }

    /// Has them follow the log of a store, with their places in it beside the store.
    func follow(_ service: Service, beside store: String) throws(AuditSinkError) {
        try service.follow(targets, folder: "\(store).sinks") { state in
            // Only when it changes, so that a sink that is away for a week says so once.
            guard let code = state.code else { return Console.complain("the audit sink \(state.name) works again") }
            Console.complain(
                "the audit sink \(state.name) fails: \(code): \(state.message ?? ""); what waits is written later"
            )
        }
    }
}

/// Sends the audit log to an endpoint, as lines of JSON.
private final class EndpointUploader: AuditUploader {
    private let endpoint: RecordEndpoint

    init(_ place: RecordEndpoint.Place) { endpoint = RecordEndpoint(place) }

    func upload(_ body: [UInt8], within milliseconds: Int) throws(AuditSinkError) {
        try endpoint.send(body, as: "application/x-ndjson", within: milliseconds)
    }
}
