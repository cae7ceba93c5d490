internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Secrets

/// The answer to nearly every request there is, the read of a version, in one piece: building a tree of JSON first would
/// take longer than the rest, and leave copies of the values that nobody wipes.
enum KVAnswer {
    /// The envelope with a payload's fields.
    ///
    /// - Returns: nil for a payload that is no fields: it goes the long way.
    static func response(_ found: DetailedVersion, for request: LogicalRequest) -> HTTPResponse? {
        guard case .fields(let fields) = found.version.payload else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512 + found.version.payload.byteCount * 2)
        bytes.append(contentsOf: #"{"request_id":""#.utf8)
        bytes.append(contentsOf: request.id.utf8)
        bytes.append(contentsOf: #"","lease_id":"","renewable":false,"lease_duration":0,"data":{"data":{"#.utf8)
        let names = fields.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for (position, name) in names.enumerated() {
            guard let value = fields[name] else { continue }
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONText.append(name, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            unsafe value.withUnsafeBytes { unsafe JSONText.append($0, to: &bytes) }
        }
        bytes.append(contentsOf: #"},"metadata":"#.utf8)
        append(metadataOf: found, to: &bytes)
        bytes.append(contentsOf: #"},"wrap_info":null,"warnings":null,"auth":null,"mount_type":"kv"}"#.utf8)
        bytes.append(0x0A)
        return HTTPResponse(
            status: 200,
            headers: ["Content-Type": "application/json", "Cache-Control": "no-store"],
            body: bytes
        )
    }

    /// What ``LogicalContext/metadata(_:)`` tells of the version.
    private static func append(metadataOf found: DetailedVersion, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"{"created_time":""#.utf8)
        VaultTime.append(found.version.created, to: &bytes)
        bytes.append(contentsOf: #"","custom_metadata":"#.utf8)
        if found.attributes.tags.isEmpty {
            bytes.append(contentsOf: "null".utf8)
        } else {
            bytes.append(contentsOf: LogicalContext.customMetadata(found.attributes.tags).bytes())
        }
        bytes.append(contentsOf: #","deletion_time":""#.utf8)
        if let deleted = found.deleted { VaultTime.append(deleted, to: &bytes) }
        bytes.append(contentsOf: #"","destroyed":false,"version":"#.utf8)
        bytes.append(contentsOf: String(found.version.number).utf8)
        bytes.append(UInt8(ascii: "}"))
    }
}
