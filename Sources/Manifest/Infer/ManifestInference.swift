/// Writes a first manifest from what is in a project: `.env` files and their templates, Compose files, and the files
/// that tell what kind of program a folder holds.
///
/// It guesses, and says so: the result is meant to be read by a person. Values of secrets never enter it; values of
/// other variables only as examples, and only from files that are committed.
public enum ManifestInference {
    /// Whether a file is worth giving to ``infer(project:files:entries:)``.
    ///
    /// - Parameter path: Its path; only the name counts.
    public static func isTelling(_ path: String) -> Bool {
        FileRole(name: ProjectFile(path: path, bytes: []).name) != nil
    }

    /// Infers a manifest.
    ///
    /// - Parameters:
    ///   - project: The project's name; characters that no name may have become `-`.
    ///   - files: Its files; others than ``isTelling(_:)`` says are passed over.
    ///   - entries: Reads a `.env` file: its names with their values, in order; nil when it cannot be read.
    /// - Returns: A manifest that ``ManifestReader`` reads without an error, and what to look at.
    public static func infer(
        project: String,
        files: [ProjectFile],
        entries: (ProjectFile) -> [EnvironmentEntry]?
    ) -> InferredManifest {
        let survey = ProjectSurvey(files: files, read: entries)
        var inference = Inference(project: NameMaker.name(project, or: "project"), survey: survey)
        return inference.result()
    }
}

/// Makes names of what was found that are names to the manifest too.
enum NameMaker {
    /// A name of letters, digits, `.`, `_` and `-`, that begins with a letter or digit.
    static func name(_ text: String, or other: String) -> String {
        let safe = text.unicodeScalars.map { scalar in
            TextForm.name.accepts("a\(scalar)") ? Character(scalar) : "-"
        }
        let name = String(safe.drop { !TextForm.name.accepts(String($0)) }.prefix(64))
        return name.isEmpty ? other : name
    }
}
