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

    /// What it is, for help texts.
    public var summary: String {
        switch self {
        case .dotenv: "a .env file"
        case .json: "one JSON object of strings"
        case .yaml: "one YAML mapping of strings"
        case .shell: "export lines for a POSIX shell"
        case .docker: "a file for docker run --env-file"
        case .kubernetes: "a Kubernetes Secret manifest"
        case .systemd: "a folder with a file per value, for systemd's LoadCredential="
        case .github: "lines for the file that $GITHUB_ENV names"
        }
    }
}
