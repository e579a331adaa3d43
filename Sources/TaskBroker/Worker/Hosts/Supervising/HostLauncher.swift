private import CTaskHost

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A process that was just started, and our ends of what connects us.
struct LaunchedHost: Sendable {
    let pid: CInt
    /// The socket.
    let socket: CInt
    /// What the process writes.
    let output: CInt
}

/// Starts task hosts.
enum HostLauncher {
    /// Starts a process with `posix_spawn`: never a fork that goes on running our code.
    ///
    /// - Important: The thread must live as long as the child, see ``HostLink/eventLoop``.
    static func start(_ configuration: HostConfiguration) throws(TaskBrokerError) -> LaunchedHost {
        let socket = unsafe try self.pair("socket") { unsafe CTaskHost_socketPair($0) }
        let output: (ours: CInt, theirs: CInt)
        do throws(TaskBrokerError) {
            output = unsafe try self.pair("pipe") { unsafe CTaskHost_pipe($0) }
        } catch {
            self.close(socket.ours, socket.theirs)
            throw error
        }
        var pid: pid_t = 0
        let variables = HostConfiguration.environment(ProcessInfo.environment).map { "\($0.key)=\($0.value)" }
        let status = unsafe self.withVector(configuration.arguments) { arguments in
            unsafe self.withVector(variables) { environment in
                unsafe CTaskHost_spawn(
                    &pid,
                    configuration.executable,
                    arguments,
                    environment,
                    socket.theirs,
                    output.theirs
                )
            }
        }
        self.close(socket.theirs, output.theirs)
        guard status == 0 else {
            self.close(socket.ours, output.ours)
            throw Self.error("A task host cannot be started: '\(configuration.arguments[0])'", status)
        }
        return LaunchedHost(pid: pid, socket: socket.ours, output: output.ours)
    }

    private static func pair(
        _ what: String,
        _ make: (UnsafeMutablePointer<CInt>) -> CInt
    ) throws(TaskBrokerError) -> (ours: CInt, theirs: CInt) {
        var ends: [CInt] = [-1, -1]
        let status = unsafe ends.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.map { unsafe make($0) } ?? EINVAL
        }
        guard status == 0 else { throw self.error("No \(what) for a task host", status) }
        return (ends[0], ends[1])
    }

    private static func error(_ what: String, _ number: CInt) -> TaskBrokerError {
        let reason = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
        return TaskBrokerError(.invalidConfiguration, "\(what): \(reason).")
    }

    private static func close(_ descriptors: CInt...) {
        for descriptor in descriptors {
            #if canImport(Glibc)
            _ = Glibc.close(descriptor)
            #elseif canImport(Musl)
            _ = Musl.close(descriptor)
            #else
            _ = Darwin.close(descriptor)
            #endif
        }
    }

    /// Calls `body` with texts as C wants them: pointers, the last one null.
    private static func withVector<Value>(
        _ texts: [String],
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Value
    ) -> Value {
        var vector = unsafe texts.map { unsafe strdup($0) }
        unsafe vector.append(nil)
        defer { unsafe vector.forEach { unsafe free($0) } }
        return unsafe vector.withUnsafeBufferPointer { buffer in
            // A buffer with a last element has a base address.
            unsafe body(buffer.baseAddress.unsafelyUnwrapped)
        }
    }
}
