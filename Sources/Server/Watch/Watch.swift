public import HTTPModel
internal import SecretStore
internal import Vaulting

/// What somebody wants to be told of, and how.
public struct Watch: Sendable {
    /// How it is told.
    enum Manner: Sendable {
        /// By one answer, which waits so many seconds for something to tell.
        case answer(seconds: Int)
        /// By an answer without an end: server-sent events.
        case stream
    }

    let place: WatchedPlace
    /// Only what happened after this one's number; nil for what happens from now on.
    let after: Int64?
    let manner: Manner
    let format: any WatchFormat
}

/// What is told to somebody who watches.
public struct WatchNews: Sendable {
    /// A change with its number among those that are told.
    struct Item: Sendable {
        let number: Int64
        let change: SecretChange
    }

    /// What happened, in order.
    var items: [Item] = []
    /// Where to go on: everything up to this number was told, or did not concern whoever asks.
    var next: Int64
    /// Whether something may have happened that is not known here any more.
    var isReset = false

    /// Whether there is nothing to tell.
    var isEmpty: Bool { items.isEmpty && !isReset }
}

/// The words of a protocol for what those who watch are told.
public protocol WatchFormat: Sendable {
    /// One whole answer.
    func answer(_ news: WatchNews) -> HTTPResponse
    /// The header fields of a stream.
    var streamHeaders: HTTPHeaders { get }
    /// What a stream begins with.
    func opening(at number: Int64) -> [UInt8]
    /// A piece of a stream.
    func events(_ news: WatchNews) -> [UInt8]
    /// What keeps a quiet stream open.
    var heartbeat: [UInt8] { get }
    /// Why nobody else may watch now.
    var tooMany: HTTPResponse { get }
    /// Why there is no stream: for a token of few uses, or where answers have one piece.
    var noStream: HTTPResponse { get }
}

/// The body of an answer that comes bit by bit, as the transport has it.
public protocol ServiceStream: Sendable {
    /// Writes a piece.
    ///
    /// - Returns: Whether it was taken: not when the peer is gone or reads too slowly.
    func write(_ bytes: [UInt8]) -> Bool
    /// Ends the body.
    func end()
    /// Whether the peer is gone or the body has ended.
    var isClosed: Bool { get }
}

/// Begins an answer that comes bit by bit: with a status, header fields, and what is to be called when it is closed.
public typealias StreamMaker = @Sendable (Int, HTTPHeaders, @escaping @Sendable () -> Void) -> any ServiceStream

/// Somebody who waits to be told something, between two passes through the gate.
struct Watcher: Sendable {
    /// Names it in the hub, and its stream with it.
    let id: Int
    let adapter: Int
    /// What the gate needs of the request.
    let request: HTTPRequest
    let credential: Credential
    let watch: Watch
    let reply: @Sendable (HTTPResponse) -> Void
    let stream: (any ServiceStream)?
    /// Its place among those who may watch at once: given back when the watcher goes.
    let seat: WatchSeat
    /// Up to where it was told everything.
    var after: Int64
    /// When it passes again even if nothing happens.
    var due: ContinuousClock.Instant
}
