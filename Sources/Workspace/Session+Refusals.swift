internal import Findings
public import Manifest
internal import RemoteStores
internal import SecretStore

/// What a store says of an environment's secret.
enum StoreAnswer {
    /// It is there.
    case there
    /// It is not, or there is no store.
    case nothing
    /// It may not be read, and why.
    case refused(any Error)
}

/// Environments whose secrets somebody may not read: a server's roles give a developer development's only, and an
/// application its own.
extension Session {
    /// Why the store does not let the values of an environment be read; nil when it does, or when there is no store.
    ///
    /// - Throws: As ``answer(about:)``.
    public func refusal(ofReading environment: Environment) throws -> (any Error)? {
        if case .refused(let error) = try answer(about: environment) { error } else { nil }
    }

    /// What the store says of an environment. It is asked once for each: every answer is on record there.
    ///
    /// - Throws: What is no refusal of a policy: a token that opens nothing, a server that does not answer.
    func answer(about environment: Environment) throws -> StoreAnswer {
        if let known = answers[environment.name] { return known }
        let answer: StoreAnswer
        do {
            answer = try storeIfAdopted()?.secret(at: project.secretPath(in: environment)) == nil ? .nothing : .there
        } catch {
            guard Self.isRefusal(error) else { throw error }
            answer = .refused(error)
        }
        answers[environment.name] = answer
        return answer
    }

    /// Whether an error says that a policy does not allow it, of whoever was let in.
    private static func isRefusal(_ error: any Error) -> Bool {
        switch error {
        case let error as StoreError: error.isDenied
        case let error as RemoteError: StoreError.isDenial(code: error.code)
        default: false
        }
    }

    /// That an environment was passed over.
    ///
    /// - Parameters:
    ///   - environment: Which.
    ///   - refusal: Why.
    ///   - isNamed: Whether somebody asked for it by its name: then not having checked it is an error.
    func passedOver(_ environment: Environment, _ refusal: any Error, isNamed: Bool) -> Finding {
        let told = ToldError(refusal)
        return Finding(
            WorkspaceCodes.passedOver,
            severity: isNamed ? .error : nil,
            at: Place(environment: environment.name),
            "\(environment.name) was passed over: \(told.message) (\(told.code))",
            fix: .advice(told.fix)
        )
    }
}
