internal import AccessPolicy
internal import HTTPModel
internal import SecretStore
internal import Secrets
internal import Vaulting

extension AzureKeyVault {
    /// What is to be done for an endpoint of Entra ID.
    func plan(_ route: EntraRoute, _ request: HTTPRequest, _ host: AzureHost, _ answer: AzureAnswer) -> Plan {
        guard request.method == route.method else {
            return .reply(answer(.wrongMethod(request.method, "token"), now: .now))
        }
        switch route {
        case .instance: return .reply(answer(200, EntraDiscovery.instance(host, tenant: settings.tenant)))
        case .keys: return .reply(answer(200, EntraDiscovery.keys))
        case .configuration(let tenant, let isFirstVersion):
            guard tenant == settings.tenant else { return .reply(answer(.unknownTenant(tenant), now: .now)) }
            return .reply(
                answer(
                    200,
                    EntraDiscovery.configuration(base: host.base, tenant: tenant, isFirstVersion: isFirstVersion)
                )
            )
        case .token(let tenant, let isFirstVersion):
            guard tenant == settings.tenant else { return .reply(answer(.unknownTenant(tenant), now: .now)) }
            let form: EntraTokenRequest
            do throws(EntraError) { form = try EntraTokenRequest(request, isFirstVersion: isFirstVersion) } catch {
                return .reply(answer(error, now: .now))
            }
            let address = request.origin.address
            return .visit { [self] vault in
                do throws(EntraError) {
                    let (token, seconds, now) = try issue(form, from: address, vault)
                    let body = EntraTokenRequest.answer(
                        token: token,
                        seconds: seconds,
                        resource: form.resource,
                        now: now.seconds,
                        isFirstVersion: isFirstVersion
                    )
                    return answer(200, body)
                } catch {
                    return answer(error, now: .now)
                }
            }
        }
    }

    /// Changes a client's secret for a token.
    private func issue(
        _ form: EntraTokenRequest,
        from address: String,
        _ vault: Vault
    ) throws(EntraError) -> (token: Secret<String>, seconds: Int, now: Timestamp) {
        // The name that the native login counts, too: who guesses must not get two counts.
        if attempts.begin(name: form.client, address: address, at: .now) != nil { throw .locked }
        let issued: (Secret<String>, Int, Timestamp)
        do throws(StoreError) {
            issued = try vault.perform(
                .login,
                .update,
                on: "auth/login",
                changing: true,
                detail: "client \(Principal(form.client))"
            ) { (directory) throws(StoreError) in
                guard let client = try directory.client(form.client, openedBy: form.secret) else {
                    throw .noSuchEntry("client")
                }
                if let name = client.principal {
                    guard let principal = try directory.principal(name), !principal.isDisabled,
                        principal.addresses.isEmpty || principal.addresses.contains(where: { $0.contains(address) })
                    else { throw .noSuchEntry("client") }
                }
                var record = TokenRecord(
                    principal: client.principal,
                    policies: client.policies,
                    created: directory.time
                )
                record.live(seconds: client.tokenSeconds, from: directory.time)
                record.isRenewable = false
                record.origin = "auth/azure/token"
                record.displayName = client.principal ?? "client-\(client.id)"
                return (try directory.issue(record), client.tokenSeconds, directory.time)
            }
        } catch {
            guard error.isNoSuchEntry else { throw .unavailable }
            throw .badClient(form.client)
        }
        attempts.succeed(name: form.client, address: address)
        return issued
    }
}

extension EntraError {
    /// Somebody was not let in to the token endpoint at all.
    init(refusal: AuthenticationError, client: String) {
        if case .locked = refusal { self = .locked } else { self = .badClient(client) }
    }

    static func wrongMethod(_ method: String, _ endpoint: String) -> EntraError {
        .invalid(900_561, "The endpoint '\(endpoint)' does not take \(AzureError.shown(method)) requests.")
    }
}
