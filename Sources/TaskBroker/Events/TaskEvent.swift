package import CeleryProtocol

/// What happened to a task, before it becomes an event on the wire.
///
/// Making one costs little more than holding on to what the caller has anyway; texts for display are made when it is sent.
package enum TaskEvent: Sendable {
    /// A producer has sent it: the queue if it went straight to one, the exchange, the routing key.
    indirect case sent(TaskHeaders, queue: String?, exchange: String, routingKey: String)
    /// A worker has accepted its message, and will run it now or when it is due.
    indirect case received(TaskHeaders)
    /// It begins to run.
    case started(id: String)
    /// It has returned a value.
    case succeeded(id: String, result: JSONValue, runtime: Duration)
    /// It has failed for good.
    indirect case failed(id: String, ExceptionDocument, traceback: String?)
    /// It will be tried again, because of an error or because it asked for it.
    indirect case retried(id: String, cause: ExceptionDocument?, traceback: String?)
    /// It was revoked; `signal` is what it was terminated with if it was running.
    case revoked(id: String, isTerminated: Bool, signal: String?, isExpired: Bool)
    /// Its message was rejected.
    case rejected(id: String, requeue: Bool)
    /// What its own code tells, such as `task-milestone`.
    case custom(EventType, id: String, fields: [String: JSONValue])
}

extension TaskEvent {
    /// The event as it travels.
    func document(_ stamp: EventStamp) -> EventDocument {
        switch self {
        case .sent(let headers, let queue, let exchange, let routingKey):
            .taskSent(stamp, headers, queue: queue, exchange: exchange, routingKey: routingKey)
        case .received(let headers):
            .taskReceived(stamp, headers)
        case .started(let id):
            .taskStarted(stamp, id: id)
        case .succeeded(let id, let result, let runtime):
            .taskSucceeded(stamp, id: id, result: result, runtime: runtime.inSeconds)
        case .failed(let id, let exception, let traceback):
            .taskFailed(stamp, id: id, exception, traceback: traceback)
        case .retried(let id, let cause, let traceback):
            .taskRetried(stamp, id: id, cause: cause, traceback: traceback)
        case .revoked(let id, let isTerminated, let signal, let isExpired):
            .taskRevoked(stamp, id: id, isTerminated: isTerminated, signal: signal, isExpired: isExpired)
        case .rejected(let id, let requeue):
            .taskRejected(stamp, id: id, requeue: requeue)
        case .custom(let type, let id, let fields):
            .custom(type, stamp, id: id, fields: fields)
        }
    }
}
