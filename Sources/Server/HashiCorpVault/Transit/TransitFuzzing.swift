internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

/// What the fuzz target drives: the parsers of the encryption service, with the invariants that hold for any input.
public enum TransitFuzzing {
    /// Reads a text as a ciphertext, a signature and a code, and tries to open it.
    ///
    /// - Returns: False when an invariant is broken: a text that nobody made opens or verifies, or an error shows what was
    ///   sent.
    public static func readsText(_ text: String) -> Bool {
        for sort in [VersionedText.Sort.ciphertext, .signature, .code] {
            do throws(TransitError) {
                let read = try VersionedText(text, sort)
                // By bytes: a mark after the colon is one character with it.
                guard (0..<1_000_000_000).contains(read.version),
                    text.utf8.reversed().starts(with: read.rest.utf8.reversed())
                else { return false }
            } catch {
                guard isPlain(error.message) else { return false }
            }
        }
        guard let keys = Self.keys else { return true }
        let message = Secret(Array("message".utf8))
        for key in keys {
            do throws(TransitError) {
                if key.type.supportsEncryption {
                    _ = try key.decrypt(text, TransitKey.Use())
                    return false
                }
                if key.type.supportsSigning, try key.isValid(text, for: message, TransitSigning()) { return false }
                if try key.isValid(code: text, for: message, .sha2x256) { return false }
            } catch {
                guard isPlain(error.message) else { return false }
            }
        }
        return true
    }

    /// Reads the body of a request as encryption would, and decrypts what comes out.
    ///
    /// - Returns: False when an invariant is broken: what was encrypted does not come back, the answers are not as many as
    ///   the items, or an error is not one of the request.
    public static func readsBody(_ body: [UInt8]) -> Bool {
        guard let object = (try? JSONValue(parsing: body, limits: LogicalLimits.json))?.asObject,
            let key = keys?.first
        else { return true }
        let parameters = LogicalParameters(object)
        do {
            let items = try TransitItems(parameters, needed: ("plaintext", "missing plaintext to encrypt"))
            _ = try items.checkContexts()
            let answer = try items.answer { item in
                let (plaintext, use) = (try item.secret("plaintext"), try item.use())
                let text = try key.encrypt(plaintext, use).text
                guard try key.decrypt(text, use) == plaintext else { throw LogicalFault(500, "it did not come back") }
                return JSONObject()
            }
            _ = try answer.response(parameters)
            return answer.failures + answer.successes == items.items.count
        } catch {
            let fault = error is TransitError ? LogicalFault(400) : LogicalFault(any: error)
            return fault.status == 400 && fault.errors.allSatisfy(isPlain)
        }
    }

    /// Reads a backup.
    ///
    /// - Returns: False when an invariant is broken: a key that was read does not come back the same.
    public static func readsBackup(_ json: [UInt8]) -> Bool {
        do throws(TransitError) {
            let key = try TransitKey(restoring: Secret(Base64.encode(json)), as: "k")
            guard key.isExportable, key.allowsPlaintextBackup else { return true }
            let again = try TransitKey(restoring: try key.backup(), as: nil)
            return try again.backup() == key.backup()
        } catch {
            return isPlain(error.message)
        }
    }

    private static let keys: [TransitKey]? = try? [TransitKeyType.aes256, .ed25519, .ecdsaP256, .hmac].map { type in
        var request = TransitKey.Request()
        request.type = type
        return try TransitKey("k", request, at: Timestamp(microseconds: 0))
    }

    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count < 512 && text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }
}
