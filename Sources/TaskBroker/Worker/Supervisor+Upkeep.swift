import CeleryProtocol
import Logging
import ServiceLifecycle

extension Supervisor {
    /// How often due and abandoned messages are looked for.
    static let tickInterval: Duration = .seconds(1)
    /// How often the worker says that it is alive.
    static let announceInterval: Duration = .seconds(10)
    /// How soon it tries again to say so: an idle worker learns from it that the broker is back.
    static let secondTry: Duration = .seconds(1)

    /// Starts everything that goes on beside the tasks.
    func addUpkeep(to children: inout Children, _ commands: AsyncStream<Worker.Command>) {
        children.addTask { await self.consumer.run() }
        self.add(to: &children) { await self.prepare() }
        if let departures { children.addTask { await departures.run() } }
        self.addConversations(to: &children)
        self.add(to: &children) {
            // Throws when the worker is cancelled, and the loop sees that by itself.
            guard (try? await gracefulShutdown()) != nil else { return nil }
            return .command(.drain)
        }
        children.addTask { for await command in commands { self.mailbox.post(.command(command)) } }
        // At once: workers that are restarted faster than they would come to their first look keep leases from being reaped.
        self.add(to: &children) { .ticked(await self.tick(), isPeriodic: true) }
        self.addRenewal(of: [], to: &children)
    }

    /// Starts what reads and writes documents of any size for others, and therefore keeps away from the loop's thread.
    private func addConversations(to children: inout Children) {
        func add(_ body: @escaping @Sendable () async -> Void) {
            children.addTask(executorPreference: globalConcurrentExecutor) { await body() }
        }
        add { await self.events.run() }
        add { await self.events.answerElections() }
        guard let control = self.control else { return }
        add { await control.run() }
        add { await self.mingle() }
    }

    /// Makes the queues known and brings back what waited for the tasks of this worker.
    private func prepare() async -> Happening? {
        var failures = 0
        while !Task.isCancelled {
            do {
                try await self.worker.app.broker.declare(self.worker.queues)
                try await self.consumer.releaseParked(tasks: self.host.taskNames)
                return .announced(isDone: true)
            } catch {
                self.report(error, while: "declaring queues")
                failures += 1
                try? await Task.sleep(for: Backoff.delay(afterFailures: failures, atMost: Backoff.urgent))
            }
        }
        return nil
    }

    /// Brings back what earlier workers have put aside, for a worker that ends before the first second is over.
    func collect() async {
        try? await self.consumer.releaseParked(tasks: self.host.taskNames)
        _ = await self.tick()
    }

    /// Looks for due and abandoned messages in a second.
    func addTick(to children: inout Children) {
        let pause = Self.tickInterval * Double.random(in: 1...1.1)
        self.add(to: &children) {
            try? await Task.sleep(for: pause)
            return .ticked(await self.tick(), isPeriodic: true)
        }
    }

    /// Brings back what is due or abandoned, and looks what was revoked.
    func tick() async -> TickReply? {
        do throws(TaskBrokerError) {
            let reply = try await self.consumer.tick(after: self.revocations.cursor)
            if let update = reply.revocations { self.learn(update) }
            await self.markRevoked(self.revocations.takeUnmarked())
            return reply
        } catch {
            self.report(error, while: "looking for due messages")
            return nil
        }
    }

    /// Renews what is held, and does so again after a third of the lease.
    func addRenewal(of claims: [Claim], to children: inout Children) {
        let renewal = LeaseRenewal(claims: claims, lease: self.worker.configuration.lease)
        if !claims.isEmpty {
            self.add(to: &children) {
                let event = await renewal.run(self.consumer.renew) { self.report($0, while: "renewing leases") }
                return event.map { .event($0) }
            }
        }
        self.add(to: &children) {
            try? await Task.sleep(for: renewal.interval)
            return .renewalIsDue
        }
    }

    /// Says that the worker is alive, and does so again after ten seconds.
    func addAnnouncement(of state: WorkerState, to children: inout Children) {
        let record = self.record(of: state)
        self.add(to: &children) {
            let isDone: Bool
            do throws(TaskBrokerError) {
                try await self.consumer.announce(record)
                isDone = true
            } catch {
                self.report(error, while: "announcing the worker")
                isDone = false
            }
            try? await Task.sleep(for: isDone ? Self.announceInterval : Self.secondTry)
            return .announced(isDone: isDone)
        }
    }

    func addDrainTimeout(to children: inout Children) {
        guard let timeout = self.worker.configuration.drainTimeout else { return }
        self.add(to: &children) {
            try? await Task.sleep(for: timeout)
            return .drainTimedOut
        }
    }
}

// MARK: Self-description

extension Supervisor {
    /// Listens to remote control, unless the worker must not.
    private var control: ControlServer? {
        let configuration = self.worker.configuration
        guard configuration.hasRemoteControl else { return nil }
        let app = self.worker.app
        return ControlServer(
            app: app,
            worker: self,
            policy: self.controlPolicy,
            logger: self.worker.logger
        )
    }

    private var controlPolicy: ControlPolicy {
        let app = self.worker.app
        return self.worker.configuration.control
            ?? .standard(for: app.broker.address, key: app.configuration.controlKey)
    }

    /// Learns what Celery's workers have revoked: they keep that in their memory and tell it to those who start ("mingle",
    /// celery-wire §11).
    ///
    /// Goes on beside the work: what our own fleet has revoked is known from the broker before the first claim. Where strangers must
    /// not revoke tasks, their answers are worth nothing.
    private func mingle() async {
        guard self.controlPolicy.trustsEverybody else { return }
        let arguments: [String: JSONValue] = [
            ControlArgument.fromNode.rawValue: .string(self.worker.node),
            ControlArgument.revoked.rawValue: [],
        ]
        do {
            let answers = try await self.worker.app.control.ask("hello", arguments: arguments)
            await self.mergeRevoked(answers.values.flatMap { ControlAnswer.revokedIDs(inHello: $0) })
        } catch {
            self.worker.logger.debug("other workers cannot be asked", metadata: ["error": "\(error)"])
        }
    }

    private func record(of state: WorkerState) -> WorkerRecord {
        WorkerRecord(
            node: self.worker.node,
            pid: ProcessInfo.pid,
            queues: self.consumer.queues.map(\.name),
            concurrency: state.concurrency,
            active: state.active,
            processed: state.processed,
            started: Double(self.started.microseconds) / 1e6,
            seen: Double(Timestamp.now().microseconds) / 1e6
        )
    }

    var banner: Logger.Metadata {
        [
            "queues": "\(self.worker.queues.map(\.name).joined(separator: ","))",
            "concurrency": "\(self.worker.configuration.concurrency)",
            "tasks": "\(self.host.taskNames.count)",
        ]
    }
}
