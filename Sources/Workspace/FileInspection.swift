public import Findings
internal import Manifest

/// What the file system and git say of one `.env` file.
public struct FileFacts: Sendable, Hashable {
    /// The file, relative to the project's folder.
    public var path: String
    /// Its permission bits.
    public var mode: UInt32
    /// Whether another user owns it.
    public var isOwnedByAnother: Bool
    /// Whether it is in git's index.
    public var isTracked: Bool
    /// Whether git ignores it; nil outside of a repository.
    public var isIgnored: Bool?
    /// Whether it is a template, which holds no values.
    public var isTemplate: Bool
    /// Whether its component reads it in some environment.
    public var isKnown: Bool

    /// Takes the facts down.
    public init(
        path: String,
        mode: UInt32,
        isOwnedByAnother: Bool = false,
        isTracked: Bool = false,
        isIgnored: Bool? = nil,
        isTemplate: Bool = false,
        isKnown: Bool = true
    ) {
        self.path = path
        self.mode = mode
        self.isOwnedByAnother = isOwnedByAnother
        self.isTracked = isTracked
        self.isIgnored = isIgnored
        self.isTemplate = isTemplate
        self.isKnown = isKnown
    }

    /// What is wrong with it.
    ///
    /// - Parameter component: Whose file it is, for the findings.
    public func findings(component: String) -> [Finding] {
        let place = Place(file: path, component: component)
        if isTemplate {
            guard isIgnored == true else { return [] }
            return [
                Finding(
                    FileCodes.templateIgnored, at: place, "git ignores the template \(path), so nobody else gets it",
                    fix: .command("printf '!.env.example\\n' >> .gitignore"))
            ]
        }
        var findings: [Finding] = []
        if isTracked {
            findings.append(
                Finding(
                    FileCodes.tracked, at: place, "\(path) is committed, or about to be",
                    fix: .command("git rm --cached \(path)")))
        } else if isIgnored == false {
            findings.append(
                Finding(
                    FileCodes.notIgnored, at: place, "git does not ignore \(path)",
                    fix: .command("printf '.env*\\n!.env.example\\n' >> .gitignore")))
        }
        if mode & 0o077 != 0 {
            let octal = String(mode & 0o777, radix: 8)
            findings.append(
                Finding(
                    FileCodes.looseMode, at: place, "\(path) has mode \(octal): other users of the machine can reach it",
                    fix: .command("chmod 600 \(path)")))
        }
        if isOwnedByAnother {
            findings.append(
                Finding(
                    FileCodes.otherOwner, at: place, "\(path) belongs to another user, who can change it",
                    fix: .command("chown \"$USER\" \(path)")))
        }
        if !isKnown {
            findings.append(
                Finding(
                    FileCodes.unknownName, at: place, "no environment of \(component) reads \(path)",
                    fix: .advice("Rename it to .env.ENVIRONMENT, name it under files: in keyfolio.yaml, or remove it.")))
        }
        return findings
    }
}

/// What can be wrong with `.env` files themselves.
public enum FileCodes {
    /// Committed.
    public static let tracked = FindingCode(
        "KF-FILE-001", title: "A .env file with values is committed", severity: .error,
        reason: "Everyone with the repository has the secrets, and its history keeps them for ever.",
        remedy: "git rm --cached the file, ignore it, and rotate every secret that was in it.")
    /// Not ignored.
    public static let notIgnored = FindingCode(
        "KF-FILE-002", title: "Git does not ignore a .env file with values", severity: .error,
        reason: "The next `git add .` commits it.", remedy: "Add .env* and !.env.example to .gitignore.")
    /// Mode.
    public static let looseMode = FindingCode(
        "KF-FILE-003", title: "Others on the machine can reach a .env file", severity: .warning,
        reason: "Every user and every service of the machine can read the secrets in it.", remedy: "chmod 600 the file.")
    /// Owner.
    public static let otherOwner = FindingCode(
        "KF-FILE-004", title: "A .env file belongs to another user", severity: .warning,
        reason: "Its owner can change what the application reads.", remedy: "chown the file.")
    /// Unknown name.
    public static let unknownName = FindingCode(
        "KF-FILE-005", title: "No environment reads a .env file", severity: .warning,
        reason: "Values in it have no effect, and are forgotten there.",
        remedy: "Rename it, name it in the manifest, or remove it.")
    /// No template.
    public static let templateMissing = FindingCode(
        "KF-FILE-006", title: "A component has no .env.example", severity: .warning,
        reason: "Newcomers do not see which variables there are.", remedy: "keyfolio template")
    /// Template not committed.
    public static let templateUntracked = FindingCode(
        "KF-FILE-007", title: "A template is not committed", severity: .warning,
        reason: "Newcomers do not get it.", remedy: "git add the file.")
    /// Template ignored.
    public static let templateIgnored = FindingCode(
        "KF-FILE-008", title: "Git ignores a template", severity: .error,
        reason: "It never reaches the repository, so newcomers do not get it.",
        remedy: "Add !.env.example behind .env* in .gitignore.")
    /// Committed elsewhere.
    public static let strayTracked = FindingCode(
        "KF-FILE-009", title: "A .env file outside of every component is committed", severity: .error,
        reason: "Everyone with the repository has what is in it.", remedy: "git rm --cached the file.")

    /// Every code of this file.
    public static let all: [FindingCode] = [
        tracked, notIgnored, looseMode, otherOwner, unknownName, templateMissing, templateUntracked, templateIgnored,
        strayTracked,
    ]
}

/// Gathers the facts of a project's `.env` files, and judges them.
struct FileInspection {
    let project: Project
    private let repository: GitRepository?

    init(_ project: Project) {
        self.project = project
        repository = GitRepository(containing: project.root)
    }

    /// What is wrong with the files of components.
    func findings(_ components: [Component]) -> [Finding] {
        let files = components.map { component -> [(name: String, path: String)] in
            let folder = project.folder(of: component)
            return Files.names(in: folder).filter(ProjectTree.isEnvironmentFile).map { ($0, Paths.join(folder, $0)) }
        }
        let answer = repository?.ask(about: files.flatMap { $0.map(\.path) })
        var findings: [Finding] = []
        for (component, files) in zip(components, files) {
            let known = Swift.Set(project.manifest.environments.flatMap { component.files(in: $0) })
            for (name, path) in files {
                guard let status = Files.status(path), !status.isFolder else { continue }
                let facts = FileFacts(
                    path: Paths.relative(path, to: project.root), mode: status.mode,
                    isOwnedByAnother: status.owner != User.id, isTracked: answer?.tracked.contains(path) ?? false,
                    isIgnored: answer?.ignored.contains(path), isTemplate: ProjectTree.isTemplate(name),
                    isKnown: known.contains(name))
                findings += facts.findings(component: component.name)
            }
            findings += templateFindings(component, answer)
        }
        return findings + strayFindings(answer, Swift.Set(files.flatMap { $0.map(\.path) }))
    }

    private func templateFindings(_ component: Component, _ answer: GitRepository.Answer?) -> [Finding] {
        let path = Paths.join(project.folder(of: component), ".env.example")
        let shown = Paths.relative(path, to: project.root)
        let place = Place(file: shown, component: component.name)
        guard Files.exists(path) else {
            return [
                Finding(
                    FileCodes.templateMissing, at: place, "\(component.name) has no .env.example",
                    fix: .command("keyfolio template --component \(component.name)"))
            ]
        }
        guard let answer, !answer.tracked.contains(path) else { return [] }
        return [
            Finding(
                FileCodes.templateUntracked, at: place, "\(shown) is not committed", fix: .command("git add \(shown)"))
        ]
    }

    /// Committed files of other folders of the repository: a copy is as bad as the original.
    private func strayFindings(_ answer: GitRepository.Answer?, _ looked: Swift.Set<String>) -> [Finding] {
        let prefix = project.root + "/"
        return (answer?.environmentFiles ?? []).compactMap { path in
            guard !looked.contains(path), path.hasPrefix(prefix), !ProjectTree.isTemplate(Paths.name(of: path)) else {
                return nil
            }
            let shown = Paths.relative(path, to: project.root)
            return Finding(
                FileCodes.strayTracked, at: Place(file: shown), "\(shown) is committed",
                fix: .command("git rm --cached \(shown)"))
        }
    }
}
