public import Findings
public import Secrets

/// Asks the database of a PostgreSQL URL what only it can tell: whether it answers, and what the role may do.
///
/// Nothing is written there. Neither the URL nor what the server said is repeated in a finding.
public enum PostgresProbe {
    /// Connects and looks.
    ///
    /// - Parameters:
    ///   - url: A connection URI as libpq reads it.
    ///   - place: Where the URL came from, for the findings.
    ///   - seconds: How long all of it may take.
    /// - Returns: What was found; a single note when all is well.
    public static func check(_ url: Secret<String>, at place: Place, seconds: Int = 10) -> [Finding] {
        guard let library = LibPQ() else {
            return [
                Finding(
                    PostgresCodes.libraryMissing,
                    at: place,
                    "libpq is not installed, so the database was not asked",
                    fix: .command("apt-get install libpq5")
                )
            ]
        }
        let target = PostgresTarget(url, library, most: seconds)
        let connection = PostgresConnection(library, url: url, target: target, seconds: seconds)
        if connection.failure == .noEncryption, target?.mustBeEncrypted == true {
            return [
                Finding(
                    PostgresCodes.notEncrypted,
                    at: place,
                    "the server offers no encryption, so it was given no password and asked nothing",
                    fix: .advice(
                        "Set ssl = on with a certificate on the server, and add sslmode=verify-full to the URL."
                    )
                )
            ]
        }
        if let failure = connection.failure { return [finding(for: failure, at: place)] }
        let problems = encryption(connection, place) + rights(connection, place) + storage(connection, place)
        if connection.isLate { return problems + [finding(for: .timedOut, at: place)] }
        guard problems.isEmpty else { return problems }
        return [
            Finding(PostgresCodes.healthy, at: place, "the database answers, and the role has no more than it needs")
        ]
    }

    private static func finding(for failure: PostgresFailure, at place: Place) -> Finding {
        func make(_ code: FindingCode, _ message: String, _ fix: String) -> Finding {
            Finding(code, at: place, message, fix: .advice(fix))
        }
        switch failure {
        case .badURL:
            return make(
                PostgresCodes.unreachable,
                "PostgreSQL's library cannot read the URL",
                "Run keyfolio check: it names the part that is wrong."
            )
        case .unknownHost:
            return make(
                PostgresCodes.unreachable,
                "the URL's host name does not resolve",
                "Correct the host in the URL, or the name service."
            )
        case .refused:
            return make(
                PostgresCodes.unreachable,
                "nothing listens at the URL's host and port",
                "Start PostgreSQL (pg_lsclusters shows what runs), or correct host and port."
            )
        case .timedOut:
            return make(
                PostgresCodes.unreachable,
                "the URL's host does not answer in time",
                "Check the network and its firewalls between here and the database."
            )
        case .noRoute:
            return make(
                PostgresCodes.unreachable,
                "there is no way through the network to the URL's host",
                "Check the network and its firewalls between here and the database."
            )
        case .notReady:
            return make(
                PostgresCodes.unreachable,
                "the server is starting or stopping",
                "Wait until it accepts connections (pg_isready tells), or look into its log."
            )
        case .tooManyConnections:
            return make(
                PostgresCodes.unreachable,
                "the server has no connection left",
                "Close idle connections, or raise max_connections."
            )
        case .wrongPassword:
            return make(
                PostgresCodes.refusedCredentials,
                "the server refuses the password",
                "Set the right password in the URL (percent-encoded), or ALTER ROLE … PASSWORD."
            )
        case .unknownRole:
            return make(
                PostgresCodes.refusedCredentials,
                "the server does not know the user, or lets it not log in",
                "Correct the user in the URL, or CREATE ROLE … LOGIN."
            )
        case .notAllowed:
            return make(
                PostgresCodes.refusedCredentials,
                "the server's pg_hba.conf does not allow this connection",
                "Add a hostssl line for this user, database and address to pg_hba.conf."
            )
        case .noConnectRight:
            return make(
                PostgresCodes.refusedCredentials,
                "the URL's role may not connect to the database",
                "GRANT CONNECT ON DATABASE … TO the role."
            )
        case .unknownDatabase:
            return make(
                PostgresCodes.unknownDatabase,
                "the server has no database of the URL's name",
                "Correct the database's name, or CREATE DATABASE."
            )
        case .noEncryption:
            return make(
                PostgresCodes.encryption,
                "the URL asks for TLS and the server does not offer it",
                "Set ssl = on with a certificate in postgresql.conf."
            )
        case .handshake:
            return make(
                PostgresCodes.encryption,
                "the server and PostgreSQL's library agree on no TLS",
                "Compare ssl_min_protocol_version and ssl_ciphers on the server with what this machine's OpenSSL allows."
            )
        case .certificate:
            return make(
                PostgresCodes.encryption,
                "the server's certificate does not verify",
                "Give sslrootcert=FILE with the authority that signed it, and a host that the certificate names."
            )
        case .other:
            return make(
                PostgresCodes.unreachable,
                "the connection failed for a reason that is not known here",
                "Try psql with the same URL; its message may repeat parts of the URL."
            )
        }
    }

    private static func encryption(_ connection: PostgresConnection, _ place: Place) -> [Finding] {
        // A Unix socket has no address: nobody is on its way.
        let query =
            "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND inet_server_addr() IS NOT NULL"
        let answer = connection.rows(query)
        guard answer?.first?.first == "f" else { return [] }
        return [
            Finding(
                PostgresCodes.notEncrypted,
                at: place,
                "the connection to the database is in the clear",
                fix: .advice("Add sslmode=verify-full to the URL.")
            )
        ]
    }

    private static func rights(_ connection: PostgresConnection, _ place: Place) -> [Finding] {
        let query = """
            SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
                   (SELECT pg_get_userbyid(datdba) = current_user FROM pg_database WHERE datname = current_database())
            FROM pg_roles WHERE rolname = current_user
            """
        guard let row = connection.rows(query)?.first, row.count == 6 else { return [] }
        if row[0] == "t" {
            return [
                Finding(
                    PostgresCodes.superuser,
                    at: place,
                    "the URL's role is a superuser",
                    fix: .advice("CREATE ROLE app LOGIN; GRANT it rights on its own tables; use it in the URL.")
                )
            ]
        }
        var findings: [Finding] = []
        let names = ["CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS"]
        let held = zip(names, row[1...4]).filter { $0.1 == "t" }.map(\.0)
        if !held.isEmpty {
            findings.append(
                Finding(
                    PostgresCodes.attributes,
                    at: place,
                    "the URL's role has \(held.joined(separator: ", "))",
                    fix: .advice("ALTER ROLE … \(held.map { "NO\($0)" }.joined(separator: " "));")
                )
            )
        }
        let dangerous = [
            "pg_execute_server_program", "pg_read_server_files", "pg_write_server_files", "pg_read_all_data",
            "pg_write_all_data",
        ]
        let list = dangerous.map { "'\($0)'" }.joined(separator: ", ")
        let memberships = connection.rows(
            "SELECT rolname FROM pg_roles WHERE rolname IN (\(list)) AND pg_has_role(current_user, oid, 'MEMBER')"
        )
        for name in (memberships ?? []).compactMap(\.first) where dangerous.contains(name) {
            findings.append(
                Finding(
                    PostgresCodes.dangerousRole,
                    at: place,
                    "the URL's role is a member of \(name)",
                    fix: .advice("REVOKE \(name) FROM the role;")
                )
            )
        }
        if row[5] == "t" {
            findings.append(
                Finding(
                    PostgresCodes.ownsDatabase,
                    at: place,
                    "the URL's role owns the database",
                    fix: .advice("ALTER DATABASE … OWNER TO a role without login, and GRANT that role.")
                )
            )
        }
        return findings
    }

    private static func storage(_ connection: PostgresConnection, _ place: Place) -> [Finding] {
        guard connection.rows("SHOW password_encryption")?.first?.first == "md5" else { return [] }
        return [
            Finding(
                PostgresCodes.oldHash,
                at: place,
                "the server stores new passwords as MD5",
                fix: .advice("ALTER SYSTEM SET password_encryption = 'scram-sha-256', then set the passwords anew.")
            )
        ]
    }
}
