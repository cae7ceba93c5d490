import Findings
import Manifest
import Secrets
import Testing

@Suite struct PostgresURLTests {
    /// What libpq 18 makes of the URLs (`PQconninfoParse`): user, password, hosts, ports, database, sslmode.
    static let asLibpq = [
        ("postgresql://user:password@host:5432/database", "user|password|host|5432|database|"),
        ("postgres://user:password@host/database", "user|password|host||database|"),
        ("postgresql://user:p%40ss%2Fw%23rd%25@host:5432/db", "user|p@ss/w#rd%|host|5432|db|"),
        ("postgresql://user:p:a:ss@host/db", "user|p:a:ss|host||db|"),
        ("postgresql://us%40er:pass@host/db", "us@er|pass|host||db|"),
        ("postgresql://user:pass@[::1]:5432/db", "user|pass|::1|5432|db|"),
        ("postgresql://user:pass@[2001:db8::7]/db", "user|pass|2001:db8::7||db|"),
        ("postgresql://user:pass@[2001:db8::7%25eth0]/db", "user|pass|2001:db8::7%eth0||db|"),
        ("postgresql://user:pass@192.0.2.1:5433/db", "user|pass|192.0.2.1|5433|db|"),
        ("postgresql://user:pass@a,b,c/db", "user|pass|a,b,c|,,|db|"),
        ("postgresql://user:pass@a:1,b:2,[::1]:3/db", "user|pass|a,b,::1|1,2,3|db|"),
        ("postgresql://user:pass@a:1,b,c:3/db", "user|pass|a,b,c|1,,3|db|"),
        ("postgresql://user:pass@%2Fvar%2Frun%2Fpostgresql/db", "user|pass|/var/run/postgresql||db|"),
        ("postgresql://user:pass@%2Ftmp:5433/db", "user|pass|/tmp|5433|db|"),
        ("postgresql://user@/db?host=/var/run/postgresql", "user||/var/run/postgresql||db|"),
        ("postgresql:///db?host=/var/run/postgresql&user=me", "me||/var/run/postgresql||db|"),
        ("postgresql://user:pass@/db?host=one,two&port=1,2", "user|pass|one,two|1,2|db|"),
        ("postgresql://user:pass@host/db?sslmode=require", "user|pass|host||db|require"),
        (
            "postgresql://user:pass@host/db?sslmode=verify-full&sslrootcert=/etc/ca.pem",
            "user|pass|host||db|verify-full"
        ),
        ("postgresql://user:pass@host/db?connect_timeout=10&application_name=my%20app", "user|pass|host||db|"),
        ("postgresql://user:pass@host/my%2Fdb", "user|pass|host||my/db|"),
        ("postgresql://user:pass@host/d%C3%A9", "user|pass|host||dé|"),
        ("postgresql://user:p%C3%A4ss@host/db", "user|päss|host||db|"),
        ("postgresql://user:pass@host.example.com./db", "user|pass|host.example.com.||db|"),
        ("postgresql://user:pass@db_1/db", "user|pass|db_1||db|"),
        ("postgresql://user:pass@host/db?options=-c%20search_path%3Dapp", "user|pass|host||db|"),
        ("postgresql://user:pass@host/db?target_session_attrs=read-write", "user|pass|host||db|"),
        ("postgresql://user:!$&'()*+,;=@host/db", "user|!$&'()*+,;=|host||db|"),
        ("postgresql://user:pass@host/db?ssl=true", "user|pass|host||db|require"),
        ("postgresql://host/db?user=u&password=p", "u|p|host||db|"),
    ]

    @Test(arguments: asLibpq)
    func `a URL is read as libpq reads it`(text: String, expected: String) {
        let (url, _) = PostgresURL.parse(Secret(text))
        let parts = [
            url.user ?? "", url.password?.reveal() ?? "", url.hosts.map(\.name).joined(separator: ","),
            url.hosts.map { $0.port.map(String.init) ?? "" }.joined(separator: ","), url.database ?? "",
            url.sslMode?.rawValue ?? "",
        ]
        #expect(parts.joined(separator: "|") == expected)
    }

    @Test(arguments: asLibpq.map(\.0))
    func `a URL that libpq reads as it is meant has no error`(text: String) {
        let errors = PostgresURL.parse(Secret(text)).faults.filter { $0.code.severity == .error }
        #expect(errors.isEmpty, "\(errors.map(\.code.id))")
    }

    /// One fault, one code: everything else about the URL is right.
    static let faults: [(String, [FindingCode])] = [
        ("mysql://user:pass@host/db", [TypeCodes.pgScheme]), ("user:pass@host/db", [TypeCodes.pgScheme]),
        ("POSTGRESQL://user:pass@host/db", [TypeCodes.pgScheme]),
        ("postgresql:/user:pass@host/db", [TypeCodes.pgScheme]),
        ("jdbc:postgresql://host/db", [TypeCodes.pgScheme]),
        ("postgresql+asyncpg://user:pass@host/db", [TypeCodes.pgDialect]),
        ("postgresql://:pass@host/db", [TypeCodes.pgUser]), ("postgresql://user@host/db", [TypeCodes.pgPassword]),
        ("postgresql://user:@host/db", [TypeCodes.pgPassword]), ("postgresql://user:pass@/db", [TypeCodes.pgHost]),
        ("postgresql://user:pass@:5432/db", [TypeCodes.pgHost]),
        ("postgresql://user:pass@host", [TypeCodes.pgDatabase]),
        ("postgresql://user:pass@host/", [TypeCodes.pgDatabase]),
        ("postgresql://user:pass@host?sslmode=require", [TypeCodes.pgDatabase]),
        ("postgresql://user:pass@host:port/db", [TypeCodes.pgPort]),
        ("postgresql://user:pass@host:0/db", [TypeCodes.pgPort]),
        ("postgresql://user:pass@host:65536/db", [TypeCodes.pgPort]),
        ("postgresql://user:pass@host:-1/db", [TypeCodes.pgPort]),
        ("postgresql://user:pass@a:1,b:x/db", [TypeCodes.pgPort]),
        ("postgresql://user:pass@h/db?port=x", [TypeCodes.pgPort]),
        ("postgresql://user:pass@host:/db", [TypeCodes.pgPortEmpty]),
        ("postgresql://user:p%ss@host/db", [TypeCodes.pgEscape]),
        ("postgresql://user:p%4@host/db", [TypeCodes.pgEscape]),
        ("postgresql://us%er:pass@host/db", [TypeCodes.pgEscape]),
        ("postgresql://user:pass@host/d%b", [TypeCodes.pgEscape]),
        ("postgresql://user:100%@host/db", [TypeCodes.pgEscape]),
        ("postgresql://user:p@ss@host/db", [TypeCodes.pgReserved]),
        ("postgresql://user:p/ss@host/db", [TypeCodes.pgReserved]),
        ("postgresql://user:p#ss@host/db", [TypeCodes.pgReserved]),
        ("postgresql://user:p?ss@host/db", [TypeCodes.pgReserved]),
        ("postgresql://user:p[ss@host/db", [TypeCodes.pgReserved]),
        ("postgresql://us@er:pass@host/db", [TypeCodes.pgReserved]),
        ("postgresql://user:p/s#s?@host:5432/db?sslmode=require", [TypeCodes.pgReserved]),
        ("postgresql://user:a/b@c@host/db", [TypeCodes.pgReserved]),
        ("postgresql://user:12/34@host/db", [TypeCodes.pgReserved]),
        ("postgresql://user:p@a/ss@host/db", [TypeCodes.pgDatabaseName]),
        ("postgresql://user:pass@host/a/b", [TypeCodes.pgDatabaseName]),
        ("postgresql://user:pa ss@host/db", [TypeCodes.pgBlank]),
        ("postgresql://user:p^ss@host/db", [TypeCodes.pgUnusual]),
        ("postgresql://user:p{s}s@host/db", [TypeCodes.pgUnusual]),
        ("postgresql://user:pässe@host/db", [TypeCodes.pgUnusual]),
        ("postgresql://user:pass@[::1/db", [TypeCodes.pgIPv6]), ("postgresql://user:pass@::1/db", [TypeCodes.pgIPv6]),
        ("postgresql://user:pass@[::g]/db", [TypeCodes.pgIPv6]),
        ("postgresql://user:pass@[1::2::3]:1/db", [TypeCodes.pgIPv6]),
        ("postgresql://user:pass@[host]/db", [TypeCodes.pgIPv6]),
        ("postgresql://user:pass@[::1]x/db", [TypeCodes.pgPort]),
        ("postgresql://user:pass@[]/db", [TypeCodes.pgHost]),
        ("postgresql://user:pass@-host/db", [TypeCodes.pgHostName]),
        ("postgresql://user:pass@a..b/db", [TypeCodes.pgHostName]),
        ("postgresql://user:pass@256.1.1.1/db", [TypeCodes.pgHostName]),
        ("postgresql://user:pass@1.2.3/db", [TypeCodes.pgHostName]),
        ("postgresql://user:pass@host!/db", [TypeCodes.pgHostName]),
        ("postgresql://user:pass@a,,b/db", [TypeCodes.pgEmptyHost]),
        ("postgresql://user:pass@a,/db", [TypeCodes.pgEmptyHost]),
        ("postgresql://user:pass@/db?host=a,b&port=1,2,3", [TypeCodes.pgPortCount]),
        ("postgresql://user:pass@/db?host=a,", [TypeCodes.pgEmptyHost]),
        ("postgresql://user:pass@/db?host=,/run", [TypeCodes.pgEmptyHost]),
        ("postgresql://user:pass@%2Frun:1:2/db", [TypeCodes.pgPort]),
        ("postgresql://user:pass@host/db?application_nam=", [TypeCodes.pgParameter]),
        ("postgresql://user:pass@a,b,c/db?port=1,2", [TypeCodes.pgPortCount]),
        ("postgresql://user:pass@host/db?ssl_mode=require", [TypeCodes.pgParameter]),
        ("postgresql://user:pass@host/db?a=b", [TypeCodes.pgParameter]),
        ("postgresql://user:pass@host/db?sslmode=require&sslmode=disable", [TypeCodes.pgDuplicate]),
        ("postgresql://user:pass@host/db?sslmode", [TypeCodes.pgParameterForm]),
        ("postgresql://user:pass@host/db?=x", [TypeCodes.pgParameterForm]),
        ("postgresql://user:pass@host/db?sslmode=require=x", [TypeCodes.pgParameterForm]),
        ("postgresql://user:pass@host/db?sslmode=require&", [TypeCodes.pgParameterForm]),
        ("postgresql://user:pass@host/db?sslmode=", [TypeCodes.pgParameterEmpty]),
        ("postgresql://user:pass@host/db?sslmode=required", [TypeCodes.pgSSLMode]),
        ("postgresql://user:pass@host/db?sslmode=REQUIRE", [TypeCodes.pgSSLMode]),
        ("postgresql://user:pass@host/db?sslmode=verify_full", [TypeCodes.pgSSLMode]),
        ("postgresql://user:pass@host/db?connect_timeout=ten", [TypeCodes.pgParameterValue]),
        ("postgresql://user:pass@host/db?target_session_attrs=rw", [TypeCodes.pgParameterValue]),
        ("postgresql://user:pass@host/db?sslmode=require&sslrootcert=system", [TypeCodes.pgParameterValue]),
        ("postgresql://user:pass@host/db?host=other", [TypeCodes.pgGivenTwice]),
        ("postgresql://user:pass@host/db?user=other", [TypeCodes.pgGivenTwice]),
        ("postgresql://user:pass@host/db?dbname=other", [TypeCodes.pgGivenTwice]),
        ("postgresql://user:pass@host:1/db?port=2", [TypeCodes.pgGivenTwice]),
        ("postgresql://user:pass@host/db#frag", [TypeCodes.pgFragment]),
        ("postgresql://user@host/db?password=pass", [TypeCodes.pgPasswordParameter]),
        ("postgresql://user:p%00@host/db", [TypeCodes.pgUnusable]),
        ("postgresql://user:p%ff@host/db", [TypeCodes.pgUnusable]),
        ("postgresql://user:pass@[::1]5432/db", [TypeCodes.pgPort]),
        // Sockets, certificates and files of passwords need no password in the URL.
        ("postgresql://user@%2Frun%2Fpostgresql/db", []), ("postgresql://user@host/db?passfile=/run/pass", []),
        ("postgresql://user@host/db?sslmode=verify-full&sslcert=/c&sslkey=/k", []),
        ("postgresql:///?service=app", []), ("postgresql://user:pass@host/db?schema=public&connection_limit=5", []),
        ("postgresql://user:pass@host/db?user_name=a@b", [TypeCodes.pgParameter]),
        ("postgresql://user@host:5432/db?application_name=a@b", [TypeCodes.pgPassword]),
        ("postgresql://user:pass@a,b/db?port=5433", []),
        // Several at once.
        ("postgresql://", [TypeCodes.pgUser, TypeCodes.pgPassword, TypeCodes.pgHost, TypeCodes.pgDatabase]),
        ("postgresql://user:pass@host:x/?sslmode=on", [TypeCodes.pgPort, TypeCodes.pgSSLMode, TypeCodes.pgDatabase]),
    ]

    @Test(arguments: faults)
    func `each fault has its own code, and no others follow from it`(text: String, codes: [FindingCode]) {
        #expect(PostgresURL.parse(Secret(text)).faults.map(\.code.id) == codes.map(\.id))
    }

    @Test(arguments: [
        ("postgresql://user:old@host:5432/db?sslmode=require", "postgresql://user:NEW@host:5432/db?sslmode=require"),
        ("postgres://user@host/db", "postgres://user:NEW@host/db"),
        ("postgres://user:@host/db", "postgres://user:NEW@host/db"),
        ("postgresql://us%40er:o%23ld@[::1],b/db", "postgresql://us%40er:NEW@[::1],b/db"),
        ("postgresql://user:o%ld@host/db", "postgresql://user:NEW@host/db"),
        (
            "postgresql://user@host/db?password=old&sslmode=require",
            "postgresql://user@host/db?password=NEW&sslmode=require"
        ),
        ("postgresql+asyncpg://user:old@host/db", "postgresql+asyncpg://user:NEW@host/db"),
        (" postgresql://user:old@host/db\n", nil), ("postgresql://user:o@ld@host/db", nil),
        ("postgresql://user:o/ld@host/db", nil),
        ("postgresql://host/db", nil), ("mysql://user:old@host/db", nil), ("postgresql://user:old@host/a/b@c", nil),
        ("postgresql://user:old@host/db?password=other", nil),
    ])
    func `a new password leaves the rest of the URL alone, or nothing is changed`(old: String, new: String?) {
        let password = Secret("n/w@#:%?é")
        let replaced = PostgresURL.replacingPassword(in: Secret(old), with: password)
        #expect(replaced?.reveal() == new?.replacing("NEW", with: "n%2Fw%40%23%3A%25%3F%C3%A9"))
        if let replaced { #expect(PostgresURL.parse(replaced).url.password == password) }
    }

    @Test func `a URL prints as dots`() {
        let (url, faults) = PostgresURL.parse(Secret("postgresql://canary1:canary2@canary3/canary4?canary5=canary6"))
        var dumped = ""
        dump(url, to: &dumped)
        for text in ["\(url)", String(reflecting: url), dumped, "\(faults)", "\([url])"] {
            #expect(!text.contains("canary"))
        }
    }

    @Test(arguments: [
        ("a", false), ("%2Frun", true), ("%2Frun,%2Ftmp", true), ("%2Frun,host", false),
    ])
    func `only sockets stay on the machine`(hosts: String, isLocal: Bool) {
        #expect(PostgresURL.parse(Secret("postgresql://u:p@\(hosts)/db")).url.isLocalSocket == isLocal)
    }

    @Test func `hostile URLs are read in linear time`() {
        for filling in ["@", ":", "/", "?", "#", "&", "=", ",", "%", "[", "]", "a@", ":@", "/@?", "&=", "%2"] {
            let grows = isLinear(7_500) { size in
                _ = PostgresURL.parse(Secret("postgresql://" + String(repeating: filling, count: size)))
            }
            #expect(grows, "\(filling)")
        }
    }
}
