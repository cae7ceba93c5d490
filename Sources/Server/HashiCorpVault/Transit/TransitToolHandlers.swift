internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

/// What needs no key: hashes and random bytes.
extension LogicalContext {
    func transitHash() throws -> LogicalResponse {
        guard parameters["input"] != nil else { throw LogicalFault.invalid("input missing") }
        let hash = try transitHashFunction(["algorithm"], unknown: "unsupported algorithm")
        let encode = try encoding("hex")
        let input = try TransitItem(parameters, index: nil).input("input missing")
        // The record is left before: large inputs are hashed outside of the gate.
        try require()
        return .data(JSONObject(members: ["sum": .string(encode(hash.sum(of: input)))]))
    }

    func transitRandom() throws -> LogicalResponse {
        // One segment is a source or a number of bytes, two are both.
        let (first, second) = (routed["source"], routed["bytes"])
        let sources = ["platform", "seal", "all"]
        var count = try parameters.integer("bytes") ?? 32
        let digits = second.isEmpty ? (sources.contains(first) ? "" : first) : second
        if !digits.isEmpty {
            guard let number = Int(digits) else { throw LogicalFault.invalid("error parsing url-set byte count") }
            count = number
        }
        guard second.isEmpty || sources.contains(first) else {
            throw LogicalFault.invalid("unsupported entropy source; must be \"platform\" or \"seal\", or \"all\"")
        }
        guard count >= 1 else { throw LogicalFault.invalid("\"bytes\" cannot be less than 1") }
        guard count <= TransitLimits.randomBytes else {
            throw LogicalFault.invalid("\"bytes\" should be less than \(TransitLimits.randomBytes)")
        }
        let encode = try encoding("base64")
        try require()
        return .data(JSONObject(members: ["random_bytes": .string(encode(TransitKey.randomBytes(count).reveal()))]))
    }

    private func encoding(_ standard: String) throws(LogicalFault) -> ([UInt8]) -> String {
        switch try parameters.text("format") ?? standard {
        case "hex": return { Hex.encode($0) }
        case "base64": return { Base64.encode($0) }
        default: throw .invalid("unsupported encoding format; must be \"hex\" or \"base64\"")
        }
    }
}
