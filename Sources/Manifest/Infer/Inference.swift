internal import Findings
internal import Secrets

/// One run of the inference.
struct Inference {
    private let project: String
    private let survey: ProjectSurvey
    private var environments: [Environment] = []
    private var components: [Component] = []
    private var notes: [InferredManifest.Note]

    /// Everything that was seen of one name.
    struct Candidate {
        var name: String
        var sightings: [ProjectSurvey.Sighting] = []
        /// The components whose files have it.
        var readers: [String] = []
    }

    init(project: String, survey: ProjectSurvey) {
        self.project = project
        self.survey = survey
        notes = survey.notes
    }

    /// The manifest with what to say about it.
    mutating func result() -> InferredManifest {
        inferComponents()
        let candidates = candidates()
        let environmentVariable = inferEnvironments(candidates)
        let rules = RuleGuess(environments)
        var variables = candidates.compactMap { variable($0, environmentVariable, rules) }
        RuleGuess.bind(&variables)
        let manifest = Manifest(
            project: project,
            environments: environments,
            components: components,
            variables: variables,
            environmentVariable: environmentVariable
        )
        return InferredManifest(manifest: manifest, notes: notes)
    }

    // MARK: - Components

    private mutating func inferComponents() {
        var used = Set<String>()
        for place in survey.places {
            let folder = place.folder.split(separator: "/").last.map(String.init) ?? "."
            var name = NameMaker.name(place.service ?? (folder == "." ? project : folder), or: "component")
            if used.contains(name) {
                name = NameMaker.name(place.folder == "." ? "root" : place.folder, or: "component")
            }
            while !used.insert(name).inserted { name = String(name.prefix(60)) + "-2" }
            components.append(
                Component(
                    name: name,
                    folder: place.folder,
                    audience: audience(of: place),
                    dialect: place.dialect,
                    files: files(of: place)
                )
            )
        }
        guard components.isEmpty else { return }
        components = [Component(name: project, folder: ".")]
        notes.append(
            .init(message: "no `.env` file and no Compose file was found, so the manifest is a beginning only")
        )
    }

    /// A folder is for browsers when its package says so and nothing in it must be kept from them, or when all of its
    /// variables have names that build tools ship.
    private mutating func audience(of place: ProjectSurvey.Place) -> Component.Audience {
        let names = Set(place.sightings.map(\.name))
        let areAllPublic = !names.isEmpty && names.allSatisfy { NameWords($0).isPublic || $0 == "NODE_ENV" }
        if areAllPublic && !place.isServer { return .browser }
        guard place.audience == .browser, !place.isServer else { return .server }
        return .browser
    }

    private func files(of place: ProjectSurvey.Place) -> [String: [String]] {
        guard !place.furtherFiles.isEmpty else { return [:] }
        let climb = place.folder == "." ? "" : String(repeating: "../", count: place.folder.split(separator: "/").count)
        return ["*": place.furtherFiles.map { climb + $0 } + [".env.{environment}"]]
    }

    // MARK: - Environments

    /// Finds the environments, and the variable that tells the application which one it is in.
    private mutating func inferEnvironments(_ candidates: [Candidate]) -> String? {
        var names = survey.environments
        let teller = candidates.first { Self.tellers.contains($0.name) && !$0.sightings.isEmpty }
        for sighting in teller?.sightings ?? [] {
            let text = sighting.value?.reveal() ?? ""
            guard Self.usual.contains(text.lowercased()), !names.contains(text) else { continue }
            names.append(text)
        }
        if names.isEmpty {
            names = ["development", "staging", "production"]
        } else {
            if !names.contains(where: Environment.isDevelopmentName) { names.append("development") }
            if !names.contains(where: { $0.hasPrefix("prod") || $0 == "live" }) { names.append("production") }
        }
        environments = names.enumerated().sorted {
            (Self.rank($0.element), $0.offset) < (Self.rank($1.element), $1.offset)
        }
        .map { Environment(name: $0.element) }
        let isConsistent = teller?.sightings.allSatisfy { sighting in
            let text = sighting.value?.reveal() ?? ""
            return text.isEmpty || names.contains(text) || RealSecret.isPlaceholder(text)
        }
        return isConsistent == true ? teller?.name : nil
    }

    /// Variables that tell the environment. `NODE_ENV` is none: its values mean how a bundle is built.
    private static let tellers: Set = ["ENVIRONMENT", "APP_ENV", "APP_ENVIRONMENT", "ENV", "DEPLOY_ENV", "STAGE"]

    private static let usual: Set = [
        "development", "dev", "local", "test", "testing", "qa", "uat", "staging", "stage", "preview", "preprod", "prod",
        "production", "live", "demo",
    ]

    private static func rank(_ name: String) -> Int {
        if name == "test" { return 1 }
        if Environment.isDevelopmentName(name) { return 0 }
        if name.hasPrefix("stag") || name == "preprod" { return 3 }
        return name.hasPrefix("prod") || name == "live" ? 4 : 2
    }

    // MARK: - Variables

    /// Every name that was seen, in the order of the components and their files, templates first.
    private mutating func candidates() -> [Candidate] {
        var order: [String] = []
        var byName: [String: Candidate] = [:]
        for (place, component) in zip(survey.places, components) {
            let sorted = place.sightings.enumerated().sorted {
                ($0.element.isTemplate ? 0 : 1, $0.offset) < ($1.element.isTemplate ? 0 : 1, $1.offset)
            }
            for sighting in sorted.map(\.element) {
                guard TextForm.variableName.accepts(sighting.name), sighting.name.utf8.count <= 255 else {
                    note(sighting, "a name here is none that the manifest can have, so it was left out")
                    continue
                }
                if byName[sighting.name] == nil { order.append(sighting.name) }
                byName[sighting.name, default: Candidate(name: sighting.name)].sightings.append(sighting)
                if byName[sighting.name]?.readers.contains(component.name) == false {
                    byName[sighting.name]?.readers.append(component.name)
                }
            }
        }
        return order.compactMap { byName[$0] }
    }

    private mutating func variable(_ candidate: Candidate, _ teller: String?, _ rules: RuleGuess) -> Variable? {
        let words = NameWords(candidate.name)
        guard let first = candidate.sightings.first else { return nil }
        if candidate.name == teller {
            let type = ValueType.enumeration(environments.map(\.name))
            return Variable(name: candidate.name, type: type, components: candidate.readers)
        }
        if words.isPublic, words.soundsVerySecret {
            note(
                first,
                "`\(candidate.name)` has the name of a secret, and build tools ship it to browsers: it was left out"
            )
            return nil
        }
        if words.isPublic, !keptFromBrowsers(candidate).isEmpty {
            note(
                first,
                "the value of `\(candidate.name)` looks like a secret, and build tools ship it to browsers: it was left out"
            )
            return nil
        }
        let values = candidate.sightings.compactMap(\.value).filter { value in
            !value.isEmpty && !RealSecret.isPlaceholder(value.reveal())
                && !Placeholder.isPlaceholder(value, isSecret: words.soundsSecret)
        }
        let type = TypeGuess.type(of: words, values: values)
        var variable = Variable(name: candidate.name, type: type, components: candidate.readers)
        variable.sensitivity = sensitivity(of: candidate, words, type, values)
        if variable.isSecret, !keepsSecret(&variable, at: first) { return nil }
        rules.complete(&variable, words)
        describe(&variable, candidate)
        return variable
    }

    private mutating func sensitivity(
        of candidate: Candidate,
        _ words: NameWords,
        _ type: ValueType,
        _ values: [Secret<String>]
    ) -> Variable.Sensitivity {
        // A browser would get it, whatever its name says.
        if !keptFromBrowsers(candidate).isEmpty { return .secret }
        if words.isPublic {
            guard words.soundsSecret, let first = candidate.sightings.first else { return .public }
            note(
                first,
                "`\(candidate.name)` has the name of a key; it is taken for public, because build tools ship it"
            )
            return .public
        }
        if words.soundsSecret && type != .sentryDSN { return .secret }
        let looksReal = values.contains {
            let text = $0.reveal()
            return RealSecret.isLikely(text, isSecret: false) || RealSecret.hasPassword(url: text)
        }
        return looksReal ? .secret : type.usualSensitivity
    }

    /// The values that no browser may get, of a name that browsers would get: by its reader or by its own beginning.
    private func keptFromBrowsers(_ candidate: Candidate) -> [Secret<String>] {
        let isForBrowsers = components.contains { $0.audience == .browser && candidate.readers.contains($0.name) }
        guard isForBrowsers || NameWords(candidate.name).isPublic else { return [] }
        return candidate.sightings.compactMap(\.value).filter { RealSecret.isNothingForBrowsers($0.reveal()) }
    }

    /// Keeps a secret away from browsers: from those of its readers that are for them.
    ///
    /// - Returns: Whether a reader is left.
    private mutating func keepsSecret(_ variable: inout Variable, at sighting: ProjectSurvey.Sighting) -> Bool {
        let browsers = components.filter { $0.audience == .browser }.map(\.name)
        guard variable.components.contains(where: browsers.contains) else { return true }
        note(sighting, "`\(variable.name)` looks like a secret in a browser component: it was left out there")
        variable.components.removeAll(where: browsers.contains)
        return !variable.components.isEmpty
    }

    private mutating func describe(_ variable: inout Variable, _ candidate: Candidate) {
        variable.description = candidate.sightings.lazy.compactMap(\.comment).first
        guard let template = candidate.sightings.first(where: { $0.isTemplate && $0.value?.isEmpty == false }),
            let value = template.value
        else { return }
        let text = value.reveal()
        if RealSecret.isLikely(text, isSecret: variable.isSecret) {
            note(template, "the value of `\(variable.name)` looks real, and the file is committed: rotate it")
        } else if !variable.isSecret, !RealSecret.isPlaceholder(text),
            !Placeholder.isPlaceholder(value, isSecret: false)
        {
            let isSafe = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
            let fits = !variable.type.faults(in: value).contains { $0.code.severity == .error }
            // Here a guess errs towards leaving out: an example is a comfort, a leaked password is not.
            let looksRandom = RealSecret.isLikely(text, isSecret: true) || RealSecret.hasPassword(url: text)
            if isSafe && fits && !looksRandom { variable.example = text }
        }
    }

    private mutating func note(_ sighting: ProjectSurvey.Sighting, _ message: String) {
        notes.append(.init(file: sighting.file, line: sighting.line, message: message))
    }
}
