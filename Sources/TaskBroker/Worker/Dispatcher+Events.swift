import CeleryProtocol

extension Dispatcher {
    /// Tells monitors how a task ended.
    func tell(_ outcome: TaskOutcome, _ headers: TaskHeaders, runtime: Duration) {
        let id = headers.id
        switch outcome {
        case .success(let value):
            self.events.send(.succeeded(id: id, result: value, runtime: runtime))
        case .failure(let exception, let traceback):
            self.events.send(.failed(id: id, exception, traceback: traceback))
        case .undeliverable(_, let exception, _):
            self.events.send(.failed(id: id, exception, traceback: nil))
        case .retry(_, let cause):
            self.events.send(.retried(id: id, cause: cause, traceback: nil))
        case .rejected(_, let requeue):
            self.events.send(.rejected(id: id, requeue: requeue))
        case .ignored, .replaced, .cancelled:
            // As in Celery, nobody is told: something else will be.
            break
        }
    }
}
