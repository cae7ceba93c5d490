/// The roles that every store has, as policy texts, after the guide's table "Who Needs Access?".
///
/// A project's secrets of an environment are at `<project>/<environment>` and below, under the mount `secret`. A person
/// or an application that has several roles has the sum of them.
public enum BuiltInRole: String, Sendable, Hashable, CaseIterable {
    /// Development secrets, read.
    case developer
    /// All secrets, read and write; leases and rotation.
    case devops
    /// Audit log, access, blocks and rotation, read and administer; no secret's value.
    case security
    /// The secrets of the application's own project and environment, read. The metadata `project` and `environment` of
    /// the principal say which.
    case application

    /// What the role is for, for lists.
    public var summary: String {
        switch self {
        case .developer: "development secrets: read"
        case .devops: "all secrets: read and write"
        case .security: "audit, access and rotation: read and administer; no values"
        case .application: "its own runtime secrets: read"
        }
    }

    /// The policy as text.
    public var text: String {
        switch self {
        case .developer: Self.developerText
        case .devops: Self.devopsText
        case .security: Self.securityText
        case .application: Self.applicationText
        }
    }

    private static let developerText = """
        # Developers: development secrets only, read.
        path "secret/data/+/development"       { capabilities = ["read"] }
        path "secret/data/+/development/*"     { capabilities = ["read"] }
        path "secret/metadata/+/development"   { capabilities = ["read", "list"] }
        path "secret/metadata/+/development/*" { capabilities = ["read", "list"] }

        """

    private static let devopsText = """
        # DevOps: all secrets, read and write.
        path "secret/data/*"     { capabilities = ["create", "read", "update", "patch", "delete"] }
        path "secret/metadata/*" { capabilities = ["create", "read", "update", "patch", "delete", "list"] }
        path "secret/subkeys/*"  { capabilities = ["read"] }
        path "secret/delete/*"   { capabilities = ["create", "update"] }
        path "secret/undelete/*" { capabilities = ["create", "update"] }
        path "secret/destroy/*"  { capabilities = ["create", "update"] }

        # Leases.
        path "sys/leases/lookup"   { capabilities = ["create", "update"] }
        path "sys/leases/lookup/*" { capabilities = ["list", "sudo"] }
        path "sys/leases/renew"    { capabilities = ["create", "update"] }
        path "sys/leases/revoke"   { capabilities = ["create", "update"] }

        # Rotation of secrets.
        path "sys/rotation/*" { capabilities = ["create", "read", "update", "patch", "delete", "list"] }

        """

    private static let securityText = """
        # Security: audit, access and rotation, read and administer. No path of a secret's value.
        path "sys/audit"         { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }
        path "sys/audit/*"       { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }
        path "sys/audit-hash/*"  { capabilities = ["create", "update"] }
        path "sys/access/*"      { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }
        path "sys/principals"    { capabilities = ["read", "list"] }
        path "sys/principals/*"  { capabilities = ["read", "list"] }
        path "sys/rotation"      { capabilities = ["create", "read", "update", "patch", "delete", "list", "sudo"] }
        path "sys/rotation/*"    { capabilities = ["create", "read", "update", "patch", "delete", "list", "sudo"] }

        # Blocking somebody, and ending what they have open.
        path "sys/blocks"        { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }
        path "sys/blocks/*"      { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }
        path "sys/sessions"      { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }
        path "sys/sessions/*"    { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }

        """

    private static let applicationText = """
        # An application: the secrets of its own project and environment, read.
        path "secret/data/{{identity.entity.metadata.project}}/{{identity.entity.metadata.environment}}" {
          capabilities = ["read"]
        }
        path "secret/data/{{identity.entity.metadata.project}}/{{identity.entity.metadata.environment}}/*" {
          capabilities = ["read"]
        }

        """
}

/// The policy `default`: what whoever has a token may do with themselves. The rights are those that Vault's has, so that
/// its clients find what they expect.
public enum DefaultPolicy {
    /// The policy as text.
    public static let text = """
        # One's own token.
        path "auth/token/lookup-self" { capabilities = ["read"] }
        path "auth/token/renew-self"  { capabilities = ["update"] }
        path "auth/token/revoke-self" { capabilities = ["update"] }

        # What one may do, and who one is.
        path "sys/capabilities-self"                              { capabilities = ["update"] }
        path "sys/internal/ui/resultant-acl"                      { capabilities = ["read"] }
        path "identity/entity/id/{{identity.entity.id}}"          { capabilities = ["read"] }
        path "identity/entity/name/{{identity.entity.name}}"      { capabilities = ["read"] }

        # The drawer of one's own token.
        path "cubbyhole/*" { capabilities = ["create", "read", "update", "delete", "list"] }

        # Wrapped answers.
        path "sys/wrapping/wrap"   { capabilities = ["update"] }
        path "sys/wrapping/lookup" { capabilities = ["update"] }
        path "sys/wrapping/unwrap" { capabilities = ["update"] }

        # Leases that one knows the id of; the older spellings beside the newer.
        path "sys/renew"         { capabilities = ["update"] }
        path "sys/leases/renew"  { capabilities = ["update"] }
        path "sys/leases/lookup" { capabilities = ["update"] }

        # Hashing what one sends.
        path "sys/tools/hash"   { capabilities = ["update"] }
        path "sys/tools/hash/*" { capabilities = ["update"] }

        """
}
