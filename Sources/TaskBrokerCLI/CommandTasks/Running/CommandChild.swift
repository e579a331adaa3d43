private import CommandSpawn
import TaskBroker

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A command that runs, as the thread sees it that has started it.
///
/// That thread has to stay until the command has ended: on Linux the kernel kills the command when the thread is gone, so that no
/// command outlives its worker.
struct CommandChild {
    private let process: Int32
    private let observer: CommandObserver
    private let stop: StopSwitch
    private let started = ContinuousClock.now
    private var watch: CommandWatch
    private var output: CommandOutput
    private var errors: CommandOutput
    private var isCancelled = false
    /// Readable when the command has ended; `nil` where the system has no such thing.
    private let exit: FileDescriptor?

    /// Starts a command.
    init(_ command: CommandProcess, stop: StopSwitch) throws(CommandStartError) {
        let pipes: CommandPipes
        do throws(SystemError) {
            pipes = try CommandPipes(input: command.input)
        } catch {
            throw CommandStartError(message: "no files for '\(command.launch.executable)': \(error)")
        }
        defer { pipes.closeTheirEnds() }
        self.output = CommandOutput(pipes.output.reader, keeping: .first(command.outputLimit))
        self.errors = CommandOutput(pipes.errors.reader, keeping: .last(Self.errorTailLength))
        do throws(CommandLaunch.Failure) {
            self.process = try command.launch.start(
                input: pipes.input,
                output: pipes.output.writer,
                errors: pipes.errors.writer
            )
        } catch {
            pipes.closeOurEnds()
            throw CommandStartError(error, command.launch)
        }
        self.observer = command.observer
        self.observer.started(self.process)
        self.stop = stop
        self.watch = CommandWatch(command.limits)
        let number = command_exit_descriptor(self.process)
        self.exit = number < 0 ? nil : FileDescriptor(rawValue: number)
    }

    /// How much of the standard error is kept (reliability R10).
    private static let errorTailLength = 4 << 10
}

extension CommandChild {
    /// Reads what the command writes, stops it when it has to be stopped, and waits for its end.
    mutating func wait() -> CommandExit {
        while !command_has_ended(self.process) {
            self.send(self.watch.signal(at: self.elapsed))
            self.look()
            if self.output.isTooLong { self.send(self.watch.overflow()) }
        }
        // Its process is a zombie, so the number of its group is still its own: nothing that it started is left running.
        _ = killpg(self.process, SIGKILL)
        self.observer.ended(self.process)
        self.output.drain()
        self.errors.drain()
        self.exit?.close()
        let status = self.reap()
        return CommandExit(
            status: status,
            reason: self.output.isTooLong ? .tooMuchOutput : self.watch.reason,
            output: self.output.bytes,
            errorTail: self.errors.bytes,
            elapsed: self.elapsed
        )
    }

    private var elapsed: Duration { self.started.duration(to: .now) }

    private func send(_ signal: CommandWatch.Signal?) {
        switch signal {
        case .terminate?: _ = killpg(self.process, SIGTERM)
        case .kill?: _ = killpg(self.process, SIGKILL)
        case nil: break
        }
    }

    /// Waits until something happens, and reads it.
    private mutating func look() {
        let awaited = [
            self.exit, self.isCancelled ? nil : self.stop.reader, self.output.descriptor, self.errors.descriptor,
        ]
        // A negative descriptor is none: its place stays empty.
        var places = awaited.map { pollfd(fd: $0?.rawValue ?? -1, events: Int16(POLLIN), revents: 0) }
        guard unsafe poll(&places, nfds_t(places.count), self.patience) > 0 else { return }
        if places[1].revents != 0 {
            self.isCancelled = true
            self.send(self.watch.cancel(at: self.elapsed))
        }
        if places[2].revents != 0 { self.output.read() }
        if places[3].revents != 0 { self.errors.read() }
    }

    /// How long to wait at most, in milliseconds; -1 for as long as it takes.
    private var patience: Int32 {
        let blind: Int32 = self.exit == nil ? 20 : -1
        guard let deadline = self.watch.deadline else { return blind }
        let rest = max(.zero, deadline - self.elapsed)
        let milliseconds = Int32(clamping: rest.inMilliseconds)
        return blind < 0 ? milliseconds : min(blind, milliseconds)
    }

    private func reap() -> ProcessEnd {
        var status: Int32 = 0
        while unsafe waitpid(self.process, &status, 0) < 0 {
            if errno != EINTR { return .signalled(SIGKILL) }
        }
        return ProcessEnd(waitStatus: status)
    }
}
