import ArgumentParser
package import CeleryProtocol

/// A point in time on the command line, in ISO 8601: `2026-11-21T05:00:00+01:00`.
///
/// Text without an offset is UTC, as in Celery.
package struct Moment: Hashable, Sendable {
    /// The point in time.
    package let timestamp: Timestamp
}

extension Moment: ExpressibleByArgument {
    /// Reads the value of an option.
    package init?(argument: String) {
        guard let timestamp = Timestamp(iso8601: argument) else { return nil }
        self.init(timestamp: timestamp)
    }
}

/// A length of time or a point in time: what `--expires` takes.
package enum Deadline: Hashable, Sendable {
    /// So long from now.
    case after(Duration)
    /// At this time.
    case at(Timestamp)

    /// How long it is from `now`; not negative.
    package func duration(from now: Timestamp) -> Duration {
        switch self {
        case .after(let duration): duration
        case .at(let timestamp): max(.zero, timestamp.duration(since: now))
        }
    }
}

extension Deadline: ExpressibleByArgument {
    /// Reads the value of an option.
    package init?(argument: String) {
        if let span = TimeSpan(argument) {
            self = .after(span.duration)
        } else if let moment = Moment(argument: argument) {
            self = .at(moment.timestamp)
        } else {
            return nil
        }
    }
}
