internal import DotEnv
internal import Findings
internal import Manifest
internal import Secrets

/// Asks the file system and git about a project's `.env` files, and has them judged.
struct FileInspection {
    let project: Project
    /// Reads a file's bytes, where it may be read.
    let read: (String) -> [UInt8]?

    /// What is wrong with the files of components in environments, and with committed `.env` files anywhere in the
    /// project when all of its components are asked for.
    func findings(_ components: [Component], in environments: [Environment]) -> [Finding] {
        var paths: [String] = []
        for component in components {
            let folder = project.folder(of: component)
            let names = Swift.Set(
                Files.names(in: folder).filter(ProjectTree.isEnvironmentFile)
                    + project.manifest.environments.flatMap { component.files(in: $0) }
            )
            paths += names.sorted().map { Paths.absolute($0, in: folder) }.filter { Files.exists($0) }
        }
        let answer = GitRepository.ask(about: paths, in: project.root)
        let prefix = project.root + "/"
        let strays = (answer?.environmentFiles ?? []).filter { $0.hasPrefix(prefix) && !paths.contains($0) }
        let facts = (paths + strays).compactMap { self.facts(of: $0, answer) }
        let chosen = Swift.Set(components.map(\.name))
        let isWhole = chosen.isSuperset(of: project.manifest.components.map(\.name))
        let judged = FileCheck.findings(facts, in: project.manifest).filter { finding in
            guard let name = finding.place.component else { return isWhole }
            guard chosen.contains(name) else { return false }
            // A file that several environments read is judged as the first one's.
            guard finding.place.environment != nil, let component = components.first(where: { $0.name == name }),
                let file = finding.place.file
            else { return true }
            let path = Paths.absolute(file, in: project.root)
            let folder = project.folder(of: component)
            return environments.contains { environment in
                component.files(in: environment).contains { Paths.absolute($0, in: folder) == path }
            }
        }
        return judged + components.flatMap(templateFindings)
    }

    private func facts(of path: String, _ answer: GitRepository.Answer?) -> FileFacts? {
        guard let status = Files.status(path), !status.isFolder else { return nil }
        return FileFacts(
            path: Paths.relative(path, to: project.root),
            mode: status.mode,
            isTracked: answer?.tracked.contains(path) ?? false,
            isIgnored: answer.flatMap { $0.asked.contains(path) ? $0.ignored.contains(path) : nil },
            isOwnedByOther: status.owner != User.id && status.owner != 0,
            isSymlink: Files.status(path, following: false)?.isLink ?? false,
            holdsSecret: holdsSecret(path)
        )
    }

    /// Whether a declared secret has a value in a file: one that `keyfolio import --move` takes out.
    private func holdsSecret(_ path: String) -> Bool {
        guard let bytes = read(path), let document = try? DotEnvDocument(parsing: bytes),
            let values = try? document.values(environment: { _ in nil }, interpolate: false)
        else { return false }
        let secrets = Swift.Set(project.manifest.variables.filter(\.isSecret).map(\.name))
        return values.contains { value in
            secrets.contains(value.key) && !value.bytes.isEmpty
                && !Placeholder.isPlaceholder(Secret(value.value), isSecret: true)
        }
    }

    /// What a template lacks or has too much; that it is missing is said with the files.
    private func templateFindings(_ component: Component) -> [Finding] {
        let path = Paths.join(project.folder(of: component), ".env.example")
        let shown = Paths.relative(path, to: project.root)
        let bytes: [UInt8]
        do throws(WorkspaceError) {
            // Templates are shown, name by name: nobody's own file is one.
            guard let there = try Files.readRegularIfThere(path, beneath: project.root) else { return [] }
            bytes = there
        } catch {
            let place = Place(file: shown, component: component.name)
            return [Finding(WorkspaceCodes.fileUnreadable, at: place, error.message, fix: .advice(error.fix))]
        }
        let values: [DotEnvValue]
        do throws(DotEnvError) {
            values = try DotEnvDocument(parsing: bytes).values(environment: { _ in nil }, interpolate: false)
        } catch {
            let told = FileSyntaxError(file: shown, error)
            return [Finding(WorkspaceCodes.fileSyntax, at: told.place, told.message, fix: .advice(told.fix))]
        }
        let keys = DotEnvDocument.keyBlocks(in: bytes)
        let names = values.filter { value in !keys.contains { $0.contains(value.line) } }
        let entries = names.map { TemplateCheck.Entry(name: $0.key, line: $0.line, value: Secret($0.value)) }
        return TemplateCheck.findings(
            for: component,
            manifest: project.manifest,
            entries: entries,
            file: shown
        )
    }
}
