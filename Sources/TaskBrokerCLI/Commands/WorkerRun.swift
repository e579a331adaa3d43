import ArgumentParser
import CeleryProtocol
import Logging
import TaskBroker
import UnixSignals

/// A worker in the foreground, from its banner to its exit status.
struct WorkerRun: Sendable {
    let worker: Worker
    var commands: TaskFile?
    let context: CommandContext
    let console: Console
    let urls: ConnectionURLs
    let log: LogSettings
    let sink: LogSink
    let file: LogFile?

    private enum Happening: Sendable {
        case ended
        case signalsEnded
    }

    /// Works until a signal, or, in burst mode, until the queues are empty.
    ///
    /// - Throws: `ExitCode` 130, 131 or 143 when running tasks were given back instead of finished.
    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sigquit, .sighup)
        let shutdown = Shutdown()
        try await self.worker.app.run { app in
            try await app.verify()
            self.greet()
            self.sink.open()
            try await withThrowingTaskGroup(of: Happening.self) { group in
                group.addTask {
                    try await self.worker.run()
                    return .ended
                }
                group.addTask {
                    for await signal in signals { self.handle(signal, shutdown) }
                    return .signalsEnded
                }
                defer { group.cancelAll() }
                while let happening = try await group.next(), happening != .ended {}
            }
        }
        if let status = shutdown.coldStatus { throw ExitCode(status.rawValue) }
    }
}

// MARK: Signals

extension WorkerRun {
    private func handle(_ signal: UnixSignal, _ shutdown: Shutdown) {
        switch shutdown.action(on: signal) {
        case .reopen:
            do throws(CommandError) {
                try self.file?.reopen()
            } catch {
                self.console.report(error)
            }
        case .drain:
            self.console.note("Finishing the running tasks; once more gives them back to their queues.")
            self.worker.drain()
        case .stop:
            self.console.note("Giving the running tasks back to their queues.")
            self.worker.stop()
        case .exit(let status):
            CurrentProcess.exit(status)
        }
    }
}

// MARK: Banner

extension WorkerRun {
    private func greet() {
        let banner = WorkerBanner(
            program: "\(self.context.name) \(self.context.version)",
            node: self.worker.node,
            broker: ConnectionURLs.masked(self.urls.broker),
            backend: ConnectionURLs.masked(self.urls.backend),
            configuration: self.worker.configuration,
            queues: self.worker.queues,
            tasks: (self.worker.app.taskNames + (self.commands?.tasks.map(\.name) ?? [])).sorted()
        )
        switch self.log.format {
        case .json:
            let line = LogLine(time: .now(), level: .info, message: "worker is ready", metadata: banner.metadata)
            self.sink.write(line.rendered(.json, self.log.palette))
        case .text where !self.console.isQuiet:
            self.console.say(banner.text(self.console.errorPalette, showsTasks: self.log.level <= .info))
        case .text:
            break
        }
    }
}
