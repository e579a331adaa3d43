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
    let health: HealthOptions
    /// Whether the server is to be looked at before the start: not one of our own.
    var checksServer = true

    private enum Happening: Sendable {
        case ended
        case signalsEnded
        case checked
    }

    /// Keeps the signals that a worker understands from ending the process, and collects them.
    ///
    /// Before anything is printed: whoever waits for a line of ours may send one as soon as it is there.
    static func trapSignals() async -> UnixSignalsSequence {
        await UnixSignalsSequence(trapping: .sigint, .sigterm, .sigquit, .sighup)
    }

    /// Works until a signal, or, in burst mode, until the queues are empty.
    ///
    /// A Redis that cannot be reached is waited for, as by Celery, unless there is an end to wait for or `--strict` was given.
    ///
    /// - Parameter signals: What ``trapSignals()`` has made.
    /// - Throws: `ExitCode` 130, 131 or 143 when running tasks were given back instead of finished.
    func run(until signals: UnixSignalsSequence) async throws {
        OpenFileLimit.raise()
        let shutdown = Shutdown()
        try await self.worker.app.run { app in
            let server = try await self.startHealthServer()
            defer { server?.stop() }
            let isChecked = try await self.check(app)
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
                if !isChecked {
                    group.addTask {
                        await self.checkWhenReached(app)
                        return .checked
                    }
                }
                defer { group.cancelAll() }
                while let happening = try await group.next(), happening != .ended {}
            }
        }
        if let status = shutdown.coldStatus { throw ExitCode(status.rawValue) }
    }
}

// MARK: Starting

extension WorkerRun {
    private func startHealthServer() async throws(CommandError) -> HealthServer? {
        guard let address = self.health.health else { return nil }
        let server = try await HealthServer(at: address) { [worker] in worker.health }
        self.console.note("Health is at \(server.url)/livez and \(server.url)/readyz.")
        return server
    }

    /// Fails if no work is possible, and waiting would not change that.
    ///
    /// - Returns: Whether the server has been looked at; if not, it could not be reached.
    private func check(_ app: TaskApp) async throws -> Bool {
        do {
            try await app.verify()
        } catch let error as TaskBrokerError where error.code == .brokerUnavailable {
            if self.health.strict || self.worker.configuration.isBurst { throw error }
            self.console.warn(TerminalText.escape(error.message))
            self.console.note("Waiting for Redis; with --strict, the worker would end.")
            return false
        }
        try await self.checkServer(app)
        return true
    }

    private func checkServer(_ app: TaskApp) async throws {
        guard self.checksServer else { return }
        let check: StartCheck
        do {
            check = StartCheck(try await app.inspector.diagnoseServers())
        } catch {
            // Who must not ask can work all the same.
            if self.health.strict { throw error }
            return
        }
        if self.health.strict { try check.requireSafety() }
        for line in check.lines { self.console.warn(line) }
    }

    /// Looks at the server as soon as it can be reached for the first time.
    ///
    /// It never ends the worker: with `--strict` there is nothing to wait for.
    private func checkWhenReached(_ app: TaskApp) async {
        while !Task.isCancelled {
            do {
                try await app.verify()
                return try await self.checkServer(app)
            } catch {
                // Why it cannot be reached is told by the worker itself. Cancellation ends the sleep, and the loop with it.
                try? await Task.sleep(for: Self.reachInterval)
            }
        }
    }

    /// How often it is tried whether a server that was not there at the start can be reached.
    private static let reachInterval: Duration = .seconds(1)
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
