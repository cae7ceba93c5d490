/// The format of `keyfolio.yaml`, version 1: every key with what it takes and what it says.
enum ManifestShapes {
    /// The version of the format that this program reads.
    static let version = 1

    /// The readers whose rules a component's files may follow: the dialects of module DotEnv.
    static let dialects = ["keyfolio", "node", "python", "ruby", "compose", "posix"]

    /// The types' names, in the order in which they are told.
    static let types = ValueType.simple.map(\.name) + [ValueType.enumeration([]).name]

    /// The whole manifest.
    static let manifest = ObjectShape(
        "manifest",
        what: "a mapping with version, project, environments, components and variables",
        keys: [
            .init(
                name: "version",
                shape: .integer(version...version),
                isRequired: true,
                summary: "The version of the manifest's format: 1."
            ),
            .init(
                name: "project",
                shape: .text(.name),
                isRequired: true,
                summary: "The application's name; the first segment of its secrets' paths."
            ),
            .init(
                name: "environment-variable",
                shape: .text(.variableName),
                summary: "The variable that tells the application its environment. Keyfolio sets its value."
            ),
            .init(
                name: "store",
                shape: .either([.text(.name), .object(store)]),
                summary: "Which store keeps the secrets. Without it: the local one, named after the project."
            ),
            .init(
                name: "environments",
                shape: .either([
                    .list(.text(.name), atLeast: 1),
                    .map(.name, .either([.nothing, .object(environment)]), atLeast: 1),
                ]),
                isRequired: true,
                summary: "Where the application runs: a list of names, or a mapping of names to what is said of each."
            ),
            .init(
                name: "components",
                shape: .map(.name, .either([.text(.folder), .object(component)]), atLeast: 1),
                isRequired: true,
                summary: "The deployable parts: each a folder, or a mapping of what is said of it."
            ),
            .init(
                name: "variables",
                shape: .either([
                    .nothing,
                    .map(
                        .variableName,
                        .either([.nothing, .word(ValueType.simple.map(\.name), what: "a type"), .object(variable)]),
                        atLeast: 0
                    ),
                ]),
                isRequired: true,
                summary: "What the components read: each a type, or a mapping of what is said of it."
            ),
        ],
        synonyms: [
            "name": "project", "envs": "environments", "stages": "environments", "services": "components",
            "apps": "components", "vars": "variables", "env": "variables", "secrets": "variables",
        ]
    )

    private static let store = ObjectShape(
        "store",
        what: "a store's name, or a mapping with it",
        keys: [
            .init(
                name: "name",
                shape: .text(.name),
                isRequired: true,
                summary: "The local store's name; it becomes a folder of the user's data folder."
            )
        ]
    )

    private static let environment = ObjectShape(
        "environment",
        what: "a mapping that says something of an environment",
        keys: [
            .init(
                name: "strictness",
                shape: .word(Environment.Strictness.allCases.map(\.rawValue), what: "`relaxed` or `strict`"),
                summary: "`relaxed`: weak values and placeholders are warnings, for a developer's own machine. "
                    + "`strict`: every broken rule is an error. Usually relaxed for development, dev, local and test."
            ),
            .init(name: "description", shape: .text(.prose), summary: "For people."),
        ]
    )

    private static let component = ObjectShape(
        "component",
        what: "a mapping that says something of a component",
        keys: [
            .init(
                name: "folder",
                shape: .text(.folder),
                isRequired: true,
                summary: "Its folder, relative to the manifest's; `.` for the manifest's own."
            ),
            .init(
                name: "audience",
                shape: .word(Component.Audience.allCases.map(\.rawValue), what: "`server` or `browser`"),
                summary: "`server`: runs on machines of the team and may hold secrets; what is usual. "
                    + "`browser`: shipped to browsers, so that everything in it is public."
            ),
            .init(
                name: "dialect",
                shape: .word(dialects, what: "the reader of its `.env` files"),
                summary: "Which reader the component itself reads its `.env` files with."
            ),
            .init(
                name: "files",
                shape: .either([
                    .text(.file), .list(.text(.file), atLeast: 1),
                    .map(.nameOrStar, .either([.text(.file), .list(.text(.file), atLeast: 1)]), atLeast: 1),
                ]),
                summary: "Its files, lowest precedence first, for all environments or by environment; "
                    + "`{environment}` in a name stands for the environment's. Without it: the usual `.env` files."
            ),
            .init(name: "description", shape: .text(.prose), summary: "For people."),
        ],
        synonyms: ["path": "folder", "dir": "folder", "directory": "folder", "root": "folder", "kind": "audience"]
    )

    private static let variable = ObjectShape(
        "variable",
        what: "a type, or a mapping that says something of the variable",
        keys: [
            .init(
                name: "type",
                shape: .word(types, what: "a type"),
                summary: "What its values are. Without it: `string`, or `enumeration` where there are `values`."
            ),
            .init(
                name: "values",
                shape: .list(.written(what: "a word"), atLeast: 1),
                summary: "The words of an enumeration."
            ),
            .init(
                name: "sensitivity",
                shape: .word(
                    Variable.Sensitivity.allCases.map(\.rawValue),
                    what: "`public`, `internal` or `secret`"
                ),
                summary: "Who may see its values: anyone, the team, or nobody who does not need it. "
                    + "Without it: what is usual for the type."
            ),
            .init(name: "description", shape: .text(.prose), summary: "What it is for."),
            .init(
                name: "example",
                shape: .written(what: "an example value"),
                summary: "A value for templates. Public: never a real secret."
            ),
            .init(
                name: "default",
                shape: .written(what: "a value"),
                summary: "The value where nothing else gives one. Public; a secret cannot have one."
            ),
            .init(
                name: "components",
                shape: .either([.text(.name), .list(.text(.name), atLeast: 1)]),
                summary: "The components that read it. Without it: every server component."
            ),
            .init(
                name: "generate",
                shape: .either([
                    .word(Generator.words, what: "`hex`, `base64`, `base64url`, `password` or `uuid`"),
                    .object(generator),
                ]),
                summary: "How a new value is made. Without it: a person must give it."
            ),
            .init(
                name: "rotation",
                shape: .text(.rotation),
                summary: "How often it changes: days such as `90d`, or `never`. Without it: what is usual for the type."
            ),
            .init(name: "rules", shape: .object(rules), summary: "What must hold everywhere."),
            .init(
                name: "environments",
                shape: .map(.name, .object(override), atLeast: 1),
                summary: "What is different in an environment, by its name."
            ),
        ],
        synonyms: [
            "desc": "description", "help": "description", "comment": "description", "options": "values",
            "choices": "values", "enum": "values", "allowed": "values", "component": "components",
            "used-by": "components", "readers": "components", "generator": "generate", "rotate": "rotation",
            "value": "default", "sensitive": "sensitivity",
        ],
        conditions: [.init(key: "type", word: ValueType.enumeration([]).name, companion: "values")]
    )

    private static let override = ObjectShape(
        "override",
        what: "a mapping with default, example or rules",
        keys: [
            .init(
                name: "example",
                shape: .written(what: "an example value"),
                summary: "A value for templates there."
            ),
            .init(
                name: "default",
                shape: .written(what: "a value"),
                summary: "The value there where nothing else gives one, instead of the general default."
            ),
            .init(
                name: "rules",
                shape: .object(rules),
                summary: "Rules there; each that is set replaces the general one."
            ),
        ],
        atLeast: 1,
        synonyms: ["value": "default"]
    )

    private static let generator = ObjectShape(
        "generator",
        what: "one of hex, base64, base64url, password or uuid with its size",
        keys: [
            .init(
                name: "hex",
                shape: .integer(Generator.byteCounts),
                summary: "Random bytes as hexadecimal digits; this many bytes."
            ),
            .init(
                name: "base64",
                shape: .integer(Generator.byteCounts),
                summary: "Random bytes in base64; this many bytes."
            ),
            .init(
                name: "base64url",
                shape: .integer(Generator.byteCounts),
                summary: "Random bytes in URL-safe base64 without padding; this many bytes."
            ),
            .init(
                name: "password",
                shape: .integer(Generator.passwordLengths),
                summary: "A password with characters of every class; this many characters."
            ),
            .init(name: "uuid", shape: .yes, summary: "A version 4 UUID: `true`."),
        ],
        atLeast: 1,
        atMost: 1
    )
}
