import TaskBroker

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What this process can do to itself.
package enum CurrentProcess {
    /// Whether it runs as root.
    package static var isRoot: Bool { geteuid() == 0 }

    /// A path of the program of this process, to start it once more.
    package static var executable: String {
        #if os(Linux)
        // Also while a new version replaces the file.
        "/proc/self/exe"
        #else
        CommandLine.arguments[0]
        #endif
    }

    /// Makes writing to a pipe that nobody reads an error instead of death.
    package static func ignoreBrokenPipes() {
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// Makes sure that the end of a child can be seen: who starts us may have had no interest in children.
    package static func expectChildren() {
        _ = signal(SIGCHLD, SIG_DFL)
    }

    /// Replaces the program of this process by another one; returns only if that fails.
    ///
    /// - Parameters:
    ///   - program: A path, or a name that is looked up in `PATH`.
    ///   - arguments: The arguments after the program's name.
    ///   - name: The program's name, if it is not the path.
    package static func execute(
        _ program: String,
        _ arguments: [String],
        name: String? = nil
    ) throws(SystemError) -> Never {
        // What is ignored stays ignored in the new program, which may not expect it.
        _ = signal(SIGPIPE, SIG_DFL)
        // Threads of the pool block most signals, and a new program has the mask of the thread that calls it.
        var none = sigset_t()
        unsafe sigemptyset(&none)
        _ = unsafe pthread_sigmask(SIG_SETMASK, &none, nil)
        var vector = unsafe ([name ?? program] + arguments).map { unsafe strdup($0) }
        unsafe vector.append(nil)
        _ = unsafe execvp(program, &vector)
        let error = SystemError.last
        unsafe vector.forEach { unsafe free($0) }
        throw error
    }

    /// Ends the process.
    package static func exit(_ status: ExitStatus) -> Never {
        #if canImport(Darwin)
        Darwin.exit(status.rawValue)
        #elseif canImport(Musl)
        Musl.exit(status.rawValue)
        #else
        Glibc.exit(status.rawValue)
        #endif
    }

    /// The environment variables.
    package static var environment: [String: String] { ProcessInfo.environment }
}
