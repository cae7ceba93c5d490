/// How a server answers as Azure Key Vault and as the Entra ID that gives its tokens.
public struct AzureSettings: Sendable {
    /// The tenant that the challenge names. A client must be told the same one: azure-identity refuses to ask another
    /// tenant for a token unless it is allowed to (`additionally_allowed_tenants`).
    public var tenant: String
    /// The vault whose secrets are the plain paths, which the other protocols see. Every other vault has its secrets
    /// below `@azure.NAME`.
    public var defaultVault: String
    /// Domains whose first label below them is the name of a vault, such as `vault.localhost`. Under any other host
    /// name the default vault answers.
    public var vaultDomains: [String]
    /// Days from a deletion to the purge, from 7 to 90 as Azure has it.
    public var recoverableDays: Int
    /// Whether links begin with `https` although the connection is plain: TLS may end at a proxy. The SDKs speak to
    /// nothing but HTTPS.
    public var isBehindTLS: Bool
    /// What the header `x-ms-keyvault-region` says.
    public var region: String

    /// Puts the settings together.
    ///
    /// - Parameters:
    ///   - tenant: See ``tenant``.
    ///   - defaultVault: See ``defaultVault``.
    ///   - vaultDomains: See ``vaultDomains``; in lower case.
    ///   - recoverableDays: See ``recoverableDays``; what is outside 7 to 90 becomes the nearest of the two.
    ///   - isBehindTLS: See ``isBehindTLS``.
    ///   - region: See ``region``.
    public init(
        tenant: String = "keyfolio",
        defaultVault: String = "keyfolio",
        vaultDomains: [String] = ["vault.localhost"],
        recoverableDays: Int = 90,
        isBehindTLS: Bool = false,
        region: String = "local"
    ) {
        self.tenant = tenant
        self.defaultVault = defaultVault
        self.vaultDomains = vaultDomains
        self.recoverableDays = min(max(recoverableDays, 7), 90)
        self.isBehindTLS = isBehindTLS
        self.region = region
    }

    /// Azure's word for what a deletion means here: recoverable for a time, and purgeable before it is over.
    var recoveryLevel: String { recoverableDays == 90 ? "Recoverable+Purgeable" : "CustomizedRecoverable+Purgeable" }
}
