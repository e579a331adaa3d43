import CeleryProtocol
import TaskBroker
import Testing

@testable import TaskBrokerCLI

/// Whole command lines that need no Redis, run in this process.
struct CommandTreeTests {
    private let output = OutputStream()
    private let errors = OutputStream()

    private func run(_ words: String...) async -> TaskBrokerCLI.ExitStatus {
        let tree = CommandTree("shop", version: "2.0") { environment in try TaskApp(environment) }
        return await tree.run(
            words,
            variables: [:],
            output: self.output,
            errors: self.errors,
            input: .standardInput
        )
    }

    @Test func `tells its version, for people and for programs`() async throws {
        #expect(await self.run("version") == .success)
        #expect(self.output.contents == "shop 2.0 (TaskBroker \(CommandTree.libraryVersion))\n")
        #expect(await self.run("--json", "version") == .success)
        let document = try JSONValue(parsing: String(self.output.contents.split(separator: "\n")[1]))
        #expect(document["kind"] == "version")
        #expect(document["version"] == "2.0")
    }

    @Test func `lists its commands under its own name`() async {
        #expect(await self.run("--help") == .success)
        let help = self.output.contents
        #expect(help.contains("USAGE: shop <subcommand>"))
        for name in [
            "send, call", "result", "status", "group", "task", "queue", "dead, dlq", "worker", "dev", "completion",
            "version",
        ] {
            #expect(help.contains("\n  \(name) "), "\(name) is missing")
        }
        #expect(self.errors.contents.isEmpty)
    }

    @Test(arguments: [
        ["send"], ["result"], ["status"], ["worker"], ["dev"], ["queue", "ls"], ["queue", "purge"], ["dead", "retry"],
        ["inspect"], ["control"], ["events"], ["group", "show"], ["group", "wait"], ["task", "tree"],
    ])
    func `explains each command`(path: [String]) async {
        let tree = CommandTree("shop") { environment in try TaskApp(environment) }
        let status = await tree.run(
            path + ["--help"],
            variables: [:],
            output: self.output,
            errors: self.errors,
            input: .standardInput
        )
        #expect(status == .success)
        #expect(self.output.contents.contains("USAGE: shop \(path.joined(separator: " "))"))
        #expect(self.output.contents.contains("--broker"))
        #expect(!self.output.contents.contains("TimeSpan("), "a default is shown as Swift sees it")
        #expect(!self.output.contents.contains("without-gossip"))
    }

    @Test func `explains exit codes and documents`() async {
        #expect(await self.run("help", "exit-codes") == .success)
        #expect(self.output.contents.contains("\n 124  the time of --timeout is over"))
        #expect(await self.run("help", "json") == .success)
        #expect(self.output.contents.contains("KIND "))
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `completes in every shell`(shell: String) async {
        #expect(await self.run("completion", shell) == .success)
        #expect(self.output.contents.contains("shop"))
        #expect(self.output.contents.contains("worker"))
    }

    @Test(
        arguments: [
            (["frobnicate"], 64, "There is no command 'frobnicate'"),
            (["send"], 64, "Name the task to send"),
            (["send", "t", "--countdown", "soon"], 64, "--countdown"),
            (["send", "t", "--countdown", "1", "--eta", "2030-01-01"], 64, "--countdown or --eta"),
            (["send", "t", "--serializer", "pickle"], 64, "pickle"),
            (["send", "t", "--from", "-"], 78, "scheme"),
            (["send", "--chain", "f", "t"], 64, "come from the file"),
            (["send", "--chain", "f", "--group", "f"], 64, "Give one of"),
            (["worker", "-c", "0"], 64, "-c"),
            (["worker", "-l", "loud"], 64, "-l"),
            (["worker", "--lease", "1ms"], 64, "--lease"),
            (["result"], 64, "id"),
            (["queue", "peek", "q", "-n", "0"], 64, "--count"),
            (["dead", "retry"], 64, "Give ids"),
            (["dead", "retry", "x", "--all"], 64, "Give ids"),
            (["completion", "tcsh"], 64, "shell"),
            (["status", "\u{1B}[2J", "--wat"], 64, "--wat"),
        ] as [([String], Int32, String)]
    )
    func `refuses what makes no sense`(words: [String], status: Int32, text: String) async {
        let tree = CommandTree("shop") { environment in try TaskApp(environment) }
        let result = await tree.run(
            words,
            variables: ["TASKBROKER_URL": "nonsense://host"],
            output: self.output,
            errors: self.errors,
            input: .standardInput
        )
        #expect(result.rawValue == status)
        #expect(self.errors.contents.contains(text), "\(self.errors.contents)")
        #expect(!self.errors.contents.contains("\u{1B}"))
        #expect(self.output.contents.isEmpty)
    }

    @Test func `a URL that cannot be used is told without its password`() async {
        #expect(await self.run("-b", "nonsense://:secret@host", "status") == .configuration)
        #expect(self.errors.contents.hasPrefix("error: "))
        #expect(!self.errors.contents.contains("secret"))
    }

    @Test func `a log file that cannot be opened ends the worker`() async {
        #expect(await self.run("worker", "--allow-root", "-f", "/nonexistent/dir/log") == .configuration)
        #expect(self.errors.contents.contains("No such file or directory"))
    }
}
