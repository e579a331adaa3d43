/// The exchanges of remote control, which Celery calls "pidbox" (`control_exchange` is its default).
package enum ControlExchange {
    /// The fanout exchange on which requests go to all workers.
    package static let requests = "celery.pidbox"
    /// The direct exchange through which replies find the queue of who asked.
    package static let replies = "reply.celery.pidbox"

    /// The queue of a worker, which is bound to ``requests`` for information only: requests come by publish/subscribe.
    package static func queue(of node: String) -> String { node + "." + self.requests }
}
