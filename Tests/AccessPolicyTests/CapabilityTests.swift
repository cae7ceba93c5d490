import AccessPolicy
import Testing

struct CapabilityTests {
    @Test func capabilitiesHaveTheNamesOfPolicies() {
        #expect(Capability(rawValue: "sudo") == .sudo)
    }
}
