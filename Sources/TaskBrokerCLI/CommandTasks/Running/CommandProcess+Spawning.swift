private import CommandSpawn

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension CommandProcess {
    /// Starts the command on the calling thread.
    ///
    /// - Returns: Its process id, which is that of its group as well.
    func spawn(_ pipes: CommandPipes) throws(CommandStartError) -> Int32 {
        let arguments = unsafe self.arguments.map { unsafe strdup($0) } + [nil]
        let variables = unsafe self.environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer { unsafe (arguments + variables).forEach { unsafe free($0) } }
        let limits = self.resources.map { command_spawn_limit(resource: $0.resource.number, value: $0.value) }
        var stage = command_spawn_fork
        let process = unsafe command_spawn(
            self.executable,
            arguments,
            variables,
            self.directory,
            [pipes.input, pipes.output.writer, pipes.errors.writer].map(\.rawValue),
            limits,
            limits.count,
            &stage
        )
        if process > 0 { return process }
        throw self.error(.last, at: stage)
    }

    private func error(_ error: SystemError, at stage: command_spawn_stage) -> CommandStartError {
        let message =
            switch stage {
            case command_spawn_directory: "cannot change to the directory '\(self.directory)': \(error)"
            case command_spawn_limits: "cannot set the limits: \(error)"
            case command_spawn_execute where error.number == ENOEXEC:
                "'\(self.executable)' is no program: a script begins with a line such as #!/usr/bin/env python3"
            case command_spawn_execute where error.number == E2BIG:
                "the arguments are too long for a command line: read them from standard input"
            case command_spawn_execute: "cannot run '\(self.executable)': \(error)"
            default: "cannot start a process for '\(self.executable)': \(error)"
            }
        return CommandStartError(message: message)
    }
}

extension ResourceLimit.Resource {
    fileprivate var number: command_resource {
        switch self {
        case .memory: command_resource_memory
        case .cpu: command_resource_processor_time
        case .files: command_resource_files
        case .fileSize: command_resource_file_size
        case .processes: command_resource_processes
        case .core: command_resource_core
        }
    }
}
