extension ValueType {
    /// Whether two values mean the same to a program that reads this type: `False` and `false` for a switch, `08` and
    /// `8` for a number, `90s` and `1m30s` for a length of time, lists in any order.
    ///
    /// Values that are malformed compare as text.
    ///
    /// - Parameters:
    ///   - left: A value.
    ///   - right: Another.
    /// - Returns: Whether they are the same.
    public func areEqual(_ left: String, _ right: String) -> Bool {
        left == right || canonical(left) == canonical(right)
    }

    /// One text for all forms of a value.
    func canonical(_ value: String) -> String {
        let all = Array(value.utf8)
        let bytes = all[...].trimmed
        switch self {
        case .boolean: return Scalars.boolean(bytes)?.description ?? value
        case .integer, .port: return Scalars.integer(bytes)?.description ?? value
        case .number: return Scalars.number(bytes)?.description ?? value
        case .duration:
            guard case .seconds(let seconds) = Scalars.duration(bytes) else { return value }
            return seconds.description
        case .hex, .awsRegion: return bytes.lowercased.text
        case .url, .httpOrigin: return Self.canonicalURL(bytes)
        case .httpOriginList: return Self.canonicalList(bytes) { Self.canonicalURL($0) }
        case .hostList: return Self.canonicalList(bytes) { $0.lowercased.text }
        case .emailList:
            // The part before the @ is the server's own; only the host has no case (RFC 5321, 2.4).
            return Self.canonicalList(bytes) { address in
                let at = address.lastIndex(of: UInt8(ascii: "@")) ?? address.startIndex
                return address[..<at].text + address[at...].lowercased.text
            }
        case .string, .text, .enumeration, .path, .json, .base64, .postgresURL, .sentryDSN, .awsAccessKeyID,
            .awsSecretKey, .s3Bucket, .secret:
            return value
        }
    }

    private static func canonicalList(_ bytes: Bytes, _ entry: (Bytes) -> String) -> String {
        Set(ListSyntax.entries(bytes).entries.map(entry)).sorted().joined(separator: ",")
    }

    /// Scheme and host in lower case, without the scheme's usual port, `/` for no path (RFC 3986, 6.2.2 and 6.2.3).
    private static func canonicalURL(_ bytes: Bytes) -> String {
        let url = URLSyntax(bytes)
        guard url.faults.isEmpty, let scheme = url.scheme else { return bytes.text }
        let host = url.hostKind == .ipv6 ? "[\(url.host.lowercased.text)]" : url.host.lowercased.text
        let port = url.port.flatMap { $0 == URLSyntax.usualPort(scheme: scheme) ? nil : ":\($0)" } ?? ""
        let user = url.userInfo.map { "\($0.text)@" } ?? ""
        let query = url.query.map { "?\($0.text)" } ?? ""
        let fragment = url.fragment.map { "#\($0.text)" } ?? ""
        return "\(scheme)://\(user)\(host)\(port)\(url.path.isEmpty ? "/" : url.path.text)\(query)\(fragment)"
    }
}
