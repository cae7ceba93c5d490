public import Findings
public import Manifest
internal import Secrets

extension Session {
    /// Judges what was resolved by the manifest's rules, and nothing else: what `run` asks before it starts something.
    ///
    /// - Parameter resolutions: What was resolved.
    /// - Returns: The findings, without the notes of files and repositories.
    public func check(_ resolutions: [Resolution]) throws -> [Finding] {
        // Fingerprints never leave this process, so the standard library's keyed hash is enough to tell values apart.
        let key = UInt64.random(in: .min ... .max)
        return Checker(project.manifest).check(resolutions) { value in
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
        return try storeIfThere()?.values(at: project.secretPath(in: environment)) != nil
    }

    /// Everything that can be said about environments and components without starting anything: values by the rules,
    /// files by what git and the file system say of them, templates by the manifest.
    ///
    /// - Parameters:
    ///   - environments: Which environments.
    ///   - components: Which components.
    /// - Returns: The findings, sorted as reports show them.
    public func inspect(environments: [Environment], components: [Component]) throws -> [Finding] {
        var findings = try Self.manifestFindings(from: project.root)
        let store = try storeIfThere()
        var resolutions: [Resolution] = []
        for environment in environments {
            for component in components {
                do {
                    // What this shell happens to export is not what a deployment will have: it is left out.
                    resolutions.append(try resolve(component, in: environment, store: store) { _ in nil })
                } catch let error as FileSyntaxError {
                    findings.append(
                        Finding(WorkspaceCodes.fileSyntax, at: error.place, error.message, fix: .advice(error.fix))
                    )
                } catch let error as WorkspaceError {
                    guard let file = error.file else { throw error }
                    let place = Place(file: file, environment: environment.name, component: component.name)
                    findings.append(
                        Finding(WorkspaceCodes.fileUnreadable, at: place, error.message, fix: .advice(error.fix))
                    )
                }
            }
        }
        findings += try check(resolutions)
        findings += fileFindings(components)
        return findings.sortedForReport()
    }

    /// What is wrong with the manifest itself.
    ///
    /// - Parameter folder: A folder of the project, absolute.
    public static func manifestFindings(from folder: String) throws -> [Finding] {
        let root = try Project.locate(from: folder)
        let bytes = try Project.manifestBytes(at: root)
        return ManifestReader.examine(bytes: bytes, file: Project.manifestName).findings
    }

    private func fileFindings(_ components: [Component]) -> [Finding] {
        FileInspection(project: project).findings(components)
    }
}
