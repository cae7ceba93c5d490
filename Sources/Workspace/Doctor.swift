internal import DotEnv
public import Findings
public import Manifest
internal import Probes
internal import Secrets

/// Finds the cause of what people run into: a key that does not validate, a database that does not answer, a `.env`
/// file that is not loaded, a store that does not open. Each cause comes with what mends it.
public struct Doctor {
    private let session: Session
    private let environment: Environment

    /// A doctor for a project in one environment.
    public init(_ session: Session, environment: Environment) {
        self.session = session
        self.environment = environment
    }

    /// Looks at everything.
    ///
    /// - Parameter live: Whether databases are asked, too.
    /// - Returns: What was found, sorted.
    public func examine(live: Bool) throws -> [Finding] {
        var findings = storeFindings()
        // Behind a closed store every value would look missing: its own trouble comes first.
        let isOpen = !findings.contains { $0.code == DoctorCodes.storeClosed }
        if isOpen {
            findings += try session.inspect(
                environments: [environment],
                components: session.project.manifest.components
            )
        }
        for component in session.project.manifest.components {
            findings += loadingFindings(component)
        }
        if live && isOpen { findings += databaseFindings() }
        return findings.sortedForReport()
    }

    // MARK: The store

    private func storeFindings() -> [Finding] {
        let used = Finding(
            DoctorCodes.storeUsed,
            at: Place(file: Project.manifestName),
            "the store is \(session.place.shown): \(session.place.reason)",
            fix: .advice("--store or KEYFOLIO_STORE names another one")
        )
        switch session.place {
        case .file(let location): return [used] + fileFindings(location)
        case .server: return [used] + serverFindings()
        }
    }

    private func serverFindings() -> [Finding] {
        do {
            try session.store().greet()
            return []
        } catch {
            return [closed(error, Place(file: Project.manifestName))]
        }
    }

    private func closed(_ error: any Error, _ place: Place) -> Finding {
        let told = ToldError(error)
        return Finding(
            DoctorCodes.storeClosed,
            at: place,
            "the store cannot be used: \(told.message) (\(told.code))",
            fix: .advice(told.fix)
        )
    }

    private func fileFindings(_ location: StoreLocation) -> [Finding] {
        // A folder that cannot be entered is an error below, not a store that is missing.
        guard (try? location.hasStore()) ?? true else {
            do { try location.checkNotGone() } catch { return [closed(error, Place(file: location.database))] }
            return [
                Finding(
                    DoctorCodes.noStore,
                    at: Place(file: location.database),
                    "the project has no store yet",
                    fix: .command("keyfolio init")
                )
            ]
        }
        do {
            let verdict = try session.store().verifyAudit()
            guard let problem = verdict.problem else { return [] }
            return [
                Finding(
                    DoctorCodes.auditBroken,
                    at: Place(file: location.database),
                    "the audit log is not intact: \(problem)",
                    fix: .command("keyfolio audit verify")
                )
            ]
        } catch {
            return [closed(error, Place(file: location.database))]
        }
    }

    // MARK: ".env file not loaded"

    private func loadingFindings(_ component: Component) -> [Finding] {
        let folder = session.project.folder(of: component)
        let expected = component.files(in: environment)
        var findings: [Finding] = []
        let present = expected.filter { Files.exists(Paths.absolute($0, in: folder)) }
        for name in present {
            let path = Paths.absolute(name, in: folder)
            let place = Place(file: shown(path), component: component.name)
            guard let bytes = try? session.readIfThere(path) else {
                // Why is told with the values.
                guard Files.status(path)?.isRegular == true, Files.isReally(path, beneath: session.project.root) else {
                    continue
                }
                findings.append(
                    Finding(
                        DoctorCodes.unreadable,
                        at: place,
                        "\(shown(path)) is there and cannot be read by \(User.name)",
                        fix: .command("chmod 600 \(shown(path))")
                    )
                )
                continue
            }
            findings += disagreements(bytes, component, place)
        }
        if present.isEmpty, let stray = strayFile(expected, folder) {
            findings.append(
                Finding(
                    DoctorCodes.misplaced,
                    at: Place(file: shown(stray), component: component.name),
                    "\(component.name) reads its files in \(component.folder), and this one is elsewhere",
                    fix: .command("mv \(shown(stray)) \(shown(Paths.absolute(expected[0], in: folder)))")
                )
            )
        }
        if component.dialect == "python", !present.isEmpty, session.isTrusted, !pythonHasDotEnv() {
            findings.append(
                Finding(
                    DoctorCodes.noReader,
                    at: Place(component: component.name),
                    "python3 has no module dotenv, so \(component.name) cannot read its .env file by itself",
                    fix: .command("pip install python-dotenv")
                )
            )
        }
        return findings
    }

    /// Lines that the component's own reader takes in another way than Keyfolio.
    private func disagreements(_ bytes: [UInt8], _ component: Component, _ place: Place) -> [Finding] {
        guard let reader = component.dialect.flatMap(Dialect.named), reader != .keyfolio else { return [] }
        return DotEnvDocument.explain(bytes: bytes, readers: [.keyfolio, reader]).map { disagreement in
            var place = place
            place.line = disagreement.line
            return Finding(
                DoctorCodes.readsOtherwise,
                at: place,
                "\(reader.id), which reads this file in \(component.name), takes something else from this line",
                fix: .command("keyfolio dotenv explain \(place.file ?? "")")
            )
        }
    }

    /// A file of the right name in the project's top folder or the current one.
    private func strayFile(_ names: [String], _ folder: String) -> String? {
        for base in [session.project.root, Paths.current] where base != folder {
            let taken = session.project.manifest.components.contains { session.project.folder(of: $0) == base }
            if taken { continue }
            for name in names where !name.contains("/") {
                let path = Paths.join(base, name)
                if Files.exists(path) { return path }
            }
        }
        return nil
    }

    /// Whether Python finds the module; asked in a place and a mode in which nothing of the repository is on its path.
    private func pythonHasDotEnv() -> Bool {
        // The isolated mode leaves the user's own packages out, where pip may well have put it.
        let probe = """
            import importlib.util, site, sys
            sys.path.append(site.getusersitepackages())
            sys.exit(importlib.util.find_spec('dotenv') is None)
            """
        return Tool.run(["python3", "-I", "-c", probe], in: "/").map { $0.status == 0 } ?? true
    }

    // MARK: "Database connection failed"

    private func databaseFindings() -> [Finding] {
        guard session.isTrusted else {
            // A URL of somebody else's making may name any host of the network that this machine is in.
            let isNeeded = session.project.manifest.variables.contains { $0.type == .postgresURL }
            guard isNeeded else { return [] }
            return [
                Finding(
                    DoctorCodes.notAsked,
                    at: Place(file: Project.manifestName),
                    "databases were not asked, because nobody ran keyfolio init in this folder",
                    fix: .command("keyfolio init")
                )
            ]
        }
        guard let store = try? session.storeIfThere() else { return databaseFindings(store: nil) }
        return databaseFindings(store: store)
    }

    private func databaseFindings(store: ProjectStore?) -> [Finding] {
        var seen: Swift.Set<String> = []
        var findings: [Finding] = []
        for component in session.project.manifest.components {
            // A file could name a host with a variable of the shell in it, and asking for that host would tell it.
            let found = try? session.resolve(
                component,
                in: environment,
                store: store,
                process: { _ in nil },
                interpolation: .nothing
            )
            guard let resolution = found else { continue }
            for resolved in resolution.variables where resolved.variable.type == .postgresURL {
                guard let value = resolved.value, seen.insert(resolved.variable.name).inserted else { continue }
                var place = Place(
                    variable: resolved.variable.name,
                    environment: environment.name,
                    component: component.name
                )
                if case .file(let path, let line) = resolved.origin { (place.file, place.line) = (path, line) }
                findings += PostgresProbe.check(value, at: place)
            }
        }
        return findings
    }

    private func shown(_ path: String) -> String { Paths.relative(path, to: session.project.root) }
}

/// What only the doctor looks at.
public enum DoctorCodes {
    /// No store.
    public static let noStore = FindingCode(
        "KF-DOC-001",
        title: "The project has no store",
        severity: .note,
        reason: "Secrets can only come from files until there is one.",
        remedy: "keyfolio init"
    )
    /// Store does not open.
    public static let storeClosed = FindingCode(
        "KF-DOC-002",
        title: "The store does not open",
        severity: .error,
        reason: "Nothing in it can be read, and applications do not start.",
        remedy: "What the message says; from a backup: keyfolio restore."
    )
    /// Log broken.
    public static let auditBroken = FindingCode(
        "KF-DOC-003",
        title: "The audit log is not intact",
        severity: .error,
        reason: "Somebody changed the store's file from outside.",
        remedy: "Keep the file as evidence, rotate every secret, and restore a backup."
    )
    /// Unreadable.
    public static let unreadable = FindingCode(
        "KF-DOC-004",
        title: "A .env file cannot be read by the user",
        severity: .error,
        reason: "An application under this user starts without its values.",
        remedy: "chmod 600, or chown to the user."
    )
    /// Misplaced.
    public static let misplaced = FindingCode(
        "KF-DOC-005",
        title: "A .env file is in another folder than its component",
        severity: .error,
        reason: "Readers look in the folder that the application is started in.",
        remedy: "Move it to the component."
    )
    /// No reader.
    public static let noReader = FindingCode(
        "KF-DOC-006",
        title: "The component's reader of .env files is not installed",
        severity: .warning,
        reason: "The application does not see the file's values unless something else passes them.",
        remedy: "Install it, or start the application with keyfolio run."
    )
    /// Reads otherwise.
    public static let readsOtherwise = FindingCode(
        "KF-DOC-007",
        title: "The component's own reader takes something else from a line",
        severity: .warning,
        reason: "A value that was checked is not the value that the application gets.",
        remedy: "Write the value in a form that both read the same: keyfolio dotenv lint."
    )

    /// Databases not asked.
    public static let notAsked = FindingCode(
        "KF-DOC-008",
        title: "Databases were not asked, because nobody adopted the folder",
        severity: .note,
        reason: "A repository may name any host and have it called from this machine, before anybody has read it.",
        remedy: "keyfolio init, when the repository is to be trusted."
    )

    /// Which store.
    public static let storeUsed = FindingCode(
        "KF-DOC-009",
        title: "Which store is used, and why",
        severity: .note,
        reason: "Values that are missing or old are often those of another store than one thinks.",
        remedy: "--store or KEYFOLIO_STORE names another one; keyfolio logout goes back to this machine's own."
    )

    /// Every code of this file.
    public static let all: [FindingCode] = [
        storeUsed, noStore, storeClosed, auditBroken, unreadable, misplaced, noReader, readsOtherwise, notAsked,
    ]
}
