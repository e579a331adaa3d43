import ArgumentParser

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// `command-guardian`, hidden: what ``CommandGuardian`` starts.
struct CommandGuardianCommand: AsyncParsableCommand, Sendable {
    static let name = "command-guardian"

    static let configuration = CommandConfiguration(
        commandName: Self.name,
        abstract: "Kill the process groups that standard input names when it ends.",
        shouldDisplay: false
    )

    func run() async throws {
        // It has to be there when everybody else was told to go.
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { _ = signal(number, SIG_IGN) }
        var groups = GuardedGroups()
        while let bytes = try? FileDescriptor.standardInput.read(upTo: 4096), !bytes.isEmpty { groups.read(bytes) }
        for group in groups.alive { _ = killpg(group, SIGKILL) }
    }
}
