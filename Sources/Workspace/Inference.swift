internal import DotEnv
internal import Manifest
internal import Secrets

extension ProjectSetup {
    /// A manifest of what is in the folder, and what a person should look at.
    ///
    /// - Throws: Why a `.env` file cannot be read: a manifest without what is in it would be wrong, and would stay.
    func inferred() throws(WorkspaceError) -> InferredManifest {
        var files: [ProjectFile] = []
        var links: [InferredManifest.Note] = []
        for path in ProjectTree(of: root).paths {
            let full = Paths.join(root, path)
            guard ProjectTree.isEnvironmentFile(Paths.name(of: path)) else {
                let bytes = try? Files.readRegularIfThere(full, beneath: root, limit: 4 * 1_048_576)
                if let bytes { files.append(ProjectFile(path: path, bytes: bytes)) }
                continue
            }
            // Nobody has said yet that the repository may be believed, so no link of it is followed out of it.
            guard Files.isReally(full, beneath: root) else {
                links.append(
                    .init(file: path, message: "it is a link out of the project, so nothing was learnt from it")
                )
                continue
            }
            if let bytes = try Files.readRegularIfThere(full, limit: 4 * 1_048_576) {
                files.append(ProjectFile(path: path, bytes: bytes))
            }
        }
        var result = ManifestInference.infer(project: name, files: files) { file in
            guard let document = try? DotEnvDocument(parsing: file.bytes),
                let values = try? document.values(environment: { _ in nil }, interpolate: false)
            else { return nil }
            return values.map { EnvironmentEntry(name: $0.key, value: Secret($0.value), line: $0.line) }
        }
        result.notes += links
        return result
    }
}
