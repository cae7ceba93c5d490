import Workspace

/// Reads the plain command lines of the three commands that people wait for: `run`, `get` and `check`.
///
/// The argument parser builds a description of every option before it looks at the first word, by reflection; that takes
/// longer than the whole work of these commands (ARCHITECTURE.md, "Fast by design"). So what is plain is read here, and
/// everything else, a mistake, a repeated option, a request for help, is left to the parser: it decides, and explains.
/// A test holds both to the same result.
enum QuickWords {
    /// What the words ask for, or nil when the argument parser shall read them.
    static func action(_ words: [String]) -> (any Action)? {
        guard let command = words.first else { return nil }
        var reader = Reader(words.dropFirst())
        switch command {
        case "run": return run(&reader)
        case "get": return get(&reader)
        case "check": return check(&reader)
        default: return nil
        }
    }

    private static func run(_ reader: inout Reader) -> RunAction? {
        var action = RunAction(wordCount: 0)
        while let word = reader.next() {
            switch word {
            case "--":
                action.wordCount = reader.rest
                // Without a word after it, the parser knows what to say.
                guard action.wordCount > 0 else { return nil }
                action.environment = ProjectPlace.environment(action.environment)
                return action
            case "-c", "--component": guard reader.value(into: &action.component) else { return nil }
            case "-e", "--env": guard reader.value(into: &action.environment) else { return nil }
            case "--inherit": action.inherit = true
            case "--redact": action.redact = true
            case "--no-check": action.check = false
            default: guard reader.common(word, &action.project, &action.display) else { return nil }
            }
        }
        return nil
    }

    private static func get(_ reader: inout Reader) -> GetAction? {
        var name: String?
        var action = GetAction(name: "", place: SecretPlace())
        while let word = reader.next() {
            switch word {
            case "-e", "--env": guard reader.value(into: &action.place.environment) else { return nil }
            case "--path": guard reader.value(into: &action.place.path) else { return nil }
            default:
                if reader.common(word, &action.place.project, &action.display) { continue }
                guard !word.hasPrefix("-"), name == nil else { return nil }
                name = word
            }
        }
        guard let name, action.place.path == nil || action.place.environment == nil else { return nil }
        action.name = name
        action.place.environment = ProjectPlace.environment(action.place.environment)
        return action
    }

    private static func check(_ reader: inout Reader) -> CheckAction? {
        var action = CheckAction()
        while let word = reader.next() {
            var value: String?
            switch word {
            case "-c", "--component":
                guard reader.value(into: &value), let value else { return nil }
                action.components.append(value)
            case "-e", "--env":
                guard reader.value(into: &value), let value else { return nil }
                action.environments.append(value)
            case "--all": action.all = true
            case "--strict": action.strict = true
            default: guard reader.common(word, &action.project, &action.display) else { return nil }
            }
        }
        return action
    }

    /// Goes through the words.
    private struct Reader {
        private var words: ArraySlice<String>

        init(_ words: ArraySlice<String>) { self.words = words }

        /// How many words are left.
        var rest: Int { words.count }

        mutating func next() -> String? { words.popFirst() }

        /// Takes an option's value; false when it is missing, looks like an option, or was given before.
        mutating func value(into place: inout String?) -> Bool {
            guard place == nil, let word = words.first, !word.isEmpty, !word.hasPrefix("-") else { return false }
            place = words.removeFirst()
            return true
        }

        /// Takes an option that all three commands have.
        mutating func common(_ word: String, _ project: inout ProjectPlace, _ display: inout Display) -> Bool {
            switch word {
            case "-C", "--directory": return value(into: &project.directory)
            case "--store": return value(into: &project.store)
            case "--json":
                display.json = true
                return true
            default: return false
            }
        }
    }
}
