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
                    let (token, record) = try issue(form, from: address, vault)
                    let now = record.created.seconds
                    let body = EntraTokenRequest.answer(
                        token: token,
                        seconds: Int((record.expires?.seconds ?? now) - now),
                        resource: form.resource,
                        now: now,
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
    ) throws(EntraError) -> Login.Issued {
        // The name that the native login counts, too: who guesses must not get two counts.
        if attempts.begin(name: form.client, address: address) != nil { throw .locked }
        do throws(StoreError) {
            return try attempts.end(name: form.client, address: address) { () throws(StoreError) in
                try Login.issue(
                    for: .client(form.client, form.secret),
                    from: address,
                    origin: "auth/azure/token",
                    isRenewable: false,
                    vault
                )
            }
        } catch  where error.isNoSuchEntry { throw .badClient(form.client) } catch { throw .unavailable }
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
