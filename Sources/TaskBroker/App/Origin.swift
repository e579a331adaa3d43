import CeleryProtocol

/// Who sends: what Celery writes into `origin` and `reply_to`.
struct Origin: Sendable {
    /// `gen<pid>@<host>`.
    let name = "gen\(ProcessInfo.pid)@\(ProcessInfo.hostName)"
    /// Names the producer; nobody replies to it over Redis, but Celery always writes one.
    let replyTo = Identifier.uuid4()
}
