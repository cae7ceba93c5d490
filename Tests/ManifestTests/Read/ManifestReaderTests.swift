import Findings
import Manifest
import Testing

@Suite struct ManifestReaderTests {
    static let canonical = """
        # yaml-language-server: $schema=keyfolio.schema.json
        version: 1
        project: portfolio-suite
        environment-variable: ENVIRONMENT
        store:
          name: portfolio
        environments:
          development:
            strictness: relaxed
          staging:
          production:
            description: Where customers are.
        components:
          backend:
            folder: portfolio-backend
            audience: server
            dialect: python
            files:
              "*": [".env.{environment}"]
          frontend: {folder: ./backend-ui/, audience: browser}
        variables:
          ENVIRONMENT:
            values: [development, staging, production]
          SECRET_KEY:
            type: secret
            description: >
              Signs login tokens.
            components: [backend]
            generate: {hex: 32}
            rotation: 30d
            rules:
              required: true
              length: {minimum: 32, maximum: 256}
              strength: 128
              unique: true
            environments:
              production:
                rules: {source: store}
          DEBUG:
            type: boolean
            default: False
            environments:
              production:
                default: "no"
                rules: {must-be: false, required: {when: {ENVIRONMENT: production}}}
          PORT: port
          SMTP_PASSWORD: {type: string, sensitivity: secret, rules: {required: {when: PORT}}}
          REACT_APP_API_URL: {type: url, sensitivity: public, components: frontend, example: https://api.example.com}
        """

    @Test func `a manifest in the canonical form becomes the model`() throws {
        let manifest = try ManifestReader.read(bytes: Array(Self.canonical.utf8))
        #expect(manifest.project == "portfolio-suite")
        #expect(manifest.environmentVariable == "ENVIRONMENT")
        #expect(manifest.store == StoreReference(name: "portfolio"))
        #expect(manifest.environments.map(\.name) == ["development", "staging", "production"])
        #expect(manifest.environments.map(\.strictness) == [.relaxed, .strict, .strict])
        #expect(manifest.environments.last?.description == "Where customers are.")
        let backend = Component(
            name: "backend",
            folder: "portfolio-backend",
            dialect: "python",
            files: ["*": [".env.{environment}"]]
        )
        #expect(
            manifest.components == [backend, Component(name: "frontend", folder: "backend-ui", audience: .browser)]
        )
        #expect(manifest.variables.map(\.name).first == "ENVIRONMENT")

        var rules = Rules()
        rules.required = .always
        rules.minimumLength = 32
        rules.maximumLength = 256
        rules.strengthBits = 128
        rules.unique = true
        var production = Rules()
        production.source = .store
        let secret = Variable(
            name: "SECRET_KEY",
            type: .secret,
            description: "Signs login tokens.",
            components: ["backend"],
            rules: rules,
            environments: ["production": .init(rules: production)],
            rotationDays: 30,
            generator: .hex(bytes: 32),
            line: 24
        )
        #expect(manifest.variable(named: "SECRET_KEY") == secret)

        let debug = try #require(manifest.variable(named: "DEBUG"))
        #expect(debug.defaultValue == "False")
        #expect(debug.defaultValue(in: "production") == "no")
        #expect(debug.rules(in: "production").mustBe == "false")
        #expect(
            debug.rules(in: "production").required == .whenEqual(variable: "ENVIRONMENT", value: "production")
        )
        #expect(manifest.variable(named: "PORT")?.type == .port)
        #expect(manifest.variable(named: "PORT")?.components == ["backend"])
        #expect(manifest.variable(named: "SMTP_PASSWORD")?.rules.required == .whenSet(variable: "PORT"))
        #expect(manifest.variable(named: "SMTP_PASSWORD")?.rotationDays == 180)
        #expect(manifest.variable(named: "REACT_APP_API_URL")?.components == ["frontend"])
    }
}
