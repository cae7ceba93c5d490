/// Hosts: names (RFC 1123), IPv4 and IPv6 addresses (RFC 3986, 3.2.2; RFC 4291, 2.2).
enum HostSyntax {
    /// What a host turned out to be.
    enum Kind: Equatable {
        case name
        case ipv4
        case ipv6
    }

    /// What a host turned out not to be.
    enum Problem: Error, Equatable {
        case name
        case ipv4
        case ipv6
    }

    /// Tells what a host is. IPv6 addresses are given without brackets.
    ///
    /// - Parameter bytes: The host, percent-decoded.
    static func kind(_ bytes: Bytes) -> Result<Kind, Problem> {
        if bytes.contains(UInt8(ascii: ":")) {
            return isIPv6(bytes) ? .success(.ipv6) : .failure(.ipv6)
        }
        var labels = bytes.parts(at: UInt8(ascii: "."))
        // The root's empty label: `db.example.com.`
        if labels.count > 1, labels.last?.isEmpty == true { labels.removeLast() }
        // A last label of digits cannot be a top-level domain, so what has one means to be an address.
        if let last = labels.last, !last.isEmpty, last.allSatisfy(\.isDigit) {
            return isIPv4(bytes) ? .success(.ipv4) : .failure(.ipv4)
        }
        let isName = !bytes.isEmpty && bytes.count <= 253 && labels.allSatisfy(isLabel)
        return isName ? .success(.name) : .failure(.name)
    }

    /// Letters, digits and inner dashes. Underscores are let through: names of services in compose files have them.
    private static func isLabel(_ label: Bytes) -> Bool {
        !label.isEmpty && label.count <= 63 && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
            && label.allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }

    /// Four numbers from 0 to 255 without leading zeros, which some programs read as octal.
    static func isIPv4(_ bytes: Bytes) -> Bool {
        let parts = bytes.parts(at: UInt8(ascii: "."))
        return parts.count == 4
            && parts.allSatisfy { part in
                guard let number = part.decimal, number <= 255 else { return false }
                return part.count == 1 || part.first != UInt8(ascii: "0")
            }
    }

    /// Up to eight groups of four hexadecimal digits, one run of zero groups as `::`, the last two groups also as an
    /// IPv4 address. A zone (`%eth0`) may follow.
    static func isIPv6(_ bytes: Bytes) -> Bool {
        var address = bytes
        if let percent = address.firstIndex(of: UInt8(ascii: "%")) {
            guard percent + 1 < address.endIndex else { return false }
            address = address[..<percent]
        }
        let colon = UInt8(ascii: ":")
        var halves = [address]
        if let gap = address.indices.dropLast().first(where: { address[$0] == colon && address[$0 + 1] == colon }) {
            halves = [address[..<gap], address[(gap + 2)...]]
        }
        var groups = 0
        for (index, half) in halves.enumerated() where !half.isEmpty {
            var parts = half.parts(at: colon)
            let isLastHalf = index == halves.count - 1
            if isLastHalf, let last = parts.last, last.contains(UInt8(ascii: ".")) {
                guard isIPv4(last) else { return false }
                groups += 2
                parts.removeLast()
            }
            for part in parts {
                guard (1...4).contains(part.count), part.allSatisfy({ $0.hexValue != nil }) else { return false }
                groups += 1
            }
        }
        return halves.count == 1 ? groups == 8 : groups <= 7
    }

    /// The fault of a host that is none, to be read behind a variable's name.
    ///
    /// - Parameters:
    ///   - problem: What it turned out not to be.
    ///   - what: What has the fault: `a host`, `the host part of address 2`.
    static func fault(_ problem: Problem, in what: String) -> Fault {
        switch problem {
        case .name: Fault(TypeCodes.hostName, "has \(what) that is not a host name")
        case .ipv4: Fault(TypeCodes.ipv4, "has \(what) that looks like an IPv4 address and is none")
        case .ipv6: Fault(TypeCodes.ipv6, "has \(what) that looks like an IPv6 address and is none")
        }
    }
}
