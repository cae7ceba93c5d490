internal import Findings
internal import SecretStore

/// What is kept by its id and found by its name too. No two names of a kind differ in case only.
protocol NamedRecord {
    /// Where the records are, by id.
    static var collection: String { get }
    /// Where the ids are, by name in lower case.
    static var nameCollection: String { get }

    var id: String { get }
    var name: String { get }
    var json: JSONValue { get }

    init?(_ id: String, _ value: JSONValue)
}

extension Directory {
    /// The record of an id.
    func record<Found: NamedRecord>(_ id: String) throws(StoreError) -> Found? {
        try document(Found.collection, id).flatMap { Found(id, $0) }
    }

    /// All records, in no particular order.
    func records<Found: NamedRecord>() throws(StoreError) -> [Found] {
        var found: [Found] = []
        try forEach(in: Found.collection) { (id, document) in
            if let record = Found(id, document) { found.append(record) }
        }
        return found
    }

    /// The record of a name, in whatever case.
    func record<Found: NamedRecord>(named name: String) throws(StoreError) -> Found? {
        guard let id = try document(Found.nameCollection, name.lowercased())?["id"]?.asString else { return nil }
        return try record(id)
    }

    /// Keeps a record, and finds it by the name that it has now.
    ///
    /// - Throws: ``StoreError`` when the name is another's.
    mutating func keep<Kept: NamedRecord>(_ record: Kept, insteadOf old: Kept?) throws(StoreError) {
        if old?.name.lowercased() != record.name.lowercased() {
            let other: Kept? = try self.record(named: record.name)
            guard other == nil || other?.id == record.id else {
                throw .invalidAttribute("another one has this name already")
            }
            if let old { try remove(Kept.nameCollection, old.name.lowercased()) }
            try put(Kept.nameCollection, record.name.lowercased(), ["id": .string(record.id)])
        }
        try put(Kept.collection, record.id, record.json)
    }

    /// Removes a record and its name.
    mutating func remove<Kept: NamedRecord>(record: Kept) throws(StoreError) {
        try remove(Kept.nameCollection, record.name.lowercased())
        try remove(Kept.collection, record.id)
    }
}
