public import Findings
public import SecretStore

/// The directory during one request: who there is, what they may do, and what the served protocols keep.
///
/// It exists only inside ``Vault/perform(_:_:on:changing:detail:_:)``, which has checked the policy and writes the
/// record. Changes are kept together with the record, or not at all.
public struct Directory: ~Copyable {
    let engine: Engine
    /// The moment of the request.
    public let time: Timestamp
    /// Who asks.
    public let identity: Identity
    /// Whether anything was changed.
    private(set) var isChanged = false
    /// What the record shall say beside the action: numbers and names, never a value.
    public var detail: String?
    /// Why somebody is not let in, when what is thrown says it to whoever asks in other words: the record says `denied`, with
    /// this code.
    public var refusal: AuthenticationError?
    /// Which rule refuses, when it is the act that finds out.
    public var rule: String?
    /// Who it was, when it is the act that finds out: then the record of a login is theirs, and not that of nobody. Only
    /// somebody who is known, and once what they showed was looked at.
    public var caller: Principal?

    init(engine: Engine, time: Timestamp, identity: Identity) {
        self.engine = engine
        self.time = time
        self.identity = identity
    }

    /// A document, or nil when there is none of the name.
    ///
    /// - Throws: ``StoreError``.
    public func document(_ collection: String, _ name: String) throws(StoreError) -> JSONValue? {
        try engine.entry(collection, name)
    }

    /// Keeps a document under a name, in the place of the one that is there.
    ///
    /// - Throws: ``StoreError``.
    public mutating func put(_ collection: String, _ name: String, _ document: JSONValue) throws(StoreError) {
        isChanged = true
        engine.directory.forget(collection, name)
        try engine.putEntry(collection, name, document)
    }

    /// Removes a document.
    ///
    /// - Returns: Whether it was there.
    /// - Throws: ``StoreError``.
    @discardableResult
    public mutating func remove(_ collection: String, _ name: String) throws(StoreError) -> Bool {
        isChanged = true
        engine.directory.forget(collection, name)
        return try engine.removeEntry(collection, name)
    }

    /// Goes through the documents of a collection, in no particular order.
    ///
    /// - Throws: ``StoreError``, and what the closure throws.
    public func forEach(
        in collection: String,
        _ body: (String, JSONValue) throws(StoreError) -> Void
    ) throws(StoreError) {
        try engine.forEachEntry(in: collection, body)
    }

    /// The names in a collection, ordered.
    ///
    /// - Throws: ``StoreError``.
    public func names(in collection: String) throws(StoreError) -> [String] {
        var names: [String] = []
        try forEach(in: collection) { (name, _) in names.append(name) }
        return names.sorted()
    }

    /// What a record says of a name that nobody has, in place of it, since it may be a password in the wrong place: the same
    /// for each attempt with it.
    public func unknownName(_ text: String) -> String {
        "unknown name \(Hex.encode(Array(keyedHash(of: text).prefix(8))))"
    }

    /// The keyed hash of a value, 32 bytes: what the audit log and documents hold in its place.
    public func keyedHash(of text: String) -> [UInt8] { engine.keys.fingerprint.code(for: Array(text.utf8)) }
}
