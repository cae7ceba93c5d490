/// What a rule of a policy can give or take.
public enum Capability: String, Sendable, Hashable, CaseIterable {
    case create, read, update, patch, delete, list, sudo, deny
}
