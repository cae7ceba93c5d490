/// The formats in which values come in and go out.
public enum Format: String, Sendable, Hashable, CaseIterable {
    /// A `.env` file.
    case dotenv
    /// One JSON object of strings.
    case json
    /// One YAML mapping of strings.
    case yaml
    /// `export NAME='value'` lines for a POSIX shell.
    case shell
    /// What `docker run --env-file` reads: raw lines, no quoting at all.
    case docker
    /// A Kubernetes Secret manifest.
    case kubernetes
    /// A folder with a file per value, as systemd's `LoadCredential=` reads it.
    case systemd
    /// Lines for the file that `$GITHUB_ENV` names.
    case github
}
