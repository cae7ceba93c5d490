import Testing
import Vaulting

@testable import Server

/// What a filter of the log can name is what records have.
@Suite struct ProtocolNamesTests {
    @Test func `every protocol that is served can be asked for in the log`() {
        let attempts = AttemptLimiter()
        let state = HashiCorpVaultState(ServiceSettings(address: "https://127.0.0.1:8200"), clusterID: "")
        let adapters = Service.adapters(
            operations: OperationsAdapter(isOpen: false),
            hashiCorp: HashiCorpVaultAdapter(state: state, attempts: attempts),
            AWSSettings(),
            attempts
        )
        #expect(adapters.count == 5)
        for adapter in adapters { #expect(AuditSource.protocols.contains(adapter.wire), "\(adapter.wire)") }
        #expect(AuditSource.protocols.contains(AuditSource.current().wire))
    }
}
