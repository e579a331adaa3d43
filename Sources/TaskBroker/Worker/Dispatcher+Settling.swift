import CeleryProtocol
import Logging

extension Dispatcher {
    /// The settlement of a task that was run.
    func settle(
        _ message: ClaimedMessage,
        _ envelope: Envelope,
        _ outcome: TaskOutcome,
        storesResult: Bool,
        started: Timestamp,
        ended: Timestamp
    ) -> Settlement {
        let headers = envelope.headers
        switch outcome {
        case .success(let value):
            let results = storesResult ? [self.reports.success(value, envelope, message.claim, ended)] : []
            return message.settlement(.acknowledge, results: results)
        case .failure(let exception, let traceback):
            let result = self.reports.failure(exception, traceback, envelope, message.claim, ended)
            return message.settlement(.acknowledge, results: storesResult ? [result] : [])
        case .retry(let delay, let cause):
            return self.retry(message, envelope, after: delay, cause, storesResult: storesResult, started, ended)
        case .rejected(_, requeue: true):
            return message.settlement(.requeue)
        case .rejected(let reason, requeue: false):
            let exception = ExceptionDocument(
                type: "Reject",
                message: [.string(reason), false],
                module: "celery.exceptions"
            )
            let results = storesResult ? [self.reports.failure(exception, nil, envelope, message.claim, ended)] : []
            return message.settlement(.acknowledge, results: results)
        case .ignored:
            return message.settlement(.acknowledge)
        case .cancelled:
            return message.settlement(.release)
        case .undeliverable(let reason, let exception):
            self.logger.error("message refused", metadata: headers.logMetadata.merging(["reason": "\(reason)"]) { $1 })
            let result = self.reports.failure(exception, nil, envelope, message.claim, ended)
            return message.settlement(.deadLetter(reason: reason), results: [result])
        }
    }

    private func retry(
        _ message: ClaimedMessage,
        _ envelope: Envelope,
        after delay: Duration,
        _ cause: ExceptionDocument?,
        storesResult: Bool,
        _ started: Timestamp,
        _ ended: Timestamp
    ) -> Settlement {
        let headers = envelope.headers
        let first = headers.custom[RetrySchedule.firstStartHeaderName]?.integerValue ?? started.microseconds
        do throws(MessageError) {
            let (retries, overflow) = headers.retries.addingReportingOverflow(1)
            let payload = try Envelope.retry(
                of: message.raw,
                retries: overflow ? .max : retries,
                eta: ended.adding(delay),
                deliveryTag: Identifier.uuid4(),
                headers: [RetrySchedule.firstStartHeaderName: .integer(first)]
            )
            let next = Publication(
                destination: .queue(message.claim.queue),
                priority: message.claim.step,
                payload: payload
            )
            let results = storesResult ? [self.reports.retry(cause, envelope, message.claim)] : []
            return message.settlement(.acknowledge, results: results, publications: [next])
        } catch {
            return self.bury(message, error, BrokerClock(ended))
        }
    }

    func park(_ message: ClaimedMessage, _ envelope: Envelope, until due: Timestamp) -> Settlement {
        self.logger.warning(
            "task is not registered here; its message waits for a worker that knows it",
            metadata: envelope.headers.logMetadata.merging(["until": "\(due)"]) { $1 }
        )
        return message.settlement(.park(until: due, task: envelope.headers.task))
    }

    func expire(_ message: ClaimedMessage, _ envelope: Envelope, _ now: Timestamp) -> Settlement {
        self.logger.info("task expired", metadata: envelope.headers.logMetadata)
        guard envelope.headers.ignoreResult != true else { return message.settlement(.acknowledge) }
        let result = self.reports.revoked("expired", envelope, message.claim, now)
        return message.settlement(.acknowledge, results: [result])
    }

    func bury(_ message: ClaimedMessage, _ envelope: Envelope, _ outcome: TaskOutcome, _ now: Timestamp) -> Settlement {
        self.settle(message, envelope, outcome, storesResult: true, started: now, ended: now)
    }

    /// A message that cannot be read goes to the dead letters; whoever waits for it learns why, if it names its task.
    func bury(_ message: ClaimedMessage, _ error: MessageError, _ clock: BrokerClock) -> Settlement {
        self.logger.error(
            "message cannot be read",
            metadata: ["queue": "\(message.claim.queue)", "reason": "\(error.message)"]
        )
        let results = error.taskID.map { [self.reports.unreadable(error, taskID: $0, clock.now)] } ?? []
        return message.settlement(.deadLetter(reason: error.message), results: results)
    }
}

extension TaskOutcome {
    static func tooManyDeliveries(_ count: Int) -> Self {
        let reason = "handed out \(count) times to workers that did not finish it"
        return .undeliverable(
            reason: reason,
            ExceptionDocument(type: "DeliveryLimitExceeded", message: [.string(reason)], module: "taskbroker")
        )
    }
}

extension ClaimedMessage {
    /// The settlement of this claim.
    func settlement(
        _ disposition: Settlement.Disposition,
        results: [ResultWrite] = [],
        publications: [Publication] = []
    ) -> Settlement {
        Settlement(
            claim: self.claim,
            disposition: disposition,
            results: results,
            publications: publications,
            hasCounters: self.redeliveries > 0 || self.parkings > 0
        )
    }
}

extension DeliveryInfo {
    init(_ message: ClaimedMessage, _ envelope: Envelope) {
        self.init(
            queue: message.claim.queue,
            exchange: envelope.properties.exchange,
            routingKey: envelope.properties.routingKey,
            priority: envelope.properties.priority,
            redeliveries: message.redeliveries
        )
    }
}
