import CeleryProtocol
import Logging

/// Takes one claimed message to its settlement: decodes it, decides, has it run, writes down the outcome.
struct Dispatcher: Sendable {
    let host: any TaskHost
    let backend: any ResultBackend
    let reports: ResultReports
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
        let headers = envelope.headers
        let settings = self.host.settings(of: headers.task)
        let attempt = Attempt(
            message: message,
            envelope: envelope,
            storesResult: !(headers.ignoreResult ?? settings?.ignoresResult ?? false),
            started: clock.now
        )
        let admission = Admission(
            headers,
            isKnown: settings != nil,
            redeliveries: message.redeliveries,
            parkings: message.parkings,
            maxDeliveries: self.maxDeliveries,
            now: attempt.started
        )
        switch admission {
        case .run: return await self.run(attempt, clock)
        case .delay(let eta): return message.settlement(.delay(until: eta))
        case .park(let due): return self.park(attempt, until: due)
        case .expired: return self.expire(attempt)
        case .notRegistered: return await self.refuse(attempt, .undeliverable(notRegistered: headers.task))
        case .tooManyDeliveries: return await self.refuse(attempt, .tooManyDeliveries(message.redeliveries))
        }
    }

    private func run(_ attempt: Attempt, _ clock: BrokerClock) async -> Settlement {
        if self.tracksStarted && attempt.storesResult { await self.reportStart(attempt) }
        self.logger.log(level: self.taskLogLevel, "task received", metadata: attempt.headers.logMetadata)

        let invocation = TaskInvocation(
            envelope: attempt.envelope,
            delivery: DeliveryInfo(attempt.message, attempt.envelope),
            storesResult: attempt.storesResult,
            started: attempt.started
        )
        let report = await self.host.execute(invocation)
        let ended = clock.now
        self.log(report.outcome, attempt.headers, runtime: ended.duration(since: attempt.started))
        return await self.settle(attempt, report, ended)
    }

    /// The settlement of a message that is not run.
    private func refuse(_ attempt: Attempt, _ outcome: TaskOutcome) async -> Settlement {
        // What followed the task fails with it, so that nobody waits for that for ever.
        let embed = (try? attempt.envelope.decodeBody())?.embed ?? TaskEmbed()
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
