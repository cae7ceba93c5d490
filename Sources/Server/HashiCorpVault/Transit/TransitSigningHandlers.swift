internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

/// Signatures and codes.
extension LogicalContext {
    func transitSign() throws -> LogicalResponse {
        let items = try TransitItems(parameters)
        let options = try signing()
        let answer = try useKey(missing: "signing key not found") { key in
            try items.check(key.type)
            try checkSaltLength(key, options)
            return try items.answer { item in
                var own = options
                own.context = try item.bytes("context", orElse: "failed to base64-decode context")
                let (text, version, publicKey) = try key.sign(try item.input("missing input"), own)
                var members = JSONObject(members: ["key_version": .integer(version), "signature": .string(text)])
                if let publicKey {
                    members[item.index == nil ? "public_key" : "publickey"] = .string(Base64.encode(publicKey))
                }
                return members
            }
        }
        return .data(answer.data)
    }

    func transitVerify() throws -> LogicalResponse {
        let items = try TransitItems(parameters)
        let (signatures, codes) = (items.count(of: "signature"), items.count(of: "hmac"))
        guard items.isBatch else {
            if signatures + codes == 2 { throw LogicalFault.invalid("provide one of 'signature' or 'hmac'") }
            if signatures + codes == 0 {
                throw LogicalFault.invalid("neither a 'signature' nor an 'hmac' were given to verify")
            }
            return codes == 1 ? try verifyCodes(items) : try verifySignatures(items)
        }
        if signatures > 0, codes > 0 {
            throw LogicalFault.invalid("elements of batch_input must all provide 'signature' or all provide 'hmac'")
        }
        if signatures + codes == 0 {
            throw LogicalFault.invalid("no batch_input elements have 'signature' or 'hmac'")
        }
        if signatures + codes < items.items.count {
            throw LogicalFault.invalid(
                "some elements of batch_input are missing '\(codes > 0 ? "hmac" : "signature")'"
            )
        }
        return codes > 0 ? try verifyCodes(items) : try verifySignatures(items)
    }

    private func verifySignatures(_ items: TransitItems) throws -> LogicalResponse {
        let options = try signing()
        let answer = try useKey(missing: "signature verification key not found") { key in
            try items.check(key.type)
            try checkSaltLength(key, options)
            return try items.answer(empty: JSONObject(members: ["valid": false])) { item in
                var own = options
                own.context = try item.bytes("context", orElse: "failed to base64-decode context")
                let isValid = try key.isValid(
                    try item.text("signature") ?? "",
                    for: try item.input("missing input"),
                    own
                )
                return JSONObject(members: ["valid": .bool(isValid)])
            }
        }
        return .data(answer.data)
    }

    private func verifyCodes(_ items: TransitItems) throws -> LogicalResponse {
        let hash = try transitHashFunction(["hash_algorithm", "algorithm"], unknown: "unsupported algorithm")
        let answer = try useKey(missing: "encryption key not found") { key in
            return try items.answer(empty: JSONObject(members: ["valid": false])) { item in
                let isValid = try key.isValid(
                    code: try item.text("hmac") ?? "",
                    for: try item.input("missing input"),
                    hash
                )
                return JSONObject(members: ["valid": .bool(isValid)])
            }
        }
        return .data(answer.data)
    }

    func transitCode() throws -> LogicalResponse {
        let items = try TransitItems(parameters)
        let hash = try transitHashFunction(["algorithm"], unknown: "unsupported algorithm")
        let version = try parameters.integer("key_version") ?? 0
        let answer = try useKey(missing: "encryption key not found") { key in
            return try items.answer { item in
                guard try item.text("input") != nil else { throw LogicalFault.invalid("missing input for HMAC") }
                let text = try key.code(of: try item.input("missing input for HMAC"), hash, version: version)
                return JSONObject(members: ["hmac": .string(text)])
            }
        }
        return .data(answer.data)
    }

    /// How signatures are made and checked. Only what is named is done: an unknown name is an error, never a default.
    private func signing() throws(LogicalFault) -> TransitSigning {
        var options = TransitSigning()
        options.hash = try transitHashFunction(["hash_algorithm", "algorithm"], unknown: "invalid hash algorithm")
        options.isPrehashed = try parameters.flag("prehashed") ?? false
        options.version = try parameters.integer("key_version") ?? 0
        if let name = try parameters.text("signature_algorithm"), !name.isEmpty {
            guard let padding = TransitSigning.Padding(rawValue: name) else {
                throw .invalid("unsupported rsa signature algorithm")
            }
            options.padding = padding
        }
        if let name = try parameters.text("marshaling_algorithm"), !name.isEmpty {
            guard let marshaling = TransitSigning.Marshaling(rawValue: name) else {
                throw .invalid("invalid marshaling type")
            }
            options.marshaling = marshaling
        }
        return options
    }

    /// The salts of PSS are as long as the hash here, which `auto` and `hash` stand for.
    private func checkSaltLength(_ key: TransitKey, _ options: TransitSigning) throws(LogicalFault) {
        guard let text = try parameters.text("salt_length")?.lowercased(), text != "auto", text != "hash" else {
            return
        }
        guard let number = Int(text) else { throw .invalid("salt length neither 'auto', 'hash', nor an int") }
        guard key.type.modulusBits == nil || options.padding != .pss || number == options.hash.byteCount || number == -1
        else { throw .invalid("this server makes and checks salts as long as the hash only") }
    }
}

extension TransitItems {
    func count(of name: String) -> Int { items.count { $0.parameters[name] != nil } }
}

extension TransitItem {
    /// What is signed or hashed. A request may leave it out, and signs nothing then; an item of a batch may not.
    func input(_ missing: String) throws(LogicalFault) -> Secret<[UInt8]> {
        guard index == nil || parameters["input"] != nil else { throw .invalid(missing) }
        return try secret("input", orElse: "unable to decode input as base64")
    }
}
