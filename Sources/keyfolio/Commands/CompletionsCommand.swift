import ArgumentParser
import Findings

/// `keyfolio completions`: what a shell needs to complete our command lines.
struct CompletionsCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print the completion script for a shell.",
        discussion: """
            Examples:
              keyfolio completions bash > ~/.local/share/bash-completion/completions/keyfolio
              keyfolio completions zsh > "${fpath[1]}/_keyfolio"
              keyfolio completions fish > ~/.config/fish/completions/keyfolio.fish
            """
    )

    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish
    }

    @Argument(help: "The shell: bash, zsh or fish.")
    var shell: Shell

    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let script =
            switch shell {
            case .bash: Keyfolio.completionScript(for: .bash)
            case .zsh: Keyfolio.completionScript(for: .zsh)
            case .fish: Keyfolio.completionScript(for: .fish)
            }
        let text = script.hasSuffix("\n") ? script : script + "\n"
        if display.json {
            Terminal.tell(["shell": .string(shell.rawValue), "script": .string(text)])
        } else {
            Terminal.write(text)
        }
        return .success
    }
}
