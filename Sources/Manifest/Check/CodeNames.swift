internal import Findings

/// Names by which the loader, shells and runtimes decide what code they run (ld.so(8), dyld(1), bash(1), and the pages of
/// git, node, perl, python, ruby and java).
enum CodeNames {
    /// Names that make any program load or run what they say.
    private static let anywhere: Set = [
        "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "BASH_ENV", "ENV", "GCONV_PATH", "GLIBC_TUNABLES", "SHELLOPTS",
        "BASHOPTS", "PROMPT_COMMAND", "PS4", "IFS",
    ]

    /// Names that some programs take code from, and that projects set for honest reasons, too.
    private static let somewhere: Set = [
        "PATH", "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "NODE_OPTIONS", "NODE_PATH", "PERL5OPT", "PERL5LIB",
        "PERLLIB", "RUBYOPT", "RUBYLIB", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "ZDOTDIR",
    ]

    /// Variables of git that say what it runs or which repository it believes. A `GIT_COMMIT` is only a text.
    private static let git: Set = [
        "GIT_SSH", "GIT_SSH_COMMAND", "GIT_EXEC_PATH", "GIT_PAGER", "GIT_EDITOR", "GIT_SEQUENCE_EDITOR", "GIT_ASKPASS",
        "GIT_EXTERNAL_DIFF", "GIT_PROXY_COMMAND", "GIT_TEMPLATE_DIR", "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR",
    ]

    /// How bad it is that a manifest declares a name; nil for a name like another.
    static func severity(of name: String) -> Severity? {
        if anywhere.contains(name) || name.hasPrefix("DYLD_") { return .error }
        if somewhere.contains(name) || git.contains(name) || name.hasPrefix("GIT_CONFIG") { return .warning }
        return nil
    }
}
