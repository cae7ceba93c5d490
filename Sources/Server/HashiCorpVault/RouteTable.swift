/// Everything that can be called. A test calls each row of the table, so none is without its handler.
enum VaultCall: String, Sendable, Hashable, CaseIterable {
    // KV, version 2
    case readData, writeData, patchData, deleteLatest, deleteVersions, undeleteVersions, destroyVersions, readSubkeys
    case readMetadata, writeMetadata, patchMetadata, deleteMetadata, listSecrets, scanSecrets
    case readKeyValueConfig, writeKeyValueConfig
    // KV, version 1
    case readFlat, writeFlat, deleteFlat, listFlat
    // What anybody may ask
    case health, sealStatus, initStatus, initialize, leader, visibleMounts
    // The seal
    case unseal, seal
    // Mounts
    case listMounts, readMount, enableMount, disableMount, readMountTuning, tuneMount, preflight
    case listAuthMounts, readAuthMount, enableAuthMount, disableAuthMount, readAuthTuning, tuneAuth
    // Policies
    case listPolicies, readPolicy, writePolicy, deletePolicy
    case listOldPolicies, readOldPolicy
    case capabilities, capabilitiesOfSelf, capabilitiesOfAccessor, resultantACL
    // Keys and audit
    case rotateKeys, keyStatus, listAudit, auditHash
    // What shares do together
    case rekeyStatus, startRekey, cancelRekey, addRekeyShare
    case rekeyVerification, addVerifyingShare, restartVerification
    case readRekeyBackup, deleteRekeyBackup, rekeyRecoveryKey
    case rootGeneration, startRootGeneration, cancelRootGeneration, addRootShare
    // Tokens
    case createToken, createOrphanToken, createTokenByRole
    case lookUpToken, lookUpSelf, lookUpAccessor, renewToken, renewSelf, renewAccessor
    case revokeToken, revokeSelf, revokeAccessor, revokeLeavingChildren, listAccessors, tidyTokens
    case listTokenRoles, readTokenRole, writeTokenRole, deleteTokenRole
    // AppRole
    case listRoles, readRole, writeRole, deleteRole, readRoleID, writeRoleID
    case issueSecretID, listSecretIDs, customSecretID, lookUpSecretID, destroySecretID
    case lookUpSecretIDAccessor, destroySecretIDAccessor
    case readRoleField, writeRoleField, deleteRoleField, appRoleLogin, tidySecretIDs
    // Userpass
    case listUsers, readUser, writeUser, deleteUser, writeUserPassword, writeUserPolicies, userLogin
    // Transit
    case transitKeys, transitReadKey, transitCreateKey, transitDeleteKey, transitConfigure, transitRotate, transitTrim
    case transitEncrypt, transitDecrypt, transitRewrap, transitDataKey, transitRandom, transitHash, transitCode
    case transitSign, transitVerify, transitExport, transitBackup, transitRestore
    // Cubbyhole and wrapped answers
    case readCubbyhole, writeCubbyhole, deleteCubbyhole, listCubbyhole
    case wrap, unwrap, rewrap, lookUpWrapping
    // Leases
    case lookUpLease, listLeases, renewLease, revokeLease, revokeLeases, tidyLeases
    case listIrrevocableLeases, countIrrevocableLeases
    // Quotas and counters
    case listQuotas, readQuota, writeQuota, deleteQuota, readQuotaSettings, writeQuotaSettings, readMetrics
    case remount, readRemount
    // JWT and Kubernetes
    case readTokenMethod, writeTokenMethod, tokenMethodLogin
    case listLoginRoles, readLoginRole, writeLoginRole, deleteLoginRole
    // Certificates
    case readCertificateMethod, writeCertificateMethod, certificateLogin
    case readCertificateRole, writeCertificateRole
    // Identity
    case writeEntity, writeEntityByID, readEntityByID, deleteEntityByID, listEntitiesByID
    case writeEntityByName, readEntityByName, deleteEntityByName, listEntitiesByName, lookUpEntity
    case writeAlias, writeAliasByID, readAliasByID, deleteAliasByID, listAliases
    case writeGroup, writeGroupByID, readGroupByID, deleteGroupByID, listGroupsByID
    case writeGroupByName, readGroupByName, deleteGroupByName, listGroupsByName, lookUpGroup
}

extension Route {
    /// Every row. The first that fits counts.
    static let all: [Route] =
        keyValue2 + keyValue1 + systemForAnybody + mounts + policies + keys + tokens + appRole + userPassword
        + transit + wrapping + leases + quotas + ceremonies
        + tokenMethods + certificates + identity

    private static let keyValue2: [Route] = [
        Route(
            .keyValue2,
            "data/*path",
            [.read: .readData, .write: .writeData, .patch: .patchData, .delete: .deleteLatest]
        ),
        Route(.keyValue2, "delete/*path", [.write: .deleteVersions]),
        Route(.keyValue2, "undelete/*path", [.write: .undeleteVersions]),
        Route(.keyValue2, "destroy/*path", [.write: .destroyVersions]),
        Route(.keyValue2, "subkeys/*path", [.read: .readSubkeys]),
        Route(
            .keyValue2,
            "metadata/*path",
            [
                .read: .readMetadata, .write: .writeMetadata, .patch: .patchMetadata, .delete: .deleteMetadata,
                .list: .listSecrets, .scan: .scanSecrets,
            ]
        ),
        Route(.keyValue2, "config", [.read: .readKeyValueConfig, .write: .writeKeyValueConfig]),
    ]

    private static let keyValue1: [Route] = [
        Route(
            .keyValue1,
            "*path",
            [.read: .readFlat, .write: .writeFlat, .delete: .deleteFlat, .list: .listFlat]
        )
    ]

    private static let systemForAnybody: [Route] = [
        Route(.system, "health", [.read: .health, .header: .health], .anybody),
        Route(.system, "seal-status", [.read: .sealStatus], .anybody),
        Route(.system, "init", [.read: .initStatus, .write: .initialize], .anybody),
        Route(.system, "leader", [.read: .leader], .anybody),
        Route(.system, "unseal", [.write: .unseal], .anybody),
        Route(.system, "seal", [.write: .seal], .sudo),
        Route(.system, "internal/ui/mounts", [.read: .visibleMounts], .anybody),
    ]

    private static let mounts: [Route] = [
        Route(.system, "internal/ui/mounts/*path", [.read: .preflight]),
        Route(.system, "mounts", [.read: .listMounts]),
        Route(.system, "mounts/*path/tune", [.read: .readMountTuning, .write: .tuneMount]),
        Route(.system, "mounts/*path", [.read: .readMount, .write: .enableMount, .delete: .disableMount]),
        Route(.system, "auth", [.read: .listAuthMounts]),
        Route(.system, "auth/*path/tune", [.read: .readAuthTuning, .write: .tuneAuth], .sudo),
        Route(
            .system,
            "auth/*path",
            [.read: .readAuthMount, .write: .enableAuthMount, .delete: .disableAuthMount],
            .sudo
        ),
    ]

    private static let policies: [Route] = [
        Route(.system, "policies/acl", [.list: .listPolicies, .read: .listPolicies]),
        Route(.system, "policies/acl/*name", [.read: .readPolicy, .write: .writePolicy, .delete: .deletePolicy]),
        Route(.system, "policy", [.read: .listOldPolicies, .list: .listOldPolicies]),
        Route(.system, "policy/*name", [.read: .readOldPolicy, .write: .writePolicy, .delete: .deletePolicy]),
        Route(.system, "capabilities", [.write: .capabilities]),
        Route(.system, "capabilities-self", [.write: .capabilitiesOfSelf]),
        Route(.system, "capabilities-accessor", [.write: .capabilitiesOfAccessor]),
        Route(.system, "internal/ui/resultant-acl", [.read: .resultantACL]),
    ]

    private static let keys: [Route] = [
        Route(.system, "rotate", [.write: .rotateKeys], .sudo),
        Route(.system, "key-status", [.read: .keyStatus]),
        Route(.system, "audit", [.read: .listAudit], .sudo),
        Route(.system, "audit-hash/*path", [.write: .auditHash]),
    ]

    /// Who may is said by each call: some are for whoever has shares.
    private static let ceremonies: [Route] = [
        Route(
            .system,
            "rekey/init",
            [.read: .rekeyStatus, .write: .startRekey, .delete: .cancelRekey],
            .anybody
        ),
        Route(.system, "rekey/update", [.write: .addRekeyShare], .anybody),
        Route(
            .system,
            "rekey/verify",
            [.read: .rekeyVerification, .write: .addVerifyingShare, .delete: .restartVerification],
            .anybody
        ),
        Route(
            .system,
            "generate-root/attempt",
            [.read: .rootGeneration, .write: .startRootGeneration, .delete: .cancelRootGeneration],
            .anybody
        ),
        Route(.system, "generate-root/update", [.write: .addRootShare], .anybody),
        Route(.system, "rekey/backup", [.read: .readRekeyBackup, .delete: .deleteRekeyBackup], .sudo),
        Route(
            .system,
            "rekey-recovery-key/:step",
            [.read: .rekeyRecoveryKey, .write: .rekeyRecoveryKey, .delete: .rekeyRecoveryKey]
        ),
    ]

    private static let wrapping: [Route] = [
        Route(
            .cubbyhole,
            "*path",
            [.read: .readCubbyhole, .write: .writeCubbyhole, .delete: .deleteCubbyhole, .list: .listCubbyhole]
        ),
        Route(.system, "wrapping/wrap", [.write: .wrap]),
        Route(.system, "wrapping/unwrap", [.write: .unwrap]),
        Route(.system, "wrapping/rewrap", [.write: .rewrap]),
        Route(.system, "wrapping/lookup", [.write: .lookUpWrapping, .read: .lookUpWrapping], .anybody),
    ]

    private static let leases: [Route] =
        [
            Route(.system, "leases", [.read: .listIrrevocableLeases], .sudo),
            Route(.system, "leases/count", [.read: .countIrrevocableLeases], .sudo),
            Route(.system, "leases/tidy", [.write: .tidyLeases]),
            Route(.system, "leases/lookup/*path", [.list: .listLeases], .sudo),
            Route(.system, "leases/lookup", [.write: .lookUpLease]),
        ]
        + ["leases/", ""].flatMap { prefix in
            [
                Route(.system, prefix + "renew", [.write: .renewLease]),
                Route(.system, prefix + "renew/*path", [.write: .renewLease]),
                Route(.system, prefix + "revoke", [.write: .revokeLease]),
                Route(.system, prefix + "revoke/*path", [.write: .revokeLease]),
                Route(.system, prefix + "revoke-prefix/*path", [.write: .revokeLeases], .sudo),
                Route(.system, prefix + "revoke-force/*path", [.write: .revokeLeases], .sudo),
            ]
        }

    private static let quotas: [Route] = [
        Route(.system, "quotas/rate-limit", [.list: .listQuotas]),
        Route(
            .system,
            "quotas/rate-limit/:name",
            [.read: .readQuota, .write: .writeQuota, .delete: .deleteQuota]
        ),
        Route(.system, "quotas/config", [.read: .readQuotaSettings, .write: .writeQuotaSettings]),
        Route(.system, "metrics", [.read: .readMetrics]),
        Route(.system, "remount", [.write: .remount], .sudo),
        Route(.system, "remount/status/:id", [.read: .readRemount]),
    ]

    private static let tokens: [Route] = [
        Route(.token, "create", [.write: .createToken]),
        Route(.token, "create-orphan", [.write: .createOrphanToken], .sudo),
        Route(.token, "create/:role", [.write: .createTokenByRole]),
        Route(.token, "lookup", [.write: .lookUpToken, .read: .lookUpToken]),
        Route(.token, "lookup-self", [.read: .lookUpSelf, .write: .lookUpSelf]),
        Route(.token, "lookup-accessor", [.write: .lookUpAccessor]),
        Route(.token, "renew", [.write: .renewToken]),
        Route(.token, "renew-self", [.write: .renewSelf]),
        Route(.token, "renew-accessor", [.write: .renewAccessor]),
        Route(.token, "revoke", [.write: .revokeToken]),
        Route(.token, "revoke-self", [.write: .revokeSelf]),
        Route(.token, "revoke-accessor", [.write: .revokeAccessor]),
        Route(.token, "revoke-orphan", [.write: .revokeLeavingChildren], .sudo),
        Route(.token, "accessors", [.list: .listAccessors], .sudo),
        Route(.token, "tidy", [.write: .tidyTokens]),
        Route(.token, "roles", [.list: .listTokenRoles]),
        Route(
            .token,
            "roles/:role",
            [.read: .readTokenRole, .write: .writeTokenRole, .delete: .deleteTokenRole]
        ),
    ]

    private static let appRole: [Route] = [
        Route(.appRole, "login", [.write: .appRoleLogin], .anybody),
        Route(.appRole, "tidy/secret-id", [.write: .tidySecretIDs]),
        Route(.appRole, "role", [.list: .listRoles]),
        Route(.appRole, "role/:role", [.read: .readRole, .write: .writeRole, .delete: .deleteRole]),
        Route(.appRole, "role/:role/role-id", [.read: .readRoleID, .write: .writeRoleID]),
        Route(.appRole, "role/:role/secret-id", [.write: .issueSecretID, .list: .listSecretIDs]),
        Route(.appRole, "role/:role/custom-secret-id", [.write: .customSecretID]),
        Route(.appRole, "role/:role/secret-id/lookup", [.write: .lookUpSecretID]),
        Route(
            .appRole,
            "role/:role/secret-id/destroy",
            [.write: .destroySecretID, .delete: .destroySecretID]
        ),
        Route(.appRole, "role/:role/secret-id-accessor/lookup", [.write: .lookUpSecretIDAccessor]),
        Route(
            .appRole,
            "role/:role/secret-id-accessor/destroy",
            [.write: .destroySecretIDAccessor, .delete: .destroySecretIDAccessor]
        ),
        Route(
            .appRole,
            "role/:role/:field",
            [.read: .readRoleField, .write: .writeRoleField, .delete: .deleteRoleField]
        ),
    ]

    private static let userPassword: [Route] = [
        Route(.userPassword, "login/:user", [.write: .userLogin], .anybody),
        Route(.userPassword, "users", [.list: .listUsers]),
        Route(.userPassword, "users/:user", [.read: .readUser, .write: .writeUser, .delete: .deleteUser]),
        Route(.userPassword, "users/:user/password", [.write: .writeUserPassword]),
        Route(.userPassword, "users/:user/policies", [.write: .writeUserPolicies]),
    ]

    private static let tokenMethods: [Route] = [Engine.jwt, .kubernetes].flatMap { engine in
        [
            Route(engine, "login", [.write: .tokenMethodLogin], .anybody),
            Route(engine, "config", [.read: .readTokenMethod, .write: .writeTokenMethod]),
            Route(engine, "role", [.list: .listLoginRoles]),
            Route(
                engine,
                "role/:role",
                [.read: .readLoginRole, .write: .writeLoginRole, .delete: .deleteLoginRole]
            ),
        ]
    }

    private static let certificates: [Route] = [
        Route(.certificate, "login", [.write: .certificateLogin], .anybody),
        Route(.certificate, "config", [.read: .readCertificateMethod, .write: .writeCertificateMethod]),
        Route(.certificate, "certs", [.list: .listLoginRoles]),
        Route(
            .certificate,
            "certs/:role",
            [.read: .readCertificateRole, .write: .writeCertificateRole, .delete: .deleteLoginRole]
        ),
    ]

    private static let identity: [Route] = [
        Route(.identity, "entity", [.write: .writeEntity]),
        Route(.identity, "entity/id", [.list: .listEntitiesByID]),
        Route(
            .identity,
            "entity/id/:id",
            [.read: .readEntityByID, .write: .writeEntityByID, .delete: .deleteEntityByID]
        ),
        Route(.identity, "entity/name", [.list: .listEntitiesByName]),
        Route(
            .identity,
            "entity/name/:name",
            [.read: .readEntityByName, .write: .writeEntityByName, .delete: .deleteEntityByName]
        ),
        Route(.identity, "entity-alias", [.write: .writeAlias]),
        Route(.identity, "entity-alias/id", [.list: .listAliases]),
        Route(
            .identity,
            "entity-alias/id/:id",
            [.read: .readAliasByID, .write: .writeAliasByID, .delete: .deleteAliasByID]
        ),
        Route(.identity, "group", [.write: .writeGroup]),
        Route(.identity, "group/id", [.list: .listGroupsByID]),
        Route(
            .identity,
            "group/id/:id",
            [.read: .readGroupByID, .write: .writeGroupByID, .delete: .deleteGroupByID]
        ),
        Route(.identity, "group/name", [.list: .listGroupsByName]),
        Route(
            .identity,
            "group/name/:name",
            [.read: .readGroupByName, .write: .writeGroupByName, .delete: .deleteGroupByName]
        ),
        Route(.identity, "lookup/entity", [.write: .lookUpEntity]),
        Route(.identity, "lookup/group", [.write: .lookUpGroup]),
    ]
}
