internal import Findings
internal import SecretStore

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Changes of one secret, or of those below a path, as a server tells them (`GET /api/v1/watch`).
///
/// It asks again and again, each time from where the last answer ended, so that nothing is missed in between. What fails
/// for a while (the server is started anew, the network is away) is tried again until it goes on; what the server refuses
/// is thrown.
public struct SecretWatch {
    /// What was told.
    public struct News: Sendable {
        /// The changes in their order: `number`, `path`, `version`, `action`, `time`; `reset` where some may have been
        /// missed, with nothing else but where to go on.
        public let changes: [Record]
        /// Where to go on.
        public let next: Int
        /// Whether changes may have been missed.
        let isReset: Bool
    }

    private let client: KeyfolioClient
    private let query: (String, String)
    private let wait: Int
    /// Where to go on; nil before the first answer.
    public private(set) var after: Int?
    private var troubles = 0
    /// Whether a second is waited before the next question: the last answer came at once, and says nothing of changes.
    private var pauses = false

    /// How long the server waits for something to happen, in seconds.
    public static let usualWait = 30
    private static let longestPause: UInt32 = 30

    /// Describes a watch; nothing is asked before the first ``next(_:)``.
    ///
    /// - Parameters:
    ///   - place: A secret's path; with a slash at its end all below it; `/` for everything.
    ///   - after: The number of a change, or where an earlier watch ended; nil for what happens from now on.
    ///   - connection: How the server is talked to.
    ///   - wait: How long the server waits for something to happen, in seconds.
    /// - Throws: ``StoreError`` for what is no path.
    public init(
        _ place: String,
        after: Int?,
        on connection: ServerConnection,
        wait: Int = SecretWatch.usualWait
    ) throws {
        if place == "/" {
            query = ("prefix", "")
        } else if place.utf8.last == 0x2F {
            query = ("prefix", try SecretPath(String(place.dropLast())).text + "/")
        } else {
            query = ("path", try SecretPath(place).text)
        }
        var connection = connection
        connection.seconds += wait
        client = KeyfolioClient(connection)
        self.after = after
        self.wait = wait
    }

    /// Waits until there is something to tell.
    ///
    /// - Parameter trouble: Is told each time that the server cannot be asked for a while.
    /// - Returns: Never no changes.
    /// - Throws: ``RemoteError``: what waiting does not mend, and whatever the very first question comes to.
    public mutating func next(_ trouble: (RemoteError) -> Void) throws(RemoteError) -> News {
        while true {
            // A server that does not wait is not asked without end.
            if pauses { sleep(1) }
            pauses = false
            do throws(RemoteError) {
                let began = Timestamp.now
                let news = try ask(wait: after == nil ? 0 : wait)
                let saysNothing = news.changes.isEmpty || news.isReset
                pauses = after != nil && saysNothing && began.adding(seconds: 1) > .now
                after = news.next
                troubles = 0
                if !news.changes.isEmpty { return news }
            } catch {
                guard after != nil, error.category == .unavailable || error.category == .sealed else { throw error }
                if troubles == 0 { trouble(error) }
                sleep(min(1 << UInt32(min(troubles, 5)), Self.longestPause))
                troubles += 1
            }
        }
    }

    /// One question.
    private func ask(wait: Int) throws(RemoteError) -> News {
        var query = [self.query, ("wait", String(wait))]
        if let after { query.append(("after", String(after))) }
        let answer = try client.ask(.get, ["watch"], query: query)
        guard let next = answer["next"]?.asInteger, next >= 0 else { throw client.unreadable("where to go on") }
        guard let items = answer["changes"]?.asArray else { throw client.unreadable("the list of changes") }
        if answer["reset"] == .bool(true) {
            // Its numbers may be lower: another server's, or those of a clock that was set back.
            return News(
                changes: [try client.record(.watched, of: ["number": .integer(next), "reset": true])],
                next: next,
                isReset: true
            )
        }
        // A server that goes in circles is none.
        guard next >= after ?? 0 else { throw client.unreadable("where to go on") }
        var changes: [Record] = []
        for item in items {
            guard var object = item.asObject, item["path"]?.asString != nil else { throw client.unreadable("a change") }
            object["reset"] = false
            changes.append(try client.record(.watched, of: .object(object)))
        }
        return News(changes: changes, next: next, isReset: false)
    }
}

extension RecordShape {
    /// One change of a secret; all but the number is null where changes may have been missed.
    public static let watched = RecordShape([
        ("number", .number), ("path", .optionalText), ("version", .optionalNumber), ("action", .optionalText),
        ("time", .optionalText), ("reset", .flag),
    ])
}
