public import Findings

extension TypeCodes {
    /// No scheme in front.
    public static let urlScheme = FindingCode(
        "KF-TYPE-020",
        title: "A URL has no scheme",
        severity: .error,
        reason: "Without `https://` or the like a program cannot tell a URL from a path.",
        remedy: "Put the scheme in front: `https://host/`."
    )
    /// No host.
    public static let urlHost = FindingCode(
        "KF-TYPE-021",
        title: "A URL has no host",
        severity: .error,
        reason: "There is nothing to connect to.",
        remedy: "Write the host behind `://`."
    )
    /// A character that must be encoded.
    public static let urlCharacter = FindingCode(
        "KF-TYPE-022",
        title: "A URL has a character that must be percent-encoded",
        severity: .error,
        reason: """
            Blanks, quotes, angle brackets and letters beyond ASCII end the URL for some programs and not for \
            others.
            """,
        remedy: "Percent-encode it, for example a blank as `%20`."
    )
    /// A percent sign without two digits behind it.
    public static let urlEscape = FindingCode(
        "KF-TYPE-023",
        title: "A URL has a broken percent-encoding",
        severity: .error,
        reason: "A percent sign begins an encoded byte; programs refuse the URL or read another value.",
        remedy: "Write a literal percent sign as `%25`."
    )
    /// A port that is none.
    public static let urlPort = FindingCode(
        "KF-TYPE-024",
        title: "A URL's port is not a port",
        severity: .error,
        reason: "Ports are whole numbers from 1 to 65535.",
        remedy: "Correct the number behind the host's colon, or leave it out."
    )
    /// Not a host name.
    public static let hostName = FindingCode(
        "KF-TYPE-025",
        title: "A host's name is not a host name",
        severity: .error,
        reason: """
            Names consist of letters, digits and dashes, in parts of at most 63 characters with dots between (RFC \
            1123).
            """,
        remedy: "Correct the name; write letters beyond ASCII in Punycode (`xn--…`)."
    )
    /// Numbers that look like an IPv4 address and are none.
    public static let ipv4 = FindingCode(
        "KF-TYPE-026",
        title: "An IPv4 address is malformed",
        severity: .error,
        reason: "An address has four numbers from 0 to 255; programs read other forms each in their own way.",
        remedy: "Correct the address."
    )
    /// Not an IPv6 address.
    public static let ipv6 = FindingCode(
        "KF-TYPE-027",
        title: "An IPv6 address is malformed",
        severity: .error,
        reason: "The address has up to eight groups of four hexadecimal digits (RFC 4291).",
        remedy: "Correct the address, and put it in brackets in a URL: `[::1]`."
    )
    /// Neither http nor https.
    public static let originScheme = FindingCode(
        "KF-TYPE-028",
        title: "An origin's scheme is neither http nor https",
        severity: .error,
        reason: "Browsers send HTTP origins only in these two schemes.",
        remedy: "Write `https://host`."
    )
    /// More than scheme, host and port.
    public static let originExtra = FindingCode(
        "KF-TYPE-029",
        title: "An origin has more than scheme, host and port",
        severity: .error,
        reason: "Browsers send the origin without a path, so one with a path (even a final `/`) never matches.",
        remedy: "Remove what follows the host and port."
    )
    /// A user in an origin.
    public static let originCredentials = FindingCode(
        "KF-TYPE-030",
        title: "An origin has a user name in it",
        severity: .error,
        reason: "Browsers never send one in an origin, so it never matches.",
        remedy: "Remove it, with the `@`."
    )
    /// Nothing between two commas.
    public static let emptyEntry = FindingCode(
        "KF-TYPE-040",
        title: "A list has an empty entry",
        severity: .error,
        reason: "Programs take the empty entry for a name, or fail on it.",
        remedy: "Remove the comma that is too many."
    )
    /// A blank beside a comma.
    public static let blanksInList = FindingCode(
        "KF-TYPE-041",
        title: "A list has blanks between its entries",
        severity: .warning,
        reason: "Programs that only split at commas keep the blank as part of the entry, which then matches nothing.",
        remedy: "Separate the entries by commas alone."
    )
    /// The same entry again.
    public static let duplicateEntry = FindingCode(
        "KF-TYPE-042",
        title: "A list has an entry twice",
        severity: .warning,
        reason: "One of the two is probably meant to be another.",
        remedy: "Remove one of them."
    )
    /// Brackets around or another separator in a list.
    public static let notAList = FindingCode(
        "KF-TYPE-043",
        title: "A list is not separated by commas",
        severity: .error,
        reason: "Entries are separated by commas, without brackets and quotes.",
        remedy: "Write `a,b,c`."
    )
    /// More than a host in a list of hosts.
    public static let hostExtra = FindingCode(
        "KF-TYPE-044",
        title: "A list of hosts has a URL or a port in it",
        severity: .error,
        reason: "Host names are compared without scheme, port and path, so the entry never matches.",
        remedy: "Leave only the host's name."
    )
    /// Not one @ sign.
    public static let mailAt = FindingCode(
        "KF-TYPE-045",
        title: "A mail address has no @ or too many",
        severity: .error,
        reason: "Mail to it cannot be sent.",
        remedy: "Write `name@host`; separate addresses by commas."
    )
    /// A bad part before the @ sign.
    public static let mailLocal = FindingCode(
        "KF-TYPE-046",
        title: "The name part of a mail address is malformed",
        severity: .error,
        reason: "Mail servers refuse it (RFC 5321, 4.1.2).",
        remedy: "Correct what stands before the @."
    )
    /// A bad part behind the @ sign.
    public static let mailDomain = FindingCode(
        "KF-TYPE-047",
        title: "The host part of a mail address is malformed",
        severity: .error,
        reason: "Mail to it cannot be delivered.",
        remedy: "Correct what stands behind the @."
    )
    /// A display name.
    public static let mailName = FindingCode(
        "KF-TYPE-048",
        title: "A mail address has a display name",
        severity: .error,
        reason: "The list takes bare addresses; a comma in a display name would split it.",
        remedy: "Leave only the address, without name and angle brackets."
    )

    static let network: [FindingCode] = [
        urlScheme, urlHost, urlCharacter, urlEscape, urlPort, hostName, ipv4, ipv6, originScheme, originExtra,
        originCredentials, emptyEntry, blanksInList, duplicateEntry, notAList, hostExtra, mailAt, mailLocal,
        mailDomain, mailName,
    ]
}
