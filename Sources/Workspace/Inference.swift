internal import DotEnv
internal import Manifest
internal import Secrets

extension ProjectSetup {
    /// A manifest of what is in the folder, and what a person should look at.
    func inferred() -> InferredManifest {
        let files = ProjectTree(of: root).paths.compactMap { path -> ProjectFile? in
            guard let bytes = try? Files.read(Paths.join(root, path), limit: 4 * 1_048_576) else { return nil }
            return ProjectFile(path: path, bytes: bytes)
        }
        return ManifestInference.infer(project: name, files: files) { file in
            guard let document = try? DotEnvDocument(parsing: file.bytes),
                let values = try? document.values(environment: { _ in nil }, interpolate: false)
            else { return nil }
            return values.map { EnvironmentEntry(name: $0.key, value: Secret($0.value), line: $0.line) }
        }
    }
}
