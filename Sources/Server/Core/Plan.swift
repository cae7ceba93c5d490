public import HTTPModel
public import SecretStore
public import Vaulting

/// What is to be done for a request, said by an adapter that has read it. An adapter reads bytes and renders bytes; the
/// ``Service`` runs the plan, and is the only one that passes the gate.
public indirect enum Plan: Sendable {
    /// Answer at once, without asking the store: an error of form, or what anybody may know.
    case reply(HTTPResponse)
    /// Answer at once, and learn whether the answer has left: for what must not be done before. The closure is called where
    /// that is known, often an event loop, so it only notes it; what it gives back is done on another thread. Neither is
    /// called when the service ends first, or the process.
    case replyThen(HTTPResponse, @Sendable (_ isSent: Bool) -> @Sendable (Vault) -> Void)
    /// Pass the gate with a credential and do something quick, in the transaction of a group. When nobody was let in, the
    /// closure renders that.
    case enter(Credential, @Sendable (Result<Visitor, AuthenticationError>) -> HTTPResponse)
    /// Pass the gate with a credential and do something that takes time, on another thread: each act of the visitor's vault
    /// is a transaction of its own.
    case enterApart(Credential, @Sendable (Result<Visitor, AuthenticationError>) -> HTTPResponse)
    /// Do something quick without a credential, in the transaction of a group: a login. The vault may do everything, so
    /// the closure decides what is done.
    case visit(@Sendable (Vault) -> HTTPResponse)
    /// Pass the gate with a credential to watch for changes: now, and again whenever there may be something to tell.
    case watch(Credential, Watch)
    /// Do something that takes time, hashing a password or going through everything, on another thread and outside of
    /// any group; then go on with what it says.
    case work(@Sendable (Vault) -> Plan)
}

/// Takes an answer, and tells whether it has left: whether the transport has given all of it to the system while the peer
/// was there.
public typealias AnswerSender = @Sendable (HTTPResponse, @escaping @Sendable (_ isSent: Bool) -> Void) -> Void

/// Who was let in, during one request.
public struct Visitor {
    /// The gate, acting as who was let in, in the group's transaction.
    public let vault: Vault
    /// Who was let in, and by which credential.
    public let session: Session

    init(vault: Vault, session: Session) {
        self.vault = vault
        self.session = session
    }
}

/// One spoken protocol.
public protocol ProtocolAdapter: Sendable {
    /// The protocol's name in the audit log and in metrics.
    var wire: String { get }

    /// Reads a request.
    func plan(_ request: HTTPRequest) -> Plan

    /// Says in the protocol's own words that the store could not answer.
    ///
    /// - Parameters:
    ///   - error: Why.
    ///   - request: What was asked.
    func failure(_ error: StoreError, _ request: HTTPRequest) -> HTTPResponse

    /// Says in the protocol's own words that somebody was not let in.
    func refusal(_ error: AuthenticationError, _ request: HTTPRequest) -> HTTPResponse
}
