#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A command that could not be started.
struct CommandStartError: Error, Hashable {
    /// What failed, and what to do about it where that is known.
    let message: String
}

extension CommandStartError {
    init(_ failure: CommandLaunch.Failure, _ launch: CommandLaunch) {
        self.message =
            switch (failure.stage, failure.error.number) {
            case (.identity, _):
                "cannot become the user \(launch.identity?.user ?? geteuid()), which only root can: \(failure.error)"
            case (.directory, _): "cannot change to the directory '\(launch.directory)': \(failure.error)"
            case (.limits, _): "cannot set the limits: \(failure.error)"
            case (.execution, ENOEXEC):
                "'\(launch.executable)' is no program: a script begins with a line such as #!/usr/bin/env python3"
            case (.execution, E2BIG):
                "the arguments are too long for a command line: read them from standard input"
            case (.execution, _): "cannot run '\(launch.executable)': \(failure.error)"
            case (.process, _): "cannot start a process for '\(launch.executable)': \(failure.error)"
            }
    }
}
