internal import AccessPolicy
internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

/// Encrypting and decrypting data that is kept elsewhere.
extension LogicalContext {
    func transitEncrypt() throws -> LogicalResponse {
        let items = try TransitItems(parameters, needed: ("plaintext", "missing plaintext to encrypt"))
        let hasContext = try items.checkContexts()
        guard items.isBatch || parameters["plaintext"] != nil else {
            throw LogicalFault.invalid("missing plaintext to encrypt")
        }
        func encrypt(_ key: TransitKey) throws -> TransitAnswer {
            try items.check(key.type)
            return try items.answer { item in
                let (text, version) = try key.encrypt(try item.secret("plaintext"), try item.use())
                return JSONObject(members: ["ciphertext": .string(text), "key_version": .integer(version)])
            }
        }
        guard try vault.transitKeyState(keySpace, keyName) == nil else {
            // The policy is asked for `update`; a rule that gives `create` alone is for keys that are not there.
            return try useKey(missing: "encryption key not found", encrypt).response(parameters)
        }
        return try encryptWithNewKey(isDerived: hasContext, encrypt).response(parameters)
    }

    /// Makes a key with its first use, for whoever may create there.
    private func encryptWithNewKey(
        isDerived: Bool,
        _ encrypt: (TransitKey) throws -> TransitAnswer
    ) throws -> TransitAnswer {
        var request = TransitKey.Request()
        request.type = try transitType() ?? .aes256
        request.isDerived = isDerived
        request.isConvergent = try parameters.flag("convergent_encryption") ?? false
        guard isDerived || !request.isConvergent else {
            throw LogicalFault.invalid(
                "convergent encryption requires derivation to be enabled, so context is required"
            )
        }
        guard request.type.cipherKeyBytes != nil else {
            throw LogicalFault.invalid("key type \(request.type.rawValue) not supported for this operation")
        }
        return try performOnKey(
            changing: true,
            exists: { try $0.transitKey(keySpace, keyName) != nil },
            { directory in
                if let key = try directory.transitKey(keySpace, keyName) { return try encrypt(key) }
                let key = try TransitKey(keyName, request, at: directory.time)
                try directory.keep(key, in: keySpace)
                return try encrypt(key)
            }
        )
    }

    func transitDecrypt() throws -> LogicalResponse {
        let items = try TransitItems(parameters, needed: ("ciphertext", "missing ciphertext to decrypt"))
        _ = try items.checkContexts()
        return try useKey(missing: "encryption key not found") { key in
            try items.check(key.type)
            return try items.answer(empty: JSONObject(members: ["plaintext": ""])) { item in
                let plaintext = try key.decrypt(try item.ciphertext(), try item.use())
                return JSONObject(members: ["plaintext": .string(Base64.encode(plaintext.reveal()))])
            }
        }
        .response(parameters)
    }

    func transitRewrap() throws -> LogicalResponse {
        let items = try TransitItems(parameters, needed: ("ciphertext", "missing ciphertext to decrypt"))
        _ = try items.checkContexts()
        let answer = try useKey(missing: "encryption key not found") { key in
            try items.check(key.type)
            return try items.answer { item in
                let use = try item.use()
                let (text, version) = try key.encrypt(try key.decrypt(try item.ciphertext(), use), use)
                return JSONObject(members: ["ciphertext": .string(text), "key_version": .integer(version)])
            }
        }
        return .data(answer.data)
    }

    func transitDataKey() throws -> LogicalResponse {
        let kind = routed["kind"]
        guard kind == "plaintext" || kind == "wrapped" else {
            throw LogicalFault.invalid("Invalid path, must be 'plaintext' or 'wrapped'")
        }
        let bits = try parameters.integer("bits") ?? 256
        let use = try TransitItem(parameters, index: nil).use()
        let answer = try useKey(missing: "encryption key not found") { key in
            let (plaintext, text, version) = try key.dataKey(bits: bits, use)
            var members = JSONObject(members: ["ciphertext": .string(text), "key_version": .integer(version)])
            if kind == "plaintext" { members["plaintext"] = .string(Base64.encode(plaintext.reveal())) }
            return TransitAnswer(data: members)
        }
        return .data(answer.data)
    }
}

extension TransitItem {
    /// What is to be decrypted.
    func ciphertext() throws(LogicalFault) -> String {
        guard let text = try text("ciphertext"), !text.isEmpty else { throw .invalid("missing ciphertext to decrypt") }
        return text
    }
}
