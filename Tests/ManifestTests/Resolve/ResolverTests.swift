import Manifest
import Secrets
import Testing

@Suite struct ResolverTests {
    static let backend = Component(name: "backend", folder: "backend")
    static let production = Environment(name: "production")

    static func manifest(_ variables: Variable..., environmentVariable: String? = nil) -> Manifest {
        Manifest(
            project: "suite",
            environments: [Environment(name: "development"), production],
            components: [backend],
            variables: variables,
            environmentVariable: environmentVariable
        )
    }

    static func file(_ path: String, _ entries: KeyValuePairs<String, String>) -> ResolverFile {
        ResolverFile(
            path: path,
            entries: entries.enumerated().map { .init(name: $1.key, value: Secret($1.value), line: $0 + 1) }
        )
    }

    static func resolve(
        _ manifest: Manifest,
        files: [ResolverFile] = [],
        store: [String: String]? = nil,
        process: [String: String] = [:]
    ) -> Resolution {
        Resolver.resolve(
            manifest: manifest,
            component: backend,
            environment: production,
            files: files,
            store: store.map { StoreValues(path: "suite/production", version: 4, fields: $0.mapValues { Secret($0) }) },
            process: { process[$0] }
        )
    }

    @Test func `each source overrides the ones before it, and what was overridden is remembered`() throws {
        let variable = Variable(name: "A", defaultValue: "1", components: ["backend"], line: 7)
        let resolution = Self.resolve(
            Self.manifest(variable),
            files: [Self.file("a.env", ["A": "2"]), Self.file("b.env", ["A": "3"])],
            store: ["A": "4"],
            process: ["A": "5"]
        )
        let resolved = try #require(resolution.variables.first)
        #expect(resolved.value == Secret("5"))
        #expect(resolved.origin == .process)
        let store = Origin.store(path: "suite/production", version: 4)
        #expect(
            resolved.overridden
                == [store, .file(path: "b.env", line: 1), .file(path: "a.env", line: 1), .manifest(line: 7)]
        )
    }

    @Test func `an environment's default replaces the general one`() {
        let variable = Variable(
            name: "A",
            defaultValue: "1",
            components: ["backend"],
            environments: ["production": .init(defaultValue: "2")]
        )
        #expect(Self.resolve(Self.manifest(variable)).variables.first?.value == Secret("2"))
    }

    @Test func `a name that comes twice in a file takes the later line`() {
        let variable = Variable(name: "A", components: ["backend"])
        let resolved = Self.resolve(Self.manifest(variable), files: [Self.file("a.env", ["A": "1", "A": "2"])])
            .variables[0]
        #expect(resolved.value == Secret("2"))
        #expect(resolved.origin == .file(path: "a.env", line: 2))
        #expect(resolved.overridden == [.file(path: "a.env", line: 1)])
    }

    @Test func `names that the component does not declare are recorded and not passed on`() {
        let own = Variable(name: "A", components: ["backend"])
        let other = Variable(name: "B", components: ["frontend"])
        let resolution = Self.resolve(
            Self.manifest(own, other),
            files: [Self.file("a.env", ["A": "1", "B": "2", "C": "3"])],
            process: ["B": "x", "C": "y"]
        )
        #expect(resolution.variables.map(\.variable.name) == ["A"])
        #expect(
            resolution.undeclared
                == [
                    UndeclaredName(name: "B", file: "a.env", line: 2),
                    UndeclaredName(name: "C", file: "a.env", line: 3),
                ]
        )
    }

    @Test func `the process is asked for declared names only`() {
        var asked: [String] = []
        _ = Resolver.resolve(
            manifest: Self.manifest(Variable(name: "A", components: ["backend"]), environmentVariable: "ENVIRONMENT"),
            component: Self.backend,
            environment: Self.production,
            files: [Self.file("a.env", ["B": "2"])],
            store: nil,
            process: {
                asked.append($0)
                return nil
            }
        )
        #expect(asked == ["A"])
    }

    @Test(arguments: [
        ("production", 0), (" Production ", 0), ("PRODUCTION", 0), ("staging", 1), ("", 1), ("prod", 1),
    ])
    func `keyfolio sets the environment's name, and a file that says another is recorded`(said: String, count: Int) {
        let manifest = Self.manifest(environmentVariable: "ENVIRONMENT")
        let resolution = Self.resolve(
            manifest,
            files: [Self.file("a.env", ["ENVIRONMENT": said])],
            process: ["ENVIRONMENT": "development"]
        )
        #expect(resolution.variables.first?.value == Secret("production"))
        #expect(resolution.variables.first?.origin == .keyfolio)
        #expect(resolution.environmentMismatches == Array(repeating: .file(path: "a.env", line: 1), count: count))
        #expect(resolution.undeclared.isEmpty)
    }

    @Test func `an empty value in a later source hides an earlier one`() {
        let resolution = Self.resolve(
            Self.manifest(Variable(name: "A", defaultValue: "1", components: ["backend"])),
            files: [Self.file("a.env", ["A": ""])]
        )
        #expect(resolution.variables.first?.value == Secret(""))
    }

    @Test(arguments: [(ValueType.port, nil), (.boolean, nil), (.postgresURL, nil), (.string, ""), (.secret, "")])
    func `an empty line of a file says nothing for a type that has no empty value`(type: ValueType, value: String?) {
        let variable = Variable(name: "A", type: type, components: ["backend"])
        let resolution = Self.resolve(Self.manifest(variable), files: [Self.file("a.env", ["A": ""])])
        #expect(resolution.variables.first?.value?.reveal() == value)
        let kept = Self.resolve(
            Self.manifest(variable),
            files: [Self.file("a.env", ["A": "1"]), Self.file("b.env", ["A": ""])]
        )
        #expect(kept.variables.first?.value?.reveal() == (value ?? "1"))
    }
}
