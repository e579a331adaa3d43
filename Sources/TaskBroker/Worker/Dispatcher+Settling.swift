import CeleryProtocol
import Logging

extension Dispatcher {
    /// The settlement of a task that has ended.
    func settle(_ attempt: Attempt, _ report: TaskReport, _ ended: Timestamp) async -> Settlement {
        if let settlement = self.settleFinal(attempt, report, ended) { return settlement }
        switch report.outcome {
        case .success(let value):
            return await self.succeed(attempt, value, report, ended)
        case .failure(let exception, let traceback):
            return await self.fail(attempt, exception, traceback, report, ended)
        case .retry(let delay, let cause):
            return self.retry(attempt, after: delay, cause, ended)
        case .rejected(_, requeue: true):
            return attempt.message.settlement(.requeue)
        case .rejected(let reason, requeue: false):
            // It never runs again. Celery 5.7's worker, too, then marks it as failed in whole, chain, chord and errbacks
            // included (`Request.on_failure`), with `acks_late` or without.
            return await self.fail(attempt, .reject(reason), nil, report, ended)
        case .ignored:
            return attempt.message.settlement(.acknowledge)
        case .replaced(let signature):
            return await self.replace(attempt, by: signature, report, ended)
        case .cancelled:
            return attempt.message.settlement(.release)
        case .undeliverable(let reason, let exception, let traceback):
            let metadata = attempt.headers.logMetadata.merging(["reason": "\(reason)"]) { $1 }
            self.logger.error("message refused", metadata: metadata)
            // Whoever sent it and wants no result still wants to know that nobody will ever run it.
            var attempt = attempt
            attempt.storesResult = true
            var settlement = await self.fail(attempt, exception, traceback, report, ended)
            settlement.disposition = .deadLetter(reason: reason)
            return settlement
        }
    }

    /// The settlement of a value or a failure that nothing follows; `nil` for everything else.
    func settleFinal(_ attempt: Attempt, _ report: TaskReport, _ ended: Timestamp) -> Settlement? {
        guard report.embed.isEmpty else { return nil }
        let result: ResultWrite
        switch report.outcome {
        case .success(let value):
            result = self.reports.success(attempt, value, children: report.children, ended)
        case .failure(let exception, let traceback):
            result = self.reports.failure(attempt, exception, traceback, children: report.children, ended)
        default: return nil
        }
        return attempt.message.settlement(.acknowledge, results: attempt.storesResult ? [result] : [])
    }

    private func retry(
        _ attempt: Attempt,
        after delay: Duration,
        _ cause: ExceptionDocument?,
        _ ended: Timestamp
    ) -> Settlement {
        let (headers, message) = (attempt.headers, attempt.message)
        let first = headers.custom[RetrySchedule.firstStartHeaderName]?.integerValue ?? attempt.started.microseconds
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
            let results = attempt.storesResult ? [self.reports.retry(attempt, cause)] : []
            return message.settlement(.acknowledge, results: results, publications: [next])
        } catch {
            return self.bury(message, error, ended)
        }
    }

    func park(_ attempt: Attempt, until due: Timestamp) -> Settlement {
        self.logger.warning(
            "task is not registered here; its message waits for a worker that knows it",
            metadata: attempt.headers.logMetadata.merging(["until": "\(due)"]) { $1 }
        )
        return attempt.message.settlement(.park(until: due, task: attempt.headers.task))
    }

    func terminate(_ attempt: Attempt, _ ended: Timestamp) -> Settlement {
        self.logger.notice("task terminated", metadata: attempt.headers.logMetadata)
        self.events.send(.revoked(id: attempt.headers.id, isTerminated: true, signal: "SIGTERM", isExpired: false))
        return self.revoke(attempt, "terminated", ended)
    }

    func discard(_ attempt: Attempt) -> Settlement {
        self.logger.info("task revoked", metadata: attempt.headers.logMetadata)
        self.events.send(.revoked(id: attempt.headers.id, isTerminated: false, signal: nil, isExpired: false))
        return self.revoke(attempt, "revoked", attempt.started)
    }

    func expire(_ attempt: Attempt) -> Settlement {
        self.logger.info("task expired", metadata: attempt.headers.logMetadata)
        self.events.send(.revoked(id: attempt.headers.id, isTerminated: false, signal: nil, isExpired: true))
        return self.revoke(attempt, "expired", attempt.started)
    }

    /// A message that cannot be read goes to the dead letters; whoever waits for it learns why, if it names its task.
    func bury(_ message: ClaimedMessage, _ error: MessageError, _ now: Timestamp) -> Settlement {
        self.logger.error(
            "message cannot be read",
            metadata: ["queue": "\(message.claim.queue)", "reason": "\(error.message)"]
        )
        let results = error.taskID.map { [self.reports.unreadable(error, taskID: $0, now)] } ?? []
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

extension ExceptionDocument {
    /// What Celery stores for a task that is not to run, or was stopped.
    static func revoked(_ reason: String) -> Self {
        Self(type: "TaskRevokedError", message: [.string(reason)], module: "celery.exceptions")
    }

    /// What Celery stores for a task that was rejected without requeueing.
    fileprivate static func reject(_ reason: String) -> Self {
        Self(type: "Reject", message: [.string(reason), false], module: "celery.exceptions")
    }
}

extension ClaimedMessage {
    /// The settlement of this claim.
    func settlement(
        _ disposition: Settlement.Disposition,
        results: [ResultWrite] = [],
        publications: [Publication] = [],
        canvas: CanvasEffects? = nil
    ) -> Settlement {
        Settlement(
            claim: self.claim,
            disposition: disposition,
            results: results,
            publications: publications,
            canvas: canvas,
            hasCounters: self.redeliveries > 0 || self.parkings > 0
        )
    }
}

extension DeliveryInfo {
    init(queue: String, redeliveries: Int, _ envelope: Envelope) {
        self.init(
            queue: queue,
            exchange: envelope.properties.exchange,
            routingKey: envelope.properties.routingKey,
            priority: envelope.properties.priority,
            redeliveries: redeliveries
        )
    }
}
