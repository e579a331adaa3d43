import CeleryProtocol
import Logging

extension EventPublisher {
    /// Answers elections of Celery's gossip, until the task is cancelled.
    ///
    /// An election ends when as many workers have answered as are alive by their heartbeats, and it never times out: a
    /// worker that sends heartbeats and no answers would hang everybody's (`celery.worker.consumer.gossip`). We answer and
    /// leave the decision to the Python workers; the logical clock follows theirs, as in Celery.
    package func answerElections() async {
        guard self.configuration.heartbeatInterval != nil else { return }
        var failures = 0
        while !Task.isCancelled {
            do {
                let exchange = self.configuration.exchange
                try await self.broker.withEvents(["worker-*"], exchange: exchange, clock: self.clock) { events in
                    failures = 0
                    for await event in events { self.answer(event) }
                }
            } catch {
                self.logger.debug("events of other workers cannot be heard", metadata: ["error": "\(error)"])
            }
            failures += 1
            try? await Task.sleep(for: Backoff.delay(afterFailures: failures))
        }
    }

    private func answer(_ event: EventDocument) {
        guard event.type == .workerElect, let id = event.electionID, (try? NameRules.validate(id: id)) != nil else {
            return
        }
        self.acknowledgeElection(id: id)
    }
}
