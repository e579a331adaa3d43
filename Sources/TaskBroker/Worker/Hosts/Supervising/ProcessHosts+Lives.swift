import CeleryProtocol
import Logging
import NIOCore
import Synchronization

/// The lives of the processes.
extension ProcessHosts {
    /// A host that has not said hello after this long never will.
    private static let helloTimeout: Duration = .seconds(60)
    /// How often processes are looked at.
    private static let watchInterval: Duration = .seconds(1)
    /// After so many hosts that fail before any was ever ready, the worker gives up.
    private static let maximumFailures = 3

    package func run(_ body: @escaping @Sendable () async -> Void) async throws(TaskBrokerError) {
        let failure = await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.keepHosts() }
            self.perform(self.state.withLock { $0.pool.start() })
            var failure: TaskBrokerError?
            for await error in self.opening.stream { failure = error }
            if failure == nil { await body() }
            self.state.withLock { $0.pool.stop() }
            group.cancelAll()
            return failure
        }
        if let failure { throw failure }
    }

    /// Starts the hosts that the pool wants, and lets each live.
    private func keepHosts() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                while (try? await Task.sleep(for: Self.watchInterval)) != nil { self.watch() }
            }
            for await (host, failures) in self.starts.stream {
                group.addTask { await self.live(host, afterFailures: failures) }
            }
            group.cancelAll()
        }
    }

    private func live(_ host: HostPool.ID, afterFailures failures: Int) async {
        if failures > 0 { try? await Task.sleep(for: Backoff.delay(afterFailures: failures)) }
        guard !Task.isCancelled else { return }
        let process: HostProcess
        do {
            process = try await HostProcess.start(self.configuration, beside: self.app.broker.executor)
        } catch {
            self.perform(self.state.withLock { $0.pool.died(host) })
            self.noteFailure("\(error)")
            return
        }
        self.state.withLock { $0.processes[host] = process }
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await line in process.output.lines { self.write(line) }
            }
            await self.listen(to: process, as: host)
            await self.bury(process, host)
            // The output ends by itself, unless something that the host has started holds it open.
            _ = await process.output.tail()
            group.cancelAll()
        }
    }

    /// Serves a host until its socket ends.
    private func listen(to process: HostProcess, as host: HostPool.ID) async {
        let session = HostSession(process, self.calls)
        await withDiscardingTaskGroup { group in
            let timer = HostLink.schedule(after: Self.helloTimeout) { process.kill() }
            defer { timer.cancel() }
            for await event in process.events {
                switch event {
                case .hello(let hello):
                    timer.cancel()
                    self.greet(hello, process, host)
                case .call(let frame, let ticket): session.serve(frame, ticket, in: &group)
                }
            }
            process.close()
            group.cancelAll()
        }
    }

    private func greet(_ hello: HostHello, _ process: HostProcess, _ host: HostPool.ID) {
        let actions = self.state.withLock { state in
            state.tasks = hello.tasks
            state.makesMessages = hello.makesMessages
            return state.pool.isReady(host)
        }
        self.logger.debug("task host is ready", metadata: ["pid": "\(process.pid)"])
        self.opening.continuation.finish()
        self.perform(actions)
    }
}

// MARK: Ends

extension ProcessHosts {
    /// Finds out what a host died of, and what becomes of the tasks that ran in it.
    private func bury(_ process: HostProcess, _ host: HostPool.ID) async {
        let isExpected = self.state.withLock { $0.pool.isEnding(host) } || Task.isCancelled
        let end = await process.reap()
        let (runs, condemnation, fault) = process.takeUndone()
        let output = isExpected && runs.isEmpty ? "" : await process.output.tail()
        let death = HostDeath(end: end, condemnation: condemnation, fault: fault, output: output)
        let (losses, actions) = self.state.withLock { state in
            state.processes[host] = nil
            let (losses, cleared) = state.ledger.judge(death, runs)
            return (losses, state.pool.died(host) + state.pool.share(cleared))
        }
        if !isExpected { self.report(death, process, runs) }
        self.perform(actions)
        process.lose(losses)
    }

    private func report(_ death: HostDeath, _ process: HostProcess, _ runs: [RunID]) {
        self.logger.error(
            "a task host died",
            metadata: ["pid": "\(process.pid)", "reason": "\(death.reason)", "running": "\(runs.count)"]
        )
        if runs.isEmpty { self.noteFailure("\(death.reason)", death.output) }
    }

    /// Gives up if no host was ever of any use.
    private func noteFailure(_ reason: String, _ output: String = "") {
        guard self.state.withLock({ $0.tasks.isEmpty && $0.pool.failures >= Self.maximumFailures }) else { return }
        let words = output.split(separator: "\n").suffix(3).joined(separator: " ")
        self.opening.continuation.yield(
            TaskBrokerError(
                .invalidConfiguration,
                "The task hosts of this worker do not start (\(reason))" + (words.isEmpty ? "." : ": \(words)")
            )
        )
        self.opening.continuation.finish()
    }
}
