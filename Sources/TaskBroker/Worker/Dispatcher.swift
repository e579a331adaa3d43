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
            return self.bury(message, error, clock)
        }
        let now = clock.now
        let admission = Admission(
            envelope.headers,
            isKnown: self.host.settings(of: envelope.headers.task) != nil,
            redeliveries: message.redeliveries,
            parkings: message.parkings,
            maxDeliveries: self.maxDeliveries,
            now: now
        )
        switch admission {
        case .run: return await self.run(message, envelope, clock)
        case .delay(let eta): return message.settlement(.delay(until: eta))
        case .park(let due): return self.park(message, envelope, until: due)
        case .expired: return self.expire(message, envelope, now)
        case .notRegistered:
            return self.bury(message, envelope, .undeliverable(notRegistered: envelope.headers.task), now)
        case .tooManyDeliveries: return self.bury(message, envelope, .tooManyDeliveries(message.redeliveries), now)
        }
    }

    private func run(_ message: ClaimedMessage, _ envelope: Envelope, _ clock: BrokerClock) async -> Settlement {
        let headers = envelope.headers
        let storesResult = !(headers.ignoreResult ?? self.host.settings(of: headers.task)?.ignoresResult ?? false)
        let started = clock.now
        if self.tracksStarted && storesResult { await self.reportStart(headers, started) }
        self.logger.log(level: self.taskLogLevel, "task received", metadata: headers.logMetadata)

        let invocation = TaskInvocation(
            envelope: envelope,
            delivery: DeliveryInfo(message, envelope),
            storesResult: storesResult,
            started: started
        )
        let outcome = await self.host.execute(invocation)
        let ended = clock.now
        self.log(outcome, headers, runtime: ended.duration(since: started))
        return self.settle(message, envelope, outcome, storesResult: storesResult, started: started, ended: ended)
    }

    /// A lost `STARTED` is not worth a task: the worker goes on without it.
    private func reportStart(_ headers: TaskHeaders, _ started: Timestamp) async {
        do {
            try await self.backend.store([self.reports.started(headers)])
        } catch {
            let metadata = headers.logMetadata.merging(["error": "\(error)"]) { $1 }
            self.logger.warning("cannot store STARTED", metadata: metadata)
        }
    }
}
