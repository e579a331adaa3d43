private import CommandSpawn

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What the kernel is told to start a program, as the leader of a process group of its own.
struct CommandLaunch: Sendable {
    /// An absolute path.
    var executable: String
    /// The words of the command line, the program's name first.
    var arguments: [String]
    /// The whole environment.
    var environment: [String: String] = [:]
    /// The working directory.
    var directory = "/"
    /// Whom it runs as; as whom this process runs by default.
    var identity: UserIdentity?
    /// What the kernel limits.
    var resources: [ResourceLimit] = []
    /// Whether the kernel kills it when the thread that starts it ends (Linux).
    var diesWithUs = true

    /// Why a program could not be started.
    struct Failure: Error, Hashable {
        /// What failed.
        enum Stage: Hashable, Sendable {
            case process
            case identity
            case directory
            case limits
            case execution
        }

        let stage: Stage
        let error: SystemError
    }
}

extension CommandLaunch {
    /// Starts the program on the calling thread.
    ///
    /// - Returns: Its process id, which is that of its group as well.
    func start(input: FileDescriptor, output: FileDescriptor, errors: FileDescriptor) throws(Failure) -> Int32 {
        let words = unsafe self.arguments.map { text in unsafe strdup(text) } + [nil]
        let variables = unsafe self.environment.map { name, value in unsafe strdup("\(name)=\(value)") } + [nil]
        defer { unsafe (words + variables).forEach { unsafe free($0) } }
        let limits = self.resources.map { command_spawn_limit(resource: $0.resource.number, value: $0.value) }
        var stage = command_spawn_fork
        let process = unsafe self.withIdentity { identity in
            unsafe command_spawn(
                self.executable,
                words,
                variables,
                self.directory,
                [input, output, errors].map(\.rawValue),
                identity,
                limits,
                limits.count,
                self.diesWithUs,
                &stage
            )
        }
        if process > 0 { return process }
        throw Failure(stage: Failure.Stage(stage), error: .last)
    }

    /// Calls `body` with the identity as C wants it; `nil` for our own.
    private func withIdentity<Value>(_ body: (UnsafePointer<command_spawn_identity>?) -> Value) -> Value {
        guard let identity else { return body(nil) }
        return unsafe identity.groups.withUnsafeBufferPointer { groups in
            var identity = unsafe command_spawn_identity(
                user: identity.user,
                group: identity.group,
                groups: groups.baseAddress,
                group_count: groups.count
            )
            return unsafe body(&identity)
        }
    }
}

extension CommandLaunch.Failure.Stage {
    fileprivate init(_ stage: command_spawn_stage) {
        self =
            switch stage {
            case command_spawn_identity_change: .identity
            case command_spawn_directory: .directory
            case command_spawn_limits: .limits
            case command_spawn_execute: .execution
            default: .process
            }
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
