public import Findings
public import Manifest
internal import Secrets

extension Session {
    /// Judges what was resolved by the manifest's rules, and nothing else: what `run` asks before it starts something.
    ///
    /// - Parameters:
    ///   - resolutions: What was resolved.
    /// - Returns: The findings, without the notes of files and repositories.
    ///   - others: What is looked at only where a rule compares values.
    public func check(_ resolutions: [Resolution], others: [Resolution] = []) throws -> [Finding] {
        // Fingerprints never leave this process, so the standard library's keyed hash is enough to tell values apart.
        let key = UInt64.random(in: .min ... .max)
        return Checker(project.manifest).check(resolutions, others: others) { value in
            var hasher = Hasher()
            hasher.combine(key)
            unsafe value.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
            return hasher.finalize()
        }
    }

    /// Whether there is anything to check in an environment: a file of a component, or a secret in the store.
    public func hasAnything(in environment: Environment) throws -> Bool {
        for component in project.manifest.components {
            let folder = project.folder(of: component)
            if component.files(in: environment).contains(where: { Files.exists(Paths.absolute($0, in: folder)) }) {
                return true
            }
        }
        switch try answer(about: environment) {
        // What may not be read may be there.
        case .refused, .there: return true
        case .nothing: return false
        }
    }

    /// Everything that can be said about environments and components without starting anything: values by the rules,
    /// files by what git and the file system say of them, templates by the manifest.
    ///
    /// Of an environment whose secrets may not be read only the files are looked at, and a finding says so.
    ///
    /// - Parameters:
    ///   - environments: Which environments.
    ///   - components: Which components.
    ///   - isNamed: Whether somebody asked for these environments by their names: one that may not be read is an error then.
    /// - Returns: The findings, sorted as reports show them.
    /// - Throws: The store's refusal when none of the environments may be read.
    public func inspect(
        environments: [Environment],
        components: [Component],
        isNamed: Bool = false
    ) throws -> [Finding] {
        var findings = try Self.manifestFindings(from: project.root)
        let store = try storeIfAdopted()
        var resolutions: [Resolution] = []
        var lines = LineInspection(session: self)
        let refused = try project.manifest.environments.compactMap { environment in
            try refusal(ofReading: environment).map { (environment, $0) }
        }
        let readable = environments.filter { one in !refused.contains { $0.0 == one } }
        if readable.isEmpty, let (_, refusal) = refused.first(where: { environments.contains($0.0) }) { throw refusal }
        for (environment, refusal) in refused {
            let isAsked = environments.contains(environment)
            findings.append(passedOver(environment, refusal, isNamed: isNamed && isAsked))
        }
        for environment in readable {
            for component in components {
                do {
                    // What this shell happens to export is not what a deployment will have: it is left out.
                    resolutions.append(try resolve(component, in: environment, store: store) { _ in nil })
                    lines.look(at: component, in: environment)
                } catch {
                    findings.append(try finding(about: error, component, environment))
                }
            }
        }
        findings += lines.findings
        let others = try others(than: readable, components, refused.map(\.0), store)
        findings += try check(resolutions, others: others).map(lines.pointed)
        findings += fileFindings(components, environments)
        return findings.sortedForReport()
    }

    /// What is not asked about, and has values all the same: a value must not be another environment's, and a condition
    /// may name another component's variable.
    private func others(
        than environments: [Environment],
        _ components: [Component],
        _ refused: [Environment],
        _ store: ProjectStore?
    ) throws -> [Resolution] {
        var others: [Resolution] = []
        for environment in project.manifest.environments where !refused.contains(environment) {
            let isAsked = environments.contains(environment)
            guard try isAsked || hasAnything(in: environment) else { continue }
            for component in project.manifest.components where !isAsked || !components.contains(component) {
                // What is wrong with their files is told when they are asked about.
                guard let one = try? resolve(component, in: environment, store: store, process: { _ in nil }) else {
                    continue
                }
                others.append(one)
            }
        }
        return others
    }

    /// A finding about a file that could not be used, so that the others are checked all the same.
    ///
    /// - Throws: The error itself when it is about no file.
    private func finding(
        about error: any Error,
        _ component: Component,
        _ environment: Environment
    ) throws -> Finding {
        if let error = error as? FileSyntaxError {
            return Finding(WorkspaceCodes.fileSyntax, at: error.place, error.message, fix: .advice(error.fix))
        }
        guard let error = error as? WorkspaceError, let file = error.file else { throw error }
        let place = Place(file: file, environment: environment.name, component: component.name)
        return Finding(WorkspaceCodes.fileUnreadable, at: place, error.message, fix: .advice(error.fix))
    }

    /// What is wrong with the manifest itself.
    ///
    /// - Parameter folder: A folder of the project, absolute.
    public static func manifestFindings(from folder: String) throws -> [Finding] {
        let root = try Project.locate(from: folder)
        let bytes = try Project.manifestBytes(at: root)
        return ManifestReader.examine(bytes: bytes, file: Project.manifestName).findings
    }

    private func fileFindings(_ components: [Component], _ environments: [Environment]) -> [Finding] {
        FileInspection(project: project) { [self] in try? readIfThere($0) }.findings(components, in: environments)
    }
}
