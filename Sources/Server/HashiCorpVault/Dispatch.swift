extension LogicalContext {
    /// Does the call.
    ///
    /// - Parameter passwordHash: The hash of the password that the body has, when it was made already.
    func respond(passwordHash: String? = nil) throws -> LogicalResponse {
        try admit()
        return try respondAdmitted(passwordHash)
    }

    private func respondAdmitted(_ passwordHash: String?) throws -> LogicalResponse {
        switch routed.call {
        case .readData: try readData()
        case .writeData: try writeData()
        case .patchData: try patchData()
        case .deleteLatest: try deleteLatest()
        case .deleteVersions: try deleteVersions()
        case .undeleteVersions: try undeleteVersions()
        case .destroyVersions: try destroyVersions()
        case .readSubkeys: try readSubkeys()
        case .readMetadata: try readMetadata()
        case .writeMetadata: try writeMetadata()
        case .patchMetadata: try patchMetadata()
        case .deleteMetadata: try deleteMetadata()
        case .listSecrets: try listSecrets()
        case .scanSecrets: try scanSecrets()
        case .readKeyValueConfig: try readKeyValueConfig()
        case .writeKeyValueConfig: try writeKeyValueConfig()
        case .readFlat: try readFlat()
        case .writeFlat: try writeFlat()
        case .deleteFlat: try deleteFlat()
        case .listFlat: try listFlat()
        case .writeUser: try writeUser(passwordHash)
        case .writeUserPassword: try writeUserPassword(passwordHash)
        default: try respondAboutServer()
        }
    }

    private func respondAboutServer() throws -> LogicalResponse {
        switch routed.call {
        case .visibleMounts: visibleMounts()
        case .preflight: try preflight()
        case .listMounts: try listMounts()
        case .readMount: try readMount()
        case .enableMount: try enableMount()
        case .disableMount: try disableMount()
        case .readMountTuning: try readMountTuning()
        case .tuneMount: try tuneMount()
        case .listAuthMounts: try listAuthMounts()
        case .readAuthMount: try readAuthMount()
        case .enableAuthMount: try enableAuthMount()
        case .disableAuthMount: try disableAuthMount()
        case .readAuthTuning: try readAuthTuning()
        case .tuneAuth: try tuneAuth()
        case .listPolicies: try listPolicies()
        case .readPolicy: try readPolicy()
        case .writePolicy: try writePolicy()
        case .deletePolicy: try deletePolicy()
        case .listOldPolicies: try listOldPolicies()
        case .readOldPolicy: try readOldPolicy()
        case .capabilities: try capabilities()
        case .capabilitiesOfSelf: try capabilitiesOfSelf()
        case .capabilitiesOfAccessor: try capabilitiesOfAccessor()
        case .resultantACL: try resultantACL()
        case .rotateKeys: try rotateKeys()
        case .seal: try sealStore()
        case .listAudit: try listAudit()
        case .auditHash: try auditHash()
        default: try respondAboutCredentials()
        }
    }

    private func respondAboutCredentials() throws -> LogicalResponse {
        switch routed.call {
        case .createToken: try createToken()
        case .createOrphanToken: try createOrphanToken()
        case .createTokenByRole: try createTokenByRole()
        case .lookUpToken: try lookUpToken()
        case .lookUpSelf: try lookUpSelf()
        case .lookUpAccessor: try lookUpAccessor()
        case .renewToken: try renewToken()
        case .renewSelf: try renewSelf()
        case .renewAccessor: try renewAccessor()
        case .revokeToken: try revokeToken()
        case .revokeSelf: try revokeSelf()
        case .revokeAccessor: try revokeAccessor()
        case .revokeLeavingChildren: try revokeLeavingChildren()
        case .listAccessors: try listAccessors()
        case .tidyTokens: try tidyTokens()
        case .listTokenRoles: try listTokenRoles()
        case .readTokenRole: try readTokenRole()
        case .writeTokenRole: try writeTokenRole()
        case .deleteTokenRole: try deleteTokenRole()
        case .listRoles: try listRoles()
        case .readRole: try readRole()
        case .writeRole: try writeRole()
        case .deleteRole: try deleteRole()
        case .readRoleID: try readRoleID()
        case .writeRoleID: try writeRoleID()
        case .issueSecretID: try issueSecretID()
        case .listSecretIDs: try listSecretIDs()
        case .customSecretID: try customSecretID()
        case .lookUpSecretID: try lookUpSecretID()
        case .destroySecretID: try destroySecretID()
        case .lookUpSecretIDAccessor: try lookUpSecretIDAccessor()
        case .destroySecretIDAccessor: try destroySecretIDAccessor()
        case .readRoleField: try readRoleField()
        case .writeRoleField: try writeRoleField()
        case .deleteRoleField: try deleteRoleField()
        case .tidySecretIDs: try tidySecretIDs()
        case .listUsers: try listUsers()
        case .readUser: try readUser()
        case .deleteUser: try deleteUser()
        case .writeUserPolicies: try writeUserPolicies()
        // Logins, and what is told without the store, never come here.
        default: throw LogicalFault.unsupportedPath
        }
    }
}
