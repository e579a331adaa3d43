import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The other end of a small process that outlives the worker, if need be, to kill what its commands have started.
///
/// The kernel kills a command itself together with its worker, but not what the command has started; and a worker that is killed
/// with `SIGKILL` cannot do it either. The guardian reads from us which process groups there are. When we are gone, however that
/// came about, it reads the end of the file.
final class CommandGuardian: Sendable {
    private struct Life {
        let process: Int32
        let writer: FileDescriptor
    }

    private let life = Mutex<Life?>(nil)
}

extension CommandGuardian {
    /// Starts the process: this program once more, as a hidden command.
    func start() throws(SystemError) {
        let (reader, writer) = try FileDescriptor.blockingPipe()
        defer { reader.close() }
        var launch = CommandLaunch(
            executable: CurrentProcess.executable,
            arguments: [CommandLine.arguments.first ?? "taskctl", CommandGuardianCommand.name]
        )
        launch.diesWithUs = false
        let process: Int32
        do throws(CommandLaunch.Failure) {
            process = try launch.start(input: reader, output: .standardError, errors: .standardError)
        } catch {
            writer.close()
            throw error.error
        }
        self.life.withLock { $0 = Life(process: process, writer: writer) }
    }

    /// Notes that a process group exists.
    func watch(_ group: Int32) { self.tell("+\(group)\n") }

    /// Notes that a process group is gone; to be called while its number cannot be given to another one.
    func forget(_ group: Int32) { self.tell("-\(group)\n") }

    /// Ends the process.
    func end() {
        let life = self.life.withLock { life in
            defer { life = nil }
            return life
        }
        guard let life else { return }
        life.writer.close()
        var status: Int32 = 0
        while unsafe waitpid(life.process, &status, 0) < 0, errno == EINTR {}
    }

    /// A line is shorter than what a pipe takes at once, so lines of several threads do not mix.
    private func tell(_ line: String) {
        // Whoever killed the guardian has taken that risk; the commands go on.
        self.life.withLock { try? $0?.writer.write(Array(line.utf8)) }
    }
}
