extension BaseEnvironment {
    /// What a group of base variables is for.
    public enum Group: String, Sendable, CaseIterable {
        /// Finding files and people.
        case place = "Where the process is"
        /// The user's language and clock.
        case language = "Language and time"
        /// What output looks like.
        case terminal = "Terminal"
        /// Trust and proxies.
        case network = "Network"
        /// What systemd tells its services.
        case service = "Service manager"
        /// What clouds and clusters tell what they run.
        case platform = "Platform"
        /// Where language toolchains are installed.
        case toolchain = "Toolchains"
    }

    /// One row of the base set.
    public struct Row: Sendable {
        /// The variable's name; a star at its end stands for any ending.
        public let name: String
        /// What it is for.
        public let group: Group
        /// Why an application receives it.
        public let reason: String

        init(_ name: String, _ group: Group, _ reason: String) {
            self.name = name
            self.group = group
            self.reason = reason
        }
    }

    /// The base set, whole.
    public static let table: [Row] = [
        Row("PATH", .place, "finds the programs that the application starts"),
        Row("HOME", .place, "finds the user's files"),
        Row("USER", .place, "who runs it"),
        Row("LOGNAME", .place, "who runs it, as POSIX names it"),
        Row("SHELL", .place, "which shell tools start for the user"),
        Row("PWD", .place, "the folder as the user reached it, through its links"),
        Row("HOSTNAME", .place, "the container's or pod's name, which logs carry"),
        Row("TMPDIR", .place, "where temporary files go, as POSIX names it"),
        Row("TMP", .place, "the same, as some runtimes name it"),
        Row("TEMP", .place, "the same, as some runtimes name it"),
        Row("XDG_RUNTIME_DIR", .place, "the user's private folder for sockets"),
        Row("XDG_CONFIG_HOME", .place, "where tools look for the user's settings"),
        Row("XDG_CONFIG_DIRS", .place, "where tools look for the system's settings"),
        Row("XDG_DATA_HOME", .place, "where tools keep the user's data"),
        Row("XDG_DATA_DIRS", .place, "where tools look for the system's data"),
        Row("XDG_CACHE_HOME", .place, "where tools keep what they can make again"),
        Row("XDG_STATE_HOME", .place, "where tools keep logs and history"),

        Row("LANG", .language, "the language and the character encoding"),
        Row("LANGUAGE", .language, "gettext's list of languages to try"),
        Row("LC_*", .language, "the language of one concern: LC_ALL, LC_CTYPE, LC_TIME and others"),
        Row("LOCALE_ARCHIVE", .language, "where glibc finds its locales on some systems"),
        Row("TZ", .language, "the time zone"),
        Row("TZDIR", .language, "where the time zones are"),

        Row("TERM", .terminal, "what the terminal can do"),
        Row("TERMINFO", .terminal, "where its description is"),
        Row("TERMINFO_DIRS", .terminal, "where descriptions of terminals are"),
        Row("COLORTERM", .terminal, "whether it has 24-bit colour"),
        Row("TERM_PROGRAM", .terminal, "which terminal it is; tools work around its peculiarities"),
        Row("TERM_PROGRAM_VERSION", .terminal, "of which version"),
        Row("NO_COLOR", .terminal, "no colours, please (no-color.org)"),
        Row("FORCE_COLOR", .terminal, "colours although the output is no terminal"),
        Row("CLICOLOR", .terminal, "colours where the output is a terminal"),
        Row("CLICOLOR_FORCE", .terminal, "colours although the output is no terminal"),
        Row("EDITOR", .terminal, "the user's editor, for programs that open one"),
        Row("VISUAL", .terminal, "the user's full-screen editor"),
        Row("PAGER", .terminal, "what shows long output"),
        Row("CI", .terminal, "nobody is there to answer a question"),

        Row("SSL_CERT_FILE", .network, "the authorities that OpenSSL and most runtimes trust"),
        Row("SSL_CERT_DIR", .network, "the same, as a folder"),
        Row("NIX_SSL_CERT_FILE", .network, "the same, for programs built by Nix"),
        Row("CURL_CA_BUNDLE", .network, "the same, for curl"),
        Row("REQUESTS_CA_BUNDLE", .network, "the same, for Python's requests"),
        Row("NODE_EXTRA_CA_CERTS", .network, "the company's own authority, for Node.js"),
        Row("AWS_CA_BUNDLE", .network, "the same, for the AWS SDKs"),
        Row("http_proxy", .network, "the proxy for HTTP; curl reads the lower case only"),
        Row("https_proxy", .network, "the proxy for HTTPS"),
        Row("HTTP_PROXY", .network, "the proxy for HTTP, for runtimes that read the upper case"),
        Row("HTTPS_PROXY", .network, "the proxy for HTTPS"),
        Row("all_proxy", .network, "the proxy for all else"),
        Row("ALL_PROXY", .network, "the proxy for all else"),
        Row("no_proxy", .network, "which hosts need no proxy"),
        Row("NO_PROXY", .network, "which hosts need no proxy"),

        Row("LISTEN_FDS", .service, "how many sockets systemd passes, from descriptor 3 on (sd_listen_fds(3))"),
        Row("LISTEN_PID", .service, "for which process they are"),
        Row("LISTEN_PIDFDID", .service, "the same, as newer versions say it"),
        Row("LISTEN_FDNAMES", .service, "what they are called"),
        Row("NOTIFY_SOCKET", .service, "where a service says that it is ready (sd_notify(3))"),
        Row("WATCHDOG_USEC", .service, "how often it must say that it is alive"),
        Row("WATCHDOG_PID", .service, "which process must say so"),
        Row("INVOCATION_ID", .service, "this run's id, for logs"),
        Row("JOURNAL_STREAM", .service, "whether output goes to the journal"),
        Row("RUNTIME_DIRECTORY", .service, "the service's own folder under /run"),
        Row("STATE_DIRECTORY", .service, "the service's own folder under /var/lib"),
        Row("CACHE_DIRECTORY", .service, "the service's own folder under /var/cache"),
        Row("LOGS_DIRECTORY", .service, "the service's own folder under /var/log"),
        Row("CONFIGURATION_DIRECTORY", .service, "the service's own folder under /etc"),
        Row("CREDENTIALS_DIRECTORY", .service, "where systemd put the service's credentials: a path, not a secret"),
        Row("MEMORY_PRESSURE_WATCH", .service, "where to learn that memory runs short"),
        Row("MEMORY_PRESSURE_WRITE", .service, "what to write there first"),

        Row("container", .platform, "that it runs in a container, and in which kind"),
        Row("KUBERNETES_SERVICE_HOST", .platform, "where the cluster's API is"),
        Row("KUBERNETES_SERVICE_PORT", .platform, "on which port"),
        Row("KUBERNETES_SERVICE_PORT_HTTPS", .platform, "on which port for HTTPS"),
        Row("AWS_ROLE_ARN", .platform, "the role that the platform gives the process: a name, not a secret"),
        Row("AWS_WEB_IDENTITY_TOKEN_FILE", .platform, "where the proof of that identity is: a path"),
        Row("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", .platform, "where a container gets its role's short-lived keys"),
        Row("AWS_CONTAINER_CREDENTIALS_FULL_URI", .platform, "the same, as a whole address"),
        Row("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", .platform, "where the proof for that address is: a path"),
        Row("AZURE_AUTHORITY_HOST", .platform, "whom a workload identity is proved to"),
        Row("AZURE_FEDERATED_TOKEN_FILE", .platform, "where the proof is: a path"),

        Row("VIRTUAL_ENV", .toolchain, "the Python environment that PATH points into"),
        Row("PYENV_ROOT", .toolchain, "where pyenv's programs in PATH find the real ones"),
        Row("RBENV_ROOT", .toolchain, "the same for rbenv"),
        Row("NVM_DIR", .toolchain, "the same for nvm"),
        Row("VOLTA_HOME", .toolchain, "the same for Volta"),
        Row("ASDF_DATA_DIR", .toolchain, "the same for asdf"),
        Row("MISE_DATA_DIR", .toolchain, "the same for mise"),
        Row("JAVA_HOME", .toolchain, "which Java runs"),
        Row("DOTNET_ROOT", .toolchain, "which .NET runs"),
        Row("CARGO_HOME", .toolchain, "where Rust's tools are"),
        Row("RUSTUP_HOME", .toolchain, "where Rust's toolchains are"),
    ]

    /// What a user may miss, with the reason why it is not in the base set. For the documentation.
    public static let leftBehind: [(name: String, reason: String)] = [
        ("KEYFOLIO_*", "Keyfolio's own, such as a passphrase: never passed on, not even with `--inherit`"),
        ("LD_PRELOAD, LD_LIBRARY_PATH", "load code into the process that reads the secrets"),
        ("NODE_OPTIONS, NODE_PATH, PYTHONPATH, PYTHONSTARTUP, RUBYOPT, PERL5OPT, JAVA_TOOL_OPTIONS", "the same"),
        ("BASH_ENV, ENV", "run a file in every shell that the application starts"),
        ("SSH_AUTH_SOCK, GPG_AGENT_INFO", "sign in the user's name"),
        ("DISPLAY, WAYLAND_DISPLAY, XAUTHORITY, DBUS_SESSION_BUS_ADDRESS", "reach into the user's desktop"),
        (
            "AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN",
            "a person's own authority, and secrets"
        ),
        ("GOOGLE_APPLICATION_CREDENTIALS, KUBECONFIG, DOCKER_HOST", "a person's own authority"),
        (
            "MAKEFLAGS",
            "carries what was set on make's command line, secrets among it; make goes on without its jobserver"
        ),
        ("COLUMNS, LINES", "go stale when the window changes; programs ask the terminal"),
    ]
}
