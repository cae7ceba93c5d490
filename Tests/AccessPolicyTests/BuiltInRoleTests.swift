import AccessPolicy
import Testing

struct BuiltInRoleTests {
    private static func control(_ role: BuiltInRole) throws -> AccessControl {
        let identity = TemplateValues(
            entityID: "e-1",
            entityName: "backend",
            metadata: ["project": "portfolio", "environment": "production"]
        )
        return AccessControl([(role.rawValue, try PolicyDocument(parsing: role.text))], identity: identity)
    }

    private static let environments = ["development", "staging", "production"]
    private static let projects = ["portfolio", "other"]

    /// What the guide's table gives on a secret of an environment: the action, and who has it.
    private static func mayTouch(_ role: BuiltInRole, _ isWrite: Bool, _ project: String, _ environment: String) -> Bool
    {
        switch role {
        case .developer: !isWrite && environment == "development"
        case .devops: true
        case .security: false
        case .application: !isWrite && project == "portfolio" && environment == "production"
        }
    }

    @Test(arguments: BuiltInRole.allCases)
    func aRoleHasTheRightsOfTheTableOnSecretsAndNoOthers(_ role: BuiltInRole) throws {
        let control = try Self.control(role)
        for project in Self.projects {
            for environment in Self.environments {
                for suffix in ["", "/sub", "/sub/deep"] {
                    let path = "\(project)/\(environment)\(suffix)"
                    func expect(_ capability: Capability, _ kind: String, _ expected: Bool) {
                        let decision = control.decide(capability, on: "secret/\(kind)/\(path)")
                        #expect(decision.isAllowed == expected, "\(role) \(capability) \(kind) \(path)")
                    }
                    let (reads, writes) = (
                        Self.mayTouch(role, false, project, environment),
                        Self.mayTouch(role, true, project, environment)
                    )
                    expect(.read, "data", reads)
                    for capability in [Capability.create, .update, .patch, .delete] {
                        expect(capability, "data", writes)
                        expect(capability, "metadata", writes)
                    }
                    expect(.read, "metadata", reads && role != .application)
                    expect(.list, "metadata", reads && role != .application)
                    for kind in ["delete", "undelete", "destroy"] { expect(.update, kind, writes) }
                    for kind in ["data", "metadata", "delete"] {
                        expect(.sudo, kind, false)
                        expect(.deny, kind, false)
                    }
                }
            }
        }
        // What begins alike is another environment, and another project.
        for path in [
            "secret/data/portfolio/development2", "secret/data/portfolio/production2", "secret/data/a/b/development",
        ] {
            #expect(control.decide(.read, on: path).isAllowed == (role == .devops))
        }
    }

    @Test(arguments: [
        ("sys/audit", Capability.read, [BuiltInRole.security]), ("sys/audit/file", .update, [.security]),
        ("sys/audit", .sudo, [.security]), ("sys/access/report", .read, [.security]),
        ("sys/principals", .list, [.security]), ("sys/principals/x", .delete, []),
        ("sys/principals/x", .read, [.security]),
        ("sys/rotation", .read, [.security]), ("sys/rotation/run", .update, [.devops, .security]),
        ("sys/blocks/x", .create, [.security]), ("sys/blocks", .list, [.security]),
        ("sys/sessions/x", .delete, [.security]),
        ("sys/leases/revoke", .update, [.devops]), ("sys/leases/lookup/secret/", .list, [.devops]),
        ("sys/seal", .update, []), ("sys/policies/acl/x", .update, []), ("sys/mounts", .read, []),
        ("auth/token/create", .update, []), ("sys/rotate", .update, []), ("sys/rekey/init", .update, []),
        ("sys/storage/raft/snapshot", .read, []), ("identity/entity", .update, []), ("sys/auditor", .read, []),
    ])
    func aRoleHasTheRightsOfTheTableOnTheSystemAndNoOthers(
        _ path: String,
        _ capability: Capability,
        _ holders: [BuiltInRole]
    ) throws {
        for role in BuiltInRole.allCases {
            let isAllowed = try Self.control(role).decide(capability, on: path).isAllowed
            #expect(isAllowed == holders.contains(role), "\(role)")
        }
    }

    @Test func anApplicationWithoutItsMetadataHasNothing() throws {
        let document = try PolicyDocument(parsing: BuiltInRole.application.text)
        for metadata in [[:], ["project": "portfolio"], ["project": "*", "environment": "+"]] as [[String: String]] {
            let control = access(document, TemplateValues(entityID: "e", metadata: metadata))
            #expect(!control.mayHoldAnything(under: ""))
            #expect(control.setAside.count == 2)
        }
    }

    @Test func theDefaultPolicyIsAboutOneself() throws {
        let control = access(
            try PolicyDocument(parsing: DefaultPolicy.text),
            TemplateValues(entityID: "e-1", entityName: "backend")
        )
        let allowed: [(Capability, String)] = [
            (.read, "auth/token/lookup-self"), (.update, "auth/token/renew-self"), (.update, "auth/token/revoke-self"),
            (.update, "sys/capabilities-self"), (.read, "sys/internal/ui/resultant-acl"),
            (.read, "identity/entity/id/e-1"), (.read, "identity/entity/name/backend"), (.create, "cubbyhole/x"),
            (.list, "cubbyhole/"), (.update, "sys/wrapping/unwrap"), (.update, "sys/leases/renew"),
            (.update, "sys/tools/hash/sha2-256"),
        ]
        for (capability, path) in allowed { #expect(control.decide(capability, on: path).isAllowed, "\(path)") }
        let refused: [(Capability, String)] = [
            (.update, "auth/token/create"), (.update, "auth/token/lookup"), (.read, "identity/entity/id/e-2"),
            (.read, "secret/data/x"), (.update, "sys/capabilities"), (.update, "sys/leases/revoke"),
        ]
        for (capability, path) in refused { #expect(!control.decide(capability, on: path).isAllowed, "\(path)") }
        let nobody = access(try PolicyDocument(parsing: DefaultPolicy.text))
        #expect(!nobody.decide(.read, on: "identity/entity/id/").isAllowed)
    }
}
