internal import Findings
public import HTTPModel
public import SecretStore
internal import Synchronization
public import Vaulting

/// AWS Secrets Manager, and CloudTrail's LookupEvents, as unchanged clients of AWS speak to them.
///
/// A request must be signed (Signature Version 4) with an access key of the store. It is read whole, with bounds on its
/// bytes, depth and count, before anybody asks whose key it is.
public struct AWSAdapter: ProtocolAdapter {
    /// The protocol's name in the audit log and in metrics.
    public let wire = "aws"
    let settings: AWSSettings
    let clock: @Sendable () -> Timestamp
    private let keys = SigningKeys()
    private let replays: ReplayMemory
    private let tokens = PageTokens()

    /// - Parameters:
    ///   - settings: What the adapter is told once.
    ///   - clock: What the time is. Tests set it.
    public init(settings: AWSSettings = AWSSettings(), clock: @escaping @Sendable () -> Timestamp = { Timestamp.now }) {
        self.settings = settings
        self.clock = clock
        replays = ReplayMemory(rule: settings.replay)
    }

    /// Whether a request is meant for AWS: it names an action of AWS, or is signed as AWS's clients sign.
    public static func isMeant(by request: HTTPRequest) -> Bool {
        request.headers["x-amz-target"] != nil
            || request.headers["authorization"]?.hasPrefix(SignatureClaim.algorithm) == true
            || request.rawQuery?.contains("X-Amz-Signature=") == true
    }

    /// Reads a request.
    public func plan(_ request: HTTPRequest) -> Plan {
        do throws(AWSError) {
            let now = clock()
            let action = try AWSCall.action(of: request)
            let signed = try SignedRequest(request, for: action.service, now: now)
            let call = try AWSCall(request, action)
            let credential = Credential.accessKey(id: signed.accessKeyID) { [keys, replays] secret, keyID in
                signed.isSigned(with: secret, record: keyID, keys: keys)
                    && replays.admits(signed, isChange: call.action.isChange, now: now)
            }
            let namespace = AWSNamespace(region: signed.region, defaultRegion: settings.defaultRegion)
            let perform = { @Sendable (vault: Vault) in answer(call, request, namespace, vault, now) }
            guard call.takesTime else { return .enter(credential) { enter($0, request, perform) } }
            return .work { vault in
                guard let session = authenticate(credential, request, vault) else {
                    // Once more among the others, which records the refusal.
                    return .enter(credential) { enter($0, request, perform) }
                }
                let response = perform(vault.acting(as: session.identity))
                // What was read may have been written a moment ago: it is not told before it is on the disk.
                do throws(StoreError) { try vault.sync() } catch { return .reply(failure(error, request)) }
                return .reply(response)
            }
        } catch {
            return .reply(AWSResponse.failure(error, requestID: RequestUUID.next()))
        }
    }

    /// Says that the store could not answer.
    public func failure(_ error: StoreError, _ request: HTTPRequest) -> HTTPResponse {
        AWSResponse.failure(AWSError(error), requestID: RequestUUID.next())
    }

    /// Says that somebody was not let in.
    public func refusal(_ error: AuthenticationError, _ request: HTTPRequest) -> HTTPResponse {
        AWSResponse.failure(AWSError(error), requestID: RequestUUID.next())
    }

    private func enter(
        _ result: Result<Visitor, AuthenticationError>,
        _ request: HTTPRequest,
        _ perform: (Vault) -> HTTPResponse
    ) -> HTTPResponse {
        switch result {
        case .success(let visitor): perform(visitor.vault)
        case .failure(let error): refusal(error, request)
        }
    }

    private func authenticate(_ credential: Credential, _ request: HTTPRequest, _ vault: Vault) -> Session? {
        var session: Session?
        _ = try? vault.group { group in
            session = try? group.authenticate(credential, from: request.origin.address).get()
        }
        return session
    }

    private func answer(
        _ call: AWSCall,
        _ request: HTTPRequest,
        _ namespace: AWSNamespace,
        _ vault: Vault,
        _ now: Timestamp
    ) -> HTTPResponse {
        let requestID = vault.source.request ?? RequestUUID.next()
        do throws(AWSError) {
            switch call.action {
            case .lookupEvents:
                var members = Members(call.members)
                let lookup = EventLookup(vault: vault, namespace: namespace, account: settings.account, tokens: tokens)
                let found = try lookup.perform(LookupEventsInput(&members))
                return AWSResponse.success(AWSResponse.body(found), requestID: requestID)
            case .secretsManager(let action):
                let actions = AWSActions(
                    vault: vault,
                    settings: settings,
                    namespace: namespace,
                    tokens: tokens,
                    origin: request.origin,
                    action: action,
                    now: now
                )
                return AWSResponse.success(try actions.perform(call.members), requestID: requestID)
            }
        } catch {
            return AWSResponse.failure(error, requestID: requestID)
        }
    }
}

/// What the adapter is told once.
public struct AWSSettings: Sendable {
    /// The account in ARNs: twelve digits.
    public var account = "000000000000"
    /// The region whose secrets are the plain paths, which the other protocols see. Others are namespaces of their own.
    public var defaultRegion = "us-east-1"
    /// What is done with a request that was seen before.
    public var replay = ReplayRule.changes

    /// The standard settings.
    public init() {}
}

extension AWSCall.Action {
    /// The service that has the action.
    var service: AWSService { self == .lookupEvents ? .cloudTrail : .secretsManager }

    /// Whether it changes something.
    var isChange: Bool { if case .secretsManager(let action) = self { !action.isReadOnly } else { false } }
}

extension AWSCall {
    /// Whether it goes through many secrets or records, which must not be done in a group.
    fileprivate var takesTime: Bool {
        switch action {
        case .lookupEvents, .secretsManager(.listSecrets): true
        case .secretsManager(.batchGetSecretValue): members["Filters"] != nil
        default: false
        }
    }
}
