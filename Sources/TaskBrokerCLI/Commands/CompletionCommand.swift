import ArgumentParser

/// `completion SHELL`: a script that completes commands and options.
struct CompletionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print a completion script for a shell.",
        discussion: """
            bash:  source <(taskctl completion bash)
            zsh:   taskctl completion zsh > "${fpath[1]}/_taskctl"
            fish:  taskctl completion fish > ~/.config/fish/completions/taskctl.fish
            """
    )

    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash
        case zsh
        case fish
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let console = try CommandContext.required.console(self.options)
        let shell: CompletionShell =
            switch self.shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        try console.print(RootCommand.completionScript(for: shell))
    }
}
