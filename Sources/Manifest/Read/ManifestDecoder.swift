internal import Findings

/// Makes the model from a tree that was compared with the format's shapes, and checks what one part of the file says
/// about another.
///
/// What has the wrong shape was told already and is passed over here, so that one mistake does not hide the others.
struct ManifestDecoder {
    /// What was found.
    var list: FindingList
    /// The names that other parts of the file refer to.
    private(set) var environments: Set<String> = []
    private(set) var components: [String: Component] = [:]
    private(set) var variables: Set<String> = []
    private var usualReaders: [String] = []
    /// Patterns that were looked at: many variables share a few.
    var checkedPatterns: Set<String> = []

    init(list: FindingList) { self.list = list }

    /// Makes the manifest.
    ///
    /// - Parameter root: The file's mapping.
    mutating func manifest(_ root: YAMLNode) -> Manifest {
        let environmentList = environments(root["environments"])
        environments = Set(environmentList.map(\.name))
        let componentList = (root["components"]?.pairs ?? []).map { component($0) }
        components = Dictionary(componentList.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        usualReaders = Manifest.usualReaders(among: componentList)
        let pairs = root["variables"]?.pairs ?? []
        variables = Set(pairs.map(\.key))
        var variableList: [Variable] = []
        variableList.reserveCapacity(pairs.count)
        for pair in pairs {
            list.variable = pair.key
            variableList.append(variable(pair))
        }
        list.variable = nil
        let named = root["environment-variable"]
        if let named, let name = named.text, !variables.contains(name) {
            addUnknownVariable(name, at: named.mark, "`environment-variable` names a variable that is not declared")
        }
        let store = root["store"]
        return Manifest(
            project: root["project"]?.text ?? "",
            environments: environmentList,
            components: componentList,
            variables: variableList,
            environmentVariable: named?.text,
            store: (store?.text ?? store?["name"]?.text).map(StoreReference.init(name:))
        )
    }

    // MARK: - Environments and components

    private mutating func environments(_ node: YAMLNode?) -> [Environment] {
        if let pairs = node?.pairs {
            return pairs.map { pair in
                Environment(
                    name: pair.key,
                    strictness: pair.value["strictness"]?.text.flatMap(Environment.Strictness.init(rawValue:)),
                    description: prose(pair.value["description"])
                )
            }
        }
        var seen: [String: YAMLMark] = [:]
        var result: [Environment] = []
        for item in node?.items ?? [] {
            guard let name = item.text else { continue }
            if let first = seen[name] {
                let message = "the environment of line \(first.line) stands here again"
                list.add(.manifestRepeatedKey, at: item.mark, message, fix: "Keep one of the two.")
            } else {
                seen[name] = item.mark
                result.append(Environment(name: name))
            }
        }
        return result
    }

    private mutating func component(_ pair: YAMLNode.Pair) -> Component {
        list.component = pair.key
        defer { list.component = nil }
        let node = pair.value
        let folder = (node.text ?? node["folder"]?.text).map(ProjectPath.normalized) ?? "."
        return Component(
            name: pair.key,
            folder: folder,
            audience: node["audience"]?.text.flatMap(Component.Audience.init(rawValue:)) ?? .server,
            dialect: node["dialect"]?.text,
            files: node["files"].map { files($0, in: folder) } ?? [:],
            description: prose(node["description"])
        )
    }

    private mutating func files(_ node: YAMLNode, in folder: String) -> [String: [String]] {
        guard let pairs = node.pairs else { return ["*": fileNames(node, in: folder)] }
        var result: [String: [String]] = [:]
        for pair in pairs {
            if pair.key != "*" { checkEnvironment(pair) }
            result[pair.key] = fileNames(pair.value, in: folder)
        }
        return result
    }

    private mutating func fileNames(_ node: YAMLNode, in folder: String) -> [String] {
        (node.items ?? [node]).compactMap { item in
            guard let name = item.text else { return nil }
            if ProjectPath.leavesProject("\(folder)/\(name)") {
                let fix = "Name a file inside the project, relative to the component's folder."
                list.add(.manifestOutsideProject, at: item.mark, "a file of `files` is outside the project", fix: fix)
            }
            return name
        }
    }

    // MARK: - Variables

    private mutating func variable(_ pair: YAMLNode.Pair) -> Variable {
        let node = pair.value
        let type = type(node)
        var variable = Variable(
            name: pair.key,
            type: type,
            sensitivity: node["sensitivity"]?.text.flatMap(Variable.Sensitivity.init(rawValue:)),
            description: prose(node["description"]),
            example: node["example"]?.writtenText,
            defaultValue: node["default"]?.writtenText,
            components: readers(node["components"]),
            rules: node["rules"].map { rules($0) } ?? Rules(),
            generator: node["generate"].flatMap(Generator.init),
            line: pair.keyMark.line
        )
        variable.rotationDays = rotation(node["rotation"]) ?? variable.usualRotationDays
        if node["rotation"]?.text == "never" { variable.rotationDays = nil }
        for override in node["environments"]?.pairs ?? [] {
            list.environment = override.key
            checkEnvironment(override)
            variable.environments[override.key] = Variable.EnvironmentOverride(
                defaultValue: override.value["default"]?.writtenText,
                example: override.value["example"]?.writtenText,
                rules: override.value["rules"].map { rules($0) } ?? Rules()
            )
        }
        list.environment = nil
        checkMeaning(of: variable, at: pair)
        return variable
    }

    private func type(_ node: YAMLNode) -> ValueType {
        let values = node["values"]?.items?.compactMap(\.writtenText) ?? []
        guard let name = node.text ?? node["type"]?.text else { return values.isEmpty ? .string : .enumeration(values) }
        return ValueType(named: name, values: values) ?? .string
    }

    private mutating func readers(_ node: YAMLNode?) -> [String] {
        guard let node else { return usualReaders }
        var names: [String] = []
        for item in node.items ?? [node] {
            guard let name = item.text, !names.contains(name) else { continue }
            names.append(name)
            guard components[name] == nil else { continue }
            let meant = Suggest.nearest(to: name, among: Self.showable(components.keys.sorted()))
            let hint = meant.map { "; did you mean `\($0)`?" } ?? ""
            let known = Self.showable(components.keys.sorted()).joined(separator: ", ")
            let fix = meant.map { "Write `\($0)`." } ?? "Write one of: \(known); or describe it under `components`."
            list.add(.manifestUnknownComponent, at: item.mark, "there is no such component\(hint)", fix: fix)
        }
        return names
    }

    private func rotation(_ node: YAMLNode?) -> Int? {
        guard let text = node?.text, text.hasSuffix("d") else { return nil }
        return Int(text.dropLast())
    }

    /// Prose without the line feed that YAML's block scalars end with.
    private func prose(_ node: YAMLNode?) -> String? {
        guard var text = node?.text else { return nil }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    // MARK: - References

    private mutating func checkEnvironment(_ pair: YAMLNode.Pair) {
        guard !environments.contains(pair.key) else { return }
        let meant = Suggest.nearest(to: pair.key, among: Self.showable(environments.sorted()))
        let hint = meant.map { "; did you mean `\($0)`?" } ?? ""
        let known = Self.showable(environments.sorted()).joined(separator: ", ")
        let fix = meant.map { "Write `\($0)`." } ?? "Write one of: \(known); or add it under `environments`."
        let message = "there is no environment \(Named.key(pair.key))\(hint)"
        list.add(.manifestUnknownEnvironment, at: pair.keyMark, message, fix: fix)
    }

    /// Says that a variable is not declared, with the one that was probably meant.
    mutating func addUnknownVariable(_ name: String, at mark: YAMLMark, _ message: String) {
        let meant = Suggest.nearest(to: name, among: Self.showable(variables.sorted()))
        let hint = meant.map { "; did you mean `\($0)`?" } ?? ""
        let fix = meant.map { "Write `\($0)`." } ?? "Declare the variable under `variables`."
        list.add(.manifestUnknownVariable, at: mark, message + hint, fix: fix)
    }

    /// The names that a finding may repeat: what breaks the rules for names is told where it stands, and may hold
    /// anything.
    private static func showable(_ names: [String]) -> [String] {
        names.filter { name in name.utf8.allSatisfy { (0x21...0x7E).contains($0) } }
    }
}
