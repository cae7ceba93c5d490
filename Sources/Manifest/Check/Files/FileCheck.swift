public import Findings

/// Judges `.env` files as files: who can read them, and whether git has them. What is in them is ``Checker``'s business.
public enum FileCheck {
    /// Judges files and tells which templates are missing.
    ///
    /// - Parameters:
    ///   - facts: The files that are there. Paths that are no `.env` files are passed over.
    ///   - manifest: The project's.
    /// - Returns: The findings, file by file, then the missing templates.
    public static func findings(_ facts: [FileFacts], in manifest: Manifest) -> [Finding] {
        let there = facts.filter(\.exists)
        let withTemplate = Set(
            there.compactMap { file -> String? in
                if case .template(let component) = FileUse(of: file.path, in: manifest) { component } else { nil }
            }
        )
        let missing = manifest.components.filter {
            !withTemplate.contains($0.name) && !manifest.variables(of: $0).isEmpty
        }
        return there.flatMap { findings($0, in: manifest) } + missing.map(templateMissing)
    }

    private static func findings(_ file: FileFacts, in manifest: Manifest) -> [Finding] {
        switch FileUse(of: file.path, in: manifest) {
        case .other: return []
        case .template(let component): return templateFindings(file, component)
        case .values(let component, let environment):
            let place = Place(file: file.path, environment: environment, component: component)
            return valueFindings(
                file,
                place,
                component: manifest.component(named: component),
                environment: manifest.environment(named: environment)
            )
        case .unread(let component):
            let place = Place(file: file.path, component: component)
            let own = valueFindings(file, place, component: manifest.component(named: component), environment: nil)
            return own + [unread(file, place, manifest)]
        case .stray:
            let place = Place(file: file.path)
            let fix = Finding.Fix.advice(
                "Move \(file.path) into the folder of the component that reads it, or remove it."
            )
            let stray = Finding(
                FileCodes.misplaced,
                at: place,
                "\(file.path) stands in no component's folder, so nothing reads it",
                fix: fix
            )
            return valueFindings(file, place, component: nil, environment: nil) + [stray]
        }
    }

    // MARK: - Files with values

    private static func valueFindings(
        _ file: FileFacts,
        _ place: Place,
        component: Component?,
        environment: Environment?
    ) -> [Finding] {
        let quoted = CommandLine.quoted(file.path)
        var findings = gitFindings(file, place, isStray: component == nil)
        // What a browser component reads is public in the end, so who can read the file does not matter.
        if component?.audience != .browser, let mode = file.mode, mode & 0o077 != 0 {
            let octal = String(mode & 0o7777, radix: 8)
            findings.append(
                Finding(
                    FileCodes.looseMode,
                    severity: environment?.strictness == .strict ? .error : .warning,
                    at: place,
                    "\(file.path) has mode \(octal): others on the machine can reach it; it should be 600",
                    fix: .command("chmod 600 \(quoted)")
                )
            )
        }
        if file.isOwnedByOther {
            let message = "\(file.path) belongs to another user, who can change it"
            findings.append(
                Finding(FileCodes.otherOwner, at: place, message, fix: .command("sudo chown \"$USER\" \(quoted)"))
            )
        }
        if file.isSymlink {
            let message = "\(file.path) is a symbolic link: the file that it points to was not checked"
            let fix = Finding.Fix.advice(
                "Name the real file under `files` in \(Manifest.file), or put it in the link's place."
            )
            findings.append(Finding(FileCodes.symbolicLink, at: place, message, fix: fix))
        }
        if let environment, environment.strictness == .strict, component?.audience == .server,
            file.holdsSecret
        {
            let message = "\(file.path) holds secrets of \(environment.name) on this machine"
            let command = "keyfolio import \(quoted) --env \(CommandLine.quoted(environment.name)) --move"
            findings.append(Finding(FileCodes.strictFileHere, at: place, message, fix: .command(command)))
        }
        return findings
    }

    private static func gitFindings(_ file: FileFacts, _ place: Place, isStray: Bool) -> [Finding] {
        if file.isTracked {
            let code = isStray ? FileCodes.strayCommitted : FileCodes.committed
            let command = "git rm --cached \(CommandLine.quoted(file.path))"
            return [
                Finding(
                    code,
                    at: place,
                    "\(file.path) is committed, or about to be: renew what is in it",
                    fix: .command(command)
                )
            ]
        }
        guard file.isIgnored == false else { return [] }
        return [
            Finding(
                FileCodes.notIgnored,
                at: place,
                "git does not ignore \(file.path)",
                fix: .command("printf '\\n.env*\\n!.env.example\\n' >> .gitignore")
            )
        ]
    }

    private static func unread(_ file: FileFacts, _ place: Place, _ manifest: Manifest) -> Finding {
        let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
        let folder = file.path.dropLast(name.count)
        let word = name.split(separator: ".").dropFirst().first.map(String.init) ?? ""
        guard let meant = environment(meantBy: word, in: manifest) else {
            let fix = "Rename \(file.path) to \(folder).env.ENVIRONMENT, name it under `files`, or remove it."
            return Finding(FileCodes.unknownName, at: place, "no environment reads \(file.path)", fix: .advice(fix))
        }
        let target = "\(folder).env.\(meant)\(name.hasSuffix(".local") ? ".local" : "")"
        return Finding(
            FileCodes.unknownName,
            at: place,
            "no environment reads \(file.path); did you mean \(target)?",
            fix: .command("mv \(CommandLine.quoted(file.path)) \(CommandLine.quoted(target))")
        )
    }

    /// The environment that an ending such as `prod` or `stagign` means.
    private static func environment(meantBy word: String, in manifest: Manifest) -> String? {
        let names = manifest.environments.map(\.name)
        guard word.count >= 3 else { return nil }
        return names.first { $0.hasPrefix(word.lowercased()) } ?? NearestName.find(word, among: names)
    }

    // MARK: - Templates

    private static func templateFindings(_ file: FileFacts, _ component: String) -> [Finding] {
        let place = Place(file: file.path, component: component)
        if file.isTracked { return [] }
        if file.isIgnored == true {
            let fix = Finding.Fix.command("printf '\\n!.env.example\\n' >> .gitignore")
            return [Finding(FileCodes.templateIgnored, at: place, "git ignores \(file.path)", fix: fix)]
        }
        guard file.isIgnored == false else { return [] }
        let fix = Finding.Fix.command("git add \(CommandLine.quoted(file.path))")
        return [Finding(FileCodes.templateNotCommitted, at: place, "\(file.path) is not committed", fix: fix)]
    }

    private static func templateMissing(_ component: Component) -> Finding {
        let folder = component.folder == "." ? "" : "\(component.folder)/"
        let path = "\(folder)\(FileUse.templateName)"
        return Finding(
            FileCodes.templateMissing,
            at: Place(file: path, component: component.name),
            "\(component.name) has no \(path)",
            fix: .command("keyfolio template")
        )
    }
}
