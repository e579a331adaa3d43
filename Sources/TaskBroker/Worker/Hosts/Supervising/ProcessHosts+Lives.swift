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
    /// How many waits for results a host may have at once.
    private static let maximumWatches = 4096

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
            process = try await HostProcess.start(self.configuration)
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
        let watches = CancellationBoard<Int64>()
        await withDiscardingTaskGroup { group in
            let timer = HostLink.schedule(after: Self.helloTimeout) { process.kill() }
            defer { timer.cancel() }
            for await event in process.events {
                switch event {
                case .hello(let hello):
                    timer.cancel()
                    self.greet(hello, process, host)
                case .call(let frame, let ticket):
                    self.serve(frame, ticket, process, watches, &group)
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

    private func serve(
        _ frame: HostFrame,
        _ ticket: HostBacklog.Ticket,
        _ process: HostProcess,
        _ watches: CancellationBoard<Int64>,
        _ group: inout DiscardingTaskGroup
    ) {
        guard let id = try? frame.integer(.id) else { return process.forget(ticket) }
        let call: HostCall
        do throws(HostProtocolError) {
            guard let known = try HostCall(frame) else {
                let error = TaskBrokerError(.invalidConfiguration, "This supervisor does not know what is asked for.")
                return process.reply(HostReply(error), to: id, ticket)
            }
            call = known
        } catch {
            return process.reply(HostReply(TaskBrokerError(.invalidConfiguration, "\(error)")), to: id, ticket)
        }
        switch call {
        case .unwatch(let watch):
            watches.cancel([watch])
            process.reply(HostReply(), to: id, ticket)
        case .watch(let taskIDs):
            guard watches.hasRoom(for: id, outOf: Self.maximumWatches) else {
                let error = TaskBrokerError(.notPermitted, "A task host has this watch already, or too many of them.")
                return process.reply(HostReply(error), to: id, ticket)
            }
            let signal = watches.enter(id)
            group.addTask {
                await watches.run(id, until: signal) {
                    await self.calls.watch(taskIDs) {
                        process.reply($0, to: id, ticket)
                    } announce: {
                        process.announce($0, to: id)
                    }
                }
            }
        default:
            group.addTask { process.reply(await self.calls.reply(to: call), to: id, ticket) }
        }
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

// MARK: Memory

extension ProcessHosts {
    /// Looks at all processes.
    private func watch() {
        let processes = self.state.withLock(\.processes)
        for (host, process) in processes { self.look(at: process, host) }
        self.perform(self.state.withLock { $0.pool.trim() })
    }

    /// Looks at a process after one of its tasks, if memory matters.
    func checkMemory(of place: Placement) {
        guard self.configuration.maximumMemory != nil else { return }
        self.look(at: place.process, place.host)
    }

    private func look(at process: HostProcess, _ host: HostPool.ID) {
        guard let bytes = HostMemory.residentBytes(of: process.pid) else { return }
        // It has ended, although something that it has started holds the socket.
        if bytes == 0 { return process.close() }
        guard let limit = self.configuration.maximumMemory, bytes > limit else { return }
        if bytes / 2 > limit {
            process.condemn(memory: bytes, limit: limit)
        } else {
            self.logger.info(
                "a task host is replaced: it occupies too much memory",
                metadata: ["pid": "\(process.pid)", "bytes": "\(bytes)"]
            )
            self.perform(self.state.withLock { $0.pool.retire(host) })
        }
    }
}

extension CrashLedger {
    /// What becomes of the tasks of a host that died.
    ///
    /// If the supervisor killed it for what one task did, the others are no suspects.
    fileprivate mutating func judge(
        _ death: HostDeath,
        _ runs: [RunID]
    ) -> (losses: [RunID: LostRun], cleared: Set<RunID>) {
        var losses = Dictionary(runs.map { ($0, LostRun.again) }) { first, _ in first }
        switch death.condemnation {
        case .overtime(let run, let limit)?:
            losses[run] = losses[run].map { _ in .ended(.overtime(limit)) }
            return (losses, [])
        case .defiant(let run)?:
            losses[run] = losses[run].map { _ in .ended(.cancelled) }
            return (losses, [])
        case .memory?, nil:
            let (verdicts, cleared) = self.hostDied(running: runs)
            for (run, verdict) in verdicts {
                if case .over(let crashes) = verdict { losses[run] = .ended(death.outcome(afterCrashes: crashes)) }
            }
            return (losses, cleared)
        }
    }
}

extension TaskOutcome {
    /// Of a task that goes on after its hard time limit.
    fileprivate static func overtime(_ limit: Duration) -> Self {
        let exception = TimeLimitExceeded(duration: limit, isSoft: false).exception
        return .failure(exception, traceback: exception.traceback(in: "Task host, killed by its supervisor"))
    }
}
