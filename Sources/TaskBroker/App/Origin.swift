import CeleryProtocol

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Who sends: what Celery writes into `origin` and `reply_to`.
struct Origin: Sendable {
    /// `gen<pid>@<host>`.
    let name = "gen\(getpid())@\(HostName.current)"
    /// Names the producer; nobody replies to it over Redis, but Celery always writes one.
    let replyTo = Identifier.uuid4()
}
