import CeleryProtocol
import Logging

/// Takes one claimed message to its settlement: decodes it, decides, has it run, writes down the outcome.
struct Dispatcher: Sendable {
    let host: any TaskHost
    let backend: any ResultBackend
    let reports: ResultReports
    let revocations: RevocationBoard
    let limits: RuntimeLimits
    let events: EventPublisher
    let running: RunningTasks
    let maxDeliveries: Int
    let tracksStarted: Bool
    let logger: Logger
    let taskLogLevel: Logger.Level
    let reader = EnvelopeReader()

    /// What becomes of a claimed message.
    enum Decision {
        /// It is not run now, or never.
        case settled(Settlement)
        /// It is refused, and perhaps something fails with it.
        case refused(Attempt, TaskOutcome)
        /// It runs.
        case run(StartedRun)
    }

    func process(_ message: ClaimedMessage, clock: BrokerClock) async -> Settlement {
        switch self.decide(message, clock: clock) {
        case .settled(let settlement): settlement
        case .refused(let attempt, let outcome): await self.refuse(attempt, outcome)
        case .run(let run): await self.execute(run)
        }
    }

    /// Reads a message and decides; one that runs counts as running from here on.
    func decide(_ message: ClaimedMessage, clock: BrokerClock) -> Decision {
        let envelope: Envelope
        do {
            envelope = try self.reader.read(message.raw)
        } catch {
            return .settled(self.bury(message, error, clock.now))
        }
        let settings = self.host.settings(of: envelope.headers.task)
        let attempt = Attempt(
            message: message,
            envelope: envelope,
            storesResult: !(envelope.headers.ignoreResult ?? settings?.ignoresResult ?? false),
            started: clock.now
        )
        let admission = Admission(
            envelope.headers,
            isKnown: settings != nil,
            isRevoked: self.revocations.revokes(envelope.headers, at: attempt.started),
            redeliveries: message.redeliveries,
            parkings: message.parkings,
            maxDeliveries: self.maxDeliveries,
            now: attempt.started
        )
        switch admission {
        case .run:
            if let due = self.limits.admit(envelope.headers, own: settings?.rateLimit, at: attempt.started) {
                return .settled(message.settlement(.delay(until: due)))
            }
            return self.begin(attempt, settings?.timeLimits ?? TimeLimits(), clock)
        case .delay(let eta):
            // It is received again when it is due; a monitor that came meanwhile learns its name then.
            self.events.send(.received(envelope.headers))
            return .settled(message.settlement(.delay(until: eta)))
        case .park(let due): return .settled(self.park(attempt, until: due))
        case .expired: return .settled(self.expire(attempt))
        case .revoked: return .settled(self.discard(attempt))
        case .notRegistered: return .refused(attempt, .undeliverable(notRegistered: envelope.headers.task))
        case .tooManyDeliveries: return .refused(attempt, .tooManyDeliveries(message.redeliveries))
        }
    }

    private func begin(_ attempt: Attempt, _ limits: TimeLimits, _ clock: BrokerClock) -> Decision {
        self.logger.log(level: self.taskLogLevel, "task received", metadata: attempt.headers.logMetadata)
        self.events.send(.received(attempt.headers))
        self.running.begin(attempt)
        // One that was learned since the admission has not found the attempt; from now on every one does.
        if self.revocations.revokes(attempt.headers, at: attempt.started) {
            self.running.end(attempt)
            return .settled(self.discard(attempt))
        }
        let invocation = TaskInvocation(
            claim: attempt.message.claim,
            envelope: attempt.envelope,
            delivery: DeliveryInfo(
                queue: attempt.message.claim.queue,
                redeliveries: attempt.message.redeliveries,
                attempt.envelope
            ),
            storesResult: attempt.storesResult,
            started: attempt.started,
            limits: self.limits.timeLimits(of: attempt.headers.task)
                ?? TimeLimits(attempt.headers).inheriting(from: limits)
        )
        return .run(StartedRun(attempt, invocation, clock: clock))
    }

    /// Runs a task and waits for its end.
    func execute(_ run: StartedRun) async -> Settlement {
        if self.reportsStart(of: run) { await self.reportStart(run.attempt) }
        // One that runs again because a host has died has started long ago.
        if run.invocation.run == nil { self.noteStart(of: run) }
        return await self.conclude(run, await self.host.execute(run.invocation))
    }

    /// Tells monitors that a task starts.
    func noteStart(of run: StartedRun) {
        self.events.send(.started(id: run.attempt.headers.id))
    }

    /// Whether everybody is to know that a task has started before it does.
    func reportsStart(of run: StartedRun) -> Bool {
        self.tracksStarted && run.attempt.storesResult && run.invocation.run == nil
    }

    /// The settlement of a message that is not run.
    private func refuse(_ attempt: Attempt, _ outcome: TaskOutcome) async -> Settlement {
        // What followed the task fails with it, so that nobody waits for that for ever.
        let embed = (try? attempt.envelope.decodeBody())?.embed ?? TaskEmbed()
        self.tell(outcome, attempt.headers, runtime: .zero)
        return await self.settle(attempt, TaskReport(outcome, embed: embed), attempt.started)
    }

    /// A lost `STARTED` is not worth a task: the worker goes on without it.
    private func reportStart(_ attempt: Attempt) async {
        do {
            try await self.backend.store([self.reports.started(attempt)])
        } catch {
            let metadata = attempt.headers.logMetadata.merging(["error": "\(error)"]) { $1 }
            self.logger.warning("cannot store STARTED", metadata: metadata)
        }
    }
}
