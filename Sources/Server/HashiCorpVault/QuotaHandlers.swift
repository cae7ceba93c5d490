internal import Findings
internal import SecretStore
internal import Vaulting

/// `sys/quotas`: how many requests a client may send.
extension LogicalContext {
    func listQuotas() throws -> LogicalResponse {
        try .keys(try perform(changing: false) { try $0.names(in: RateQuota.collection) })
    }

    func readQuota() throws -> LogicalResponse {
        let name = routed["name"]
        let found = try perform(changing: false) { directory in
            try directory.document(RateQuota.collection, name).flatMap { RateQuota(name, $0) }
        }
        guard let found else { throw LogicalFault.notFound }
        return .data(found.members)
    }

    func writeQuota() throws -> LogicalResponse {
        let name = routed["name"]
        try changeQuotas(exists: { try $0.document(RateQuota.collection, name) != nil }) { directory in
            let (all, _) = try RateQuota.all(directory)
            let old = all.first { $0.name == name }
            guard old != nil || all.count < RateQuota.most else {
                throw LogicalFault.invalid("there are \(RateQuota.most) quotas already")
            }
            let quota = try quota(replacing: old)
            if let same = all.first(where: { $0.name != name && $0.path == quota.path }) {
                throw LogicalFault.invalid("quota rule with similar properties exists under the name \"\(same.name)\"")
            }
            try directory.put(RateQuota.collection, name, quota.json)
        }
        return .empty
    }

    func deleteQuota() throws -> LogicalResponse {
        try changeQuotas { _ = try $0.remove(RateQuota.collection, routed["name"]) }
        return .empty
    }

    func readQuotaSettings() throws -> LogicalResponse {
        .data(try perform(changing: false) { try RateQuota.all($0).settings }.members)
    }

    func writeQuotaSettings() throws -> LogicalResponse {
        if try parameters.flag("enable_rate_limit_audit_logging") == true {
            // Whoever is refused is refused before anybody knows who it is, and must not be able to fill the log.
            throw LogicalFault.invalid(
                "this server counts refused requests, and does not write them into the audit log"
            )
        }
        if try !(parameters.list("absolute_rate_limit_exempt_paths") ?? []).isEmpty {
            throw LogicalFault.invalid("this server has one namespace: use rate_limit_exempt_paths")
        }
        let (paths, flag) = (
            try parameters.list("rate_limit_exempt_paths"), try parameters.flag("enable_rate_limit_response_headers")
        )
        if let paths {
            guard paths.count <= RateQuotaSettings.mostExempt, paths.allSatisfy({ $0.utf8.count <= 512 }) else {
                throw LogicalFault.invalid(
                    "more than \(RateQuotaSettings.mostExempt) exempt paths, or longer than 512 bytes"
                )
            }
        }
        try changeQuotas { directory in
            var settings = try RateQuota.all(directory).settings
            if let paths { settings.exempt = paths }
            if let flag { settings.showsHeaders = flag }
            try directory.put(RateQuotaSettings.collection, RateQuotaSettings.name, settings.json)
        }
        return .empty
    }

    /// Changes the quotas, and has them hold from the next request on.
    private func changeQuotas(
        exists: ((borrowing Directory) throws -> Bool)? = nil,
        _ body: (inout Directory) throws -> Void
    ) throws {
        let (quotas, settings) = try perform(changing: true, exists: exists) { directory in
            try body(&directory)
            return try RateQuota.all(directory)
        }
        adapter.limiter.take(quotas, settings)
    }

    /// The quota that the request describes: what it does not name stays.
    private func quota(replacing old: RateQuota?) throws(LogicalFault) -> RateQuota {
        if let role = try parameters.text("role"), !role.isEmpty {
            throw .invalid("this server has no quotas for roles")
        }
        if try parameters.flag("inheritable") == true, try !(parameters.text("path") ?? "").isEmpty {
            throw .invalid("only global quotas can be configured as inheritable")
        }
        var (path, isMount) = (old?.path ?? "", old?.isMount ?? false)
        if let text = try parameters.text("path") { (path, isMount) = try quotaPath(text) }
        let rate = try quotaRate() ?? old?.rate ?? 0
        guard rate > 0, rate.isFinite else { throw .invalid("'rate' is invalid") }
        let interval = try parameters.duration("interval") ?? 0
        guard interval >= 0 else { throw .invalid("'interval' is invalid") }
        let block = try parameters.duration("block_interval") ?? old?.blockInterval ?? 0
        guard block >= 0 else { throw .invalid("'block_interval' is invalid") }
        return RateQuota(
            routed["name"],
            path: path,
            isMount: isMount,
            rate: rate,
            interval: interval > 0 ? interval : old?.interval ?? 1,
            blockInterval: block
        )
    }

    private func quotaRate() throws(LogicalFault) -> Double? {
        switch parameters["rate"] {
        case nil: return nil
        case .integer(let number): return Double(number)
        case .number(let number): if let rate = Double(number.spelling) { return rate }
        case .string(let text): if let rate = Double(text) { return rate }
        default: break
        }
        throw LogicalParameters.mistyped("rate", "a number")
    }

    /// A path of a quota: nothing, a mount, or what is below one.
    private func quotaPath(_ text: String) throws(LogicalFault) -> (path: String, isMount: Bool) {
        guard text.utf8.count <= 512 else { throw .invalid("'path' is longer than 512 bytes") }
        let path = text.utf8.last == UInt8(ascii: "/") ? String(text.dropLast()) : text
        guard !path.isEmpty else { return ("", false) }
        guard let mount = table.find(path) else { throw .invalid("invalid mount path \"\(Principal(path).name)\"") }
        return (path, mount.path == path)
    }
}

extension RateQuota {
    /// Has the quotas of a mount go where it goes, or go with it.
    ///
    /// - Parameters:
    ///   - old: The path of the mount.
    ///   - new: What it becomes; nil when the mount is taken away, and then whatever is made there has no quota.
    /// - Returns: Everything about quotas, as it is then; nil when the mount has none.
    static func move(
        below old: String,
        to new: String?,
        _ directory: inout Directory
    ) throws(StoreError) -> (quotas: [RateQuota], settings: RateQuotaSettings)? {
        let own = try all(directory).quotas.filter { $0.path == old || $0.path.utf8.starts(with: (old + "/").utf8) }
        guard !own.isEmpty else { return nil }
        for var quota in own {
            if let new {
                quota.path = new + quota.path.dropFirst(old.count)
                try directory.put(collection, quota.name, quota.json)
            } else {
                try directory.remove(collection, quota.name)
            }
        }
        return try all(directory)
    }

    /// Everything about quotas.
    static func all(
        _ directory: borrowing Directory
    ) throws(StoreError) -> (quotas: [RateQuota], settings: RateQuotaSettings) {
        var quotas: [RateQuota] = []
        try directory.forEach(in: collection) { (name, document) in
            if let quota = RateQuota(name, document) { quotas.append(quota) }
        }
        let settings = try directory.document(RateQuotaSettings.collection, RateQuotaSettings.name)
            .map(RateQuotaSettings.init)
        return (quotas.sorted { $0.name < $1.name }, settings ?? RateQuotaSettings())
    }
}
