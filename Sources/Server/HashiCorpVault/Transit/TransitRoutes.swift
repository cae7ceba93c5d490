internal import HTTPModel

/// The encryption service, as HashiCorp Vault's transit engine has it.
extension Route {
    static let transit: [Route] = [
        Route(.transit, "keys", [.list: .transitKeys]),
        Route(
            .transit,
            "keys/:name",
            [.read: .transitReadKey, .write: .transitCreateKey, .delete: .transitDeleteKey]
        ),
        Route(.transit, "keys/:name/config", [.write: .transitConfigure]),
        Route(.transit, "keys/:name/rotate", [.write: .transitRotate]),
        Route(.transit, "keys/:name/trim", [.write: .transitTrim]),
        Route(.transit, "encrypt/:name", [.write: .transitEncrypt]),
        Route(.transit, "decrypt/:name", [.write: .transitDecrypt]),
        Route(.transit, "rewrap/:name", [.write: .transitRewrap]),
        Route(.transit, "datakey/:kind/:name", [.write: .transitDataKey]),
        Route(.transit, "random", [.write: .transitRandom]),
        Route(.transit, "random/:source", [.write: .transitRandom]),
        Route(.transit, "random/:source/:bytes", [.write: .transitRandom]),
        Route(.transit, "hash", [.write: .transitHash]),
        Route(.transit, "hash/:algorithm", [.write: .transitHash]),
        Route(.transit, "hmac/:name", [.write: .transitCode]),
        Route(.transit, "hmac/:name/:algorithm", [.write: .transitCode]),
        Route(.transit, "sign/:name", [.write: .transitSign]),
        Route(.transit, "sign/:name/:algorithm", [.write: .transitSign]),
        Route(.transit, "verify/:name", [.write: .transitVerify]),
        Route(.transit, "verify/:name/:algorithm", [.write: .transitVerify]),
        Route(.transit, "export/:kind/:name", [.read: .transitExport]),
        Route(.transit, "export/:kind/:name/:version", [.read: .transitExport]),
        Route(.transit, "backup/:name", [.read: .transitBackup]),
        Route(.transit, "restore", [.write: .transitRestore]),
        Route(.transit, "restore/:name", [.write: .transitRestore]),
    ]
}

extension LogicalContext {
    /// Does a call of the encryption service.
    func respondAsTransit() throws -> LogicalResponse {
        switch routed.call {
        case .transitKeys: try listTransitKeys()
        case .transitReadKey: try readTransitKey()
        case .transitCreateKey: try createTransitKey()
        case .transitDeleteKey: try deleteTransitKey()
        case .transitConfigure: try configureTransitKey()
        case .transitRotate: try rotateTransitKey()
        case .transitTrim: try trimTransitKey()
        case .transitEncrypt: try transitEncrypt()
        case .transitDecrypt: try transitDecrypt()
        case .transitRewrap: try transitRewrap()
        case .transitDataKey: try transitDataKey()
        case .transitRandom: try transitRandom()
        case .transitHash: try transitHash()
        case .transitCode: try transitCode()
        case .transitSign: try transitSign()
        case .transitVerify: try transitVerify()
        case .transitExport: try exportTransitKey()
        case .transitBackup: try backUpTransitKey()
        case .transitRestore: try restoreTransitKey()
        // Logins, and what is told without the store, never come here.
        default: throw LogicalFault.unsupportedPath
        }
    }
}

/// Which calls are done on a thread of their own, outside of the group of requests: those that compute for longer than
/// others should wait. An encryption of a value of ordinary size is not among them.
enum TransitCost {
    /// What a body of this size, in bytes, or smaller asks for takes a few hundred microseconds at most, and with RSA keys
    /// some tens of milliseconds.
    static let small = 16 << 10

    /// Whether a request is one of those, if it is for the encryption service.
    static func isHigh(_ request: LogicalRequest) -> Bool {
        guard request.operation == .write else { return false }
        let segments = request.segments
        guard segments.count >= 2 else { return false }
        switch segments[1] {
        // RSA keys take up to seconds to make, and their signatures milliseconds.
        case "keys", "sign", "verify", "restore": return true
        case "encrypt", "decrypt", "rewrap", "hmac", "hash": return request.bodySize > small
        case "random": return true
        default: return false
        }
    }
}
