public import HTTPModel
public import SecretStore
internal import Secrets
public import Vaulting

/// The secrets API of Azure Key Vault, with the endpoints of Entra ID that its clients get their tokens from.
///
/// It reads requests and renders answers; what is asked for is done by the gate. Any token of this server is a bearer
/// token here. A client that has an id and a secret changes them for one at `/{tenant}/oauth2/v2.0/token`.
public struct AzureKeyVault: ProtocolAdapter {
    let settings: AzureSettings
    let attempts: AttemptLimiter

    /// - Parameters:
    ///   - settings: How it answers.
    ///   - attempts: Counts wrong secrets of clients; the ``Service``'s own, so that each guess is counted once.
    public init(settings: AzureSettings = AzureSettings(), attempts: AttemptLimiter) {
        self.settings = settings
        self.attempts = attempts
    }

    /// The protocol's name in the audit log and in metrics.
    public var wire: String { "azure" }

    /// Whether a request is for this adapter: `/secrets`, `/deletedsecrets` and what is below them, and the endpoints
    /// below a tenant. HashiCorp Vault's `/v1` and the native `/api` are nobody's tenants.
    public static func isHere(_ request: HTTPRequest) -> Bool {
        AzureOperation.isHere(request.rawPath) || EntraRoute(request.rawPath) != nil
    }

    /// Reads a request.
    public func plan(_ request: HTTPRequest) -> Plan {
        let answer = AzureAnswer(request, settings: settings)
        let host: AzureHost
        do { host = try AzureHost(request, settings: settings) } catch { return .reply(answer(error)) }
        if let route = EntraRoute(request.rawPath) { return plan(route, request, host, answer) }
        // Who asks comes first: a stranger learns nothing of what is well formed.
        guard let token = AzureChallenge.token(of: request) else {
            return .reply(answer.challenge(.missingToken, AzureChallenge.header(host, tenant: settings.tenant)))
        }
        let call: AzureCall
        do throws(AzureError) { call = try AzureCall(request, host, settings) } catch {
            // Even then the token is looked at: only who may come in learns what is wrong.
            return .enter(.token(token)) { [self] result in
                switch result {
                case .success: answer(error)
                case .failure(let refusal): refused(refusal, host, answer)
                }
            }
        }
        return .enter(.token(token)) { [self] result in
            switch result {
            case .failure(let refusal): return refused(refusal, host, answer)
            case .success(let visitor):
                do throws(AzureError) {
                    let (status, body) = try call.perform(visitor)
                    return answer(status, body)
                } catch {
                    return answer(error)
                }
            }
        }
    }

    /// Says in the protocol's own words that the store could not answer.
    public func failure(_ error: StoreError, _ request: HTTPRequest) -> HTTPResponse {
        let answer = AzureAnswer(request, settings: settings)
        if EntraRoute(request.rawPath) != nil { return answer(EntraError.unavailable, now: .now) }
        return answer(AzureError(store: error))
    }

    /// Says in the protocol's own words that somebody was not let in.
    public func refusal(_ error: AuthenticationError, _ request: HTTPRequest) -> HTTPResponse {
        let answer = AzureAnswer(request, settings: settings)
        if EntraRoute(request.rawPath) != nil { return answer(EntraError(refusal: error, client: ""), now: .now) }
        do throws(AzureError) {
            return refused(error, try AzureHost(request, settings: settings), answer)
        } catch {
            return answer(error)
        }
    }

    private func refused(_ error: AuthenticationError, _ host: AzureHost, _ answer: AzureAnswer) -> HTTPResponse {
        switch error {
        case .missing:
            return answer.challenge(.missingToken, AzureChallenge.header(host, tenant: settings.tenant))
        case .invalid, .badSignature:
            let header = AzureChallenge.header(host, tenant: settings.tenant, refused: .now)
            return answer.challenge(.badToken, header)
        case .disabled: return answer(.disabledCaller)
        case .address: return answer(.firewall)
        case .locked(let seconds):
            var response = answer(.throttled)
            response.headers.add("Retry-After", String(seconds))
            return response
        }
    }
}
