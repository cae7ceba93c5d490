import Manifest
import Testing

@Suite struct ModelTests {
    @Test func `undecorated files count in development only`() {
        let component = Component(name: "backend", folder: "backend")
        #expect(
            component.files(in: Environment(name: "development"))
                == [".env", ".env.development", ".env.local", ".env.development.local"]
        )
        #expect(component.files(in: Environment(name: "production")) == [".env.production", ".env.production.local"])
    }

    @Test func `a project names its own files, with the environment's name where it wants it`() {
        let component = Component(
            name: "backend",
            folder: "backend",
            files: ["*": ["config/{environment}.env"], "test": ["t.env", "{x}"]]
        )
        #expect(component.files(in: Environment(name: "production")) == ["config/production.env"])
        #expect(component.files(in: Environment(name: "test")) == ["t.env", "{x}"])
    }

    @Test func `an environment's rules replace the general ones, one by one`() {
        var general = Rules()
        general.required = .always
        general.minimumLength = 32
        var production = Rules()
        production.source = .store
        production.minimumLength = 64
        let variable = Variable(
            name: "SECRET_KEY",
            type: .secret,
            rules: general,
            environments: ["production": .init(rules: production)]
        )
        let rules = variable.rules(in: "production")
        #expect(rules.required == .always)
        #expect(rules.minimumLength == 64)
        #expect(rules.source == .store)
        #expect(variable.rules(in: "staging") == general)
    }

    @Test func `development is relaxed by its name, and everything else is strict`() {
        #expect(Environment(name: "development").strictness == .relaxed)
        #expect(Environment(name: "production").strictness == .strict)
        #expect(Environment(name: "dev", strictness: .strict).strictness == .strict)
    }
}
