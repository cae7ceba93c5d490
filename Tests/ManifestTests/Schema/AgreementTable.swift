/// Manifests that the schema and the reader must judge alike. JSON, because every JSON text is YAML.
enum AgreementTable {
    struct Document: Sendable {
        var name: String
        var json: String
        var isValid: Bool
    }

    /// Every key of the format, each in its long form.
    static let full = """
        {
          "version": 1,
          "project": "portfolio-suite",
          "environment-variable": "ENVIRONMENT",
          "store": {"name": "portfolio"},
          "environments": {
            "development": {"strictness": "relaxed", "description": "Laptops."}, "staging": null, "production": {}
          },
          "components": {
            "backend": {
              "folder": "portfolio-backend", "audience": "server", "dialect": "python", "description": "API.",
              "files": {"*": [".env.{environment}"], "development": ".env"}
            },
            "frontend": {"folder": "backend-ui", "audience": "browser"}
          },
          "variables": {
            "ENVIRONMENT": {"type": "enumeration", "values": ["development", "staging", "production"]},
            "SECRET_KEY": {
              "type": "secret", "sensitivity": "secret", "description": "Signs.", "example": "<SECRET_KEY>",
              "components": ["backend"], "generate": {"hex": 32}, "rotation": "90d",
              "rules": {
                "required": true, "length": {"minimum": 32, "maximum": 256}, "strength": 128, "unique": true,
                "pattern": "[0-9a-f]+", "characters": ["lower", "digit"], "must-not-be": ["x"], "source": "any"
              },
              "environments": {"production": {"rules": {"source": "store"}, "example": "<KEY>"}}
            },
            "DATABASE_URL": {
              "type": "postgres-url",
              "rules": {"required": {"when": "SECRET_KEY"}, "password-length": {"minimum": 20}, "tls": true}
            },
            "PORT": {"type": "port", "default": 8000, "rules": {"minimum": 1024, "maximum": 65535.0}},
            "DEBUG": {
              "type": "boolean", "default": false, "rotation": "never",
              "rules": {"required": {"when": {"PORT": 8000}}, "must-be": false, "one-of": [false, "no"]}
            },
            "HOSTS": {"type": "host-list", "components": "backend", "rules": {"wildcard": false, "public": false}},
            "TOKEN": {"type": "secret", "generate": "base64url"},
            "ID": {"generate": {"uuid": true}},
            "PLAIN": "string",
            "BARE": null
          }
        }
        """

    static let documents: [Document] =
        [
            Document(name: "every key", json: full, isValid: true),
            whole("short forms", environments: #"["a"]"#, components: #"{"b": "folder"}"#, variables: "{}", true),
            whole("no variables", environments: #"["a"]"#, components: #"{"b": "."}"#, variables: "null", true),
            whole("no environment", environments: "[]", components: #"{"b": "."}"#, variables: "{}", false),
            whole(
                "no environment in a mapping",
                environments: "{}",
                components: #"{"b": "."}"#,
                variables: "{}",
                false
            ),
            whole("no component", environments: #"["a"]"#, components: "{}", variables: "{}", false),
            whole(
                "a component without folder",
                environments: #"["a"]"#,
                components: #"{"b": {}}"#,
                variables: "{}",
                false
            ),
            whole("an absolute folder", environments: #"["a"]"#, components: #"{"b": "/x"}"#, variables: "{}", false),
            whole(
                "a folder outside",
                environments: #"["a"]"#,
                components: #"{"b": "x/../.."}"#,
                variables: "{}",
                false
            ),
            whole(
                "a folder with two dots in it",
                environments: #"["a"]"#,
                components: #"{"b": "a..b"}"#,
                variables: "{}",
                true
            ),
            whole(
                "an environment's name with a slash",
                environments: #"["a/b"]"#,
                components: #"{"b": "."}"#,
                variables: "{}",
                false
            ),
            Document(name: "a list", json: "[]", isValid: false),
            Document(name: "text", json: "\"version\"", isValid: false),
            Document(name: "an empty mapping", json: "{}", isValid: false),
            Document(name: "version 2", json: full.replacing("\"version\": 1", with: "\"version\": 2"), isValid: false),
            Document(
                name: "version 1 as text",
                json: full.replacing("\"version\": 1", with: "\"version\": \"1\""),
                isValid: false
            ),
            Document(
                name: "version 1.0",
                json: full.replacing("\"version\": 1", with: "\"version\": 1.0"),
                isValid: true
            ),
        ]
        + valid.map { variable($0, true) } + invalid.map { variable($0, false) }

    private static let valid = [
        "null", #""secret""#, "{}", #"{"values": ["a"]}"#, #"{"type": "enumeration", "values": [1, true, "x"]}"#,
        #"{"default": 1.5}"#, #"{"default": ""}"#, #"{"description": ""}"#, #"{"components": "b"}"#,
        #"{"generate": "hex"}"#, #"{"generate": {"hex": 16}}"#, #"{"generate": {"password": 24.0}}"#,
        #"{"rotation": "never"}"#, #"{"rotation": "9999d"}"#, #"{"rules": {"required": false}}"#,
        #"{"rules": {"required": {"when": {"B": ""}}}}"#, #"{"rules": {"must-not-be": 0}}"#,
        #"{"rules": {"minimum": -1.5}}"#, #"{"rules": {"length": {"minimum": 0}}}"#,
        #"{"environments": {"a": {"default": 1}}}"#,
    ]

    private static let invalid = [
        "true", "5", "[]", #""enumeration""#, #""sekret""#, #"{"typo": 1}"#, #"{"type": "int"}"#, #"{"type": null}"#,
        #"{"type": "enumeration"}"#, #"{"type": "enumeration", "values": []}"#, #"{"type": "port", "values": ["a"]}"#,
        #"{"values": "a"}"#, #"{"values": [null]}"#, #"{"values": [["a"]]}"#, #"{"default": null}"#,
        #"{"default": ["a"]}"#, #"{"example": {}}"#, #"{"description": 5}"#, #"{"description": true}"#,
        #"{"components": []}"#, #"{"components": [5]}"#, #"{"components": {"b": null}}"#, #"{"generate": "hax"}"#,
        #"{"generate": {}}"#, #"{"generate": {"hex": 8}}"#, #"{"generate": {"hex": "32"}}"#,
        #"{"generate": {"hex": 32, "uuid": true}}"#, #"{"generate": {"uuid": false}}"#, #"{"generate": true}"#,
        #"{"rotation": 90}"#, #"{"rotation": "90"}"#, #"{"rotation": "0d"}"#, #"{"rotation": "3 months"}"#,
        #"{"rules": {}}"#, #"{"rules": null}"#, #"{"rules": []}"#, #"{"rules": {"required": "yes"}}"#,
        #"{"rules": {"required": null}}"#, #"{"rules": {"required": {}}}"#, #"{"rules": {"required": {"when": {}}}}"#,
        #"{"rules": {"required": {"when": {"A": 1, "B": 2}}}}"#, #"{"rules": {"required": {"when": "9"}}}"#,
        #"{"rules": {"length": 32}}"#, #"{"rules": {"length": {}}}"#, #"{"rules": {"length": {"minimum": -1}}}"#,
        #"{"rules": {"length": {"minimum": 1.5}}}"#, #"{"rules": {"strength": 0}}"#, #"{"rules": {"minimum": "1"}}"#,
        #"{"rules": {"one-of": []}}"#, #"{"rules": {"one-of": "a"}}"#, #"{"rules": {"must-not-be": []}}"#,
        #"{"rules": {"source": "vault"}}"#, #"{"rules": {"tls": "true"}}"#, #"{"rules": {"pattern": ""}}"#,
        #"{"rules": {"characters": ["letters"]}}"#, #"{"rules": {"password-length": 20}}"#,
        #"{"rules": {"password-length": {}}}"#, #"{"environments": {}}"#, #"{"environments": {"a": {}}}"#,
        #"{"environments": {"a": null}}"#, #"{"environments": ["a"]}"#, #"{"environments": {"a": {"type": "port"}}}"#,
        #"{"sensitivity": "private"}"#,
    ]

    private static func variable(_ json: String, _ isValid: Bool) -> Document {
        let variables = "{\"A\": \(json)}"
        return whole(
            "variable \(json)",
            environments: #"["a"]"#,
            components: #"{"b": "."}"#,
            variables: variables,
            isValid
        )
    }

    private static func whole(
        _ name: String,
        environments: String,
        components: String,
        variables: String,
        _ isValid: Bool
    ) -> Document {
        let json = """
            {"version": 1, "project": "p", "environments": \(environments), "components": \(components),
             "variables": \(variables)}
            """
        return Document(name: name, json: json, isValid: isValid)
    }
}
