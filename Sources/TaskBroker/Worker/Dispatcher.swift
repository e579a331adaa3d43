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

    func process(_ message: ClaimedMessage, clock: BrokerClock) async -> Settlement {
        let envelope: Envelope
        do {
            envelope = try Envelope(decoding: message.raw)
        } catch {
            return self.bury(message, error, clock.now)
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
                return message.settlement(.delay(until: due))
            }
            return await self.run(attempt, settings?.timeLimits ?? TimeLimits(), clock)
        case .delay(let eta):
            // It is received again when it is due; a monitor that came meanwhile learns its name then.
            self.events.send(.received(envelope.headers))
            return message.settlement(.delay(until: eta))
        case .park(let due): return self.park(attempt, until: due)
        case .expired: return self.expire(attempt)
        case .revoked: return self.discard(attempt)
        case .notRegistered: return await self.refuse(attempt, .undeliverable(notRegistered: envelope.headers.task))
        case .tooManyDeliveries: return await self.refuse(attempt, .tooManyDeliveries(message.redeliveries))
        }
    }

    private func run(_ attempt: Attempt, _ limits: TimeLimits, _ clock: BrokerClock) async -> Settlement {
        self.logger.log(level: self.taskLogLevel, "task received", metadata: attempt.headers.logMetadata)
        self.events.send(.received(attempt.headers))
        self.running.begin(attempt)
        defer { self.running.end(attempt) }
        // One that was learned since the admission has not found the attempt; from now on every one does.
        if self.revocations.revokes(attempt.headers, at: attempt.started) { return self.discard(attempt) }
        if self.tracksStarted && attempt.storesResult { await self.reportStart(attempt) }
        self.events.send(.started(id: attempt.headers.id))
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
        var report = await self.host.execute(invocation)
        let ended = clock.now
        // A value that nobody keeps may be of any size.
        if attempt.storesResult || !report.embed.isEmpty {
            report.outcome = self.reports.limits.limited(report.outcome, of: attempt.headers.task)
        }
        if self.isTerminated(attempt, report.outcome, ended) { return self.terminate(attempt, ended) }
        let runtime = ended.duration(since: attempt.started)
        self.log(report.outcome, attempt.headers, runtime: runtime)
        let settlement = await self.settle(attempt, report, ended)
        self.tell(report.outcome, attempt.headers, runtime: runtime)
        return settlement
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
