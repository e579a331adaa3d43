package import CeleryProtocol

/// What must not start any more.
package struct Revocation: Hashable, Sendable {
    /// Which tasks are meant.
    package var target: Target
    /// Whether those that run are stopped; without it they may finish.
    package var terminates: Bool

    /// Creates a revocation.
    package init(_ target: Target, terminates: Bool = false) {
        self.target = target
        self.terminates = terminates
    }
}

extension Revocation {
    /// Which tasks are meant.
    package enum Target: Hashable, Sendable {
        /// The one with this id.
        case task(String)
        /// All that were stamped with this value under this name (celery-wire §7.10).
        case stamp(name: String, value: JSONValue)
    }

    /// The id of the task, if a single one is meant.
    package var taskID: String? {
        switch self.target {
        case .task(let id): id
        case .stamp: nil
        }
    }
}

extension Revocation {
    /// The largest value of a stamp, as JSON, in bytes: entries of the log are read by every worker.
    package static let maximumValueBytes = 15 << 10

    /// Refuses what workers would not read, so that nobody takes it for revoked.
    ///
    /// - Throws: ``TaskBrokerError/Code/invalidConfiguration`` for an id or a name that is none, or a value that is too large.
    func validate() throws(TaskBrokerError) {
        do throws(MessageError) {
            switch self.target {
            case .task(let id): try NameRules.validate(id: id)
            case .stamp(let name, _): try NameRules.validate(name, as: "name of the stamp")
            }
        } catch {
            throw TaskBrokerError(.invalidConfiguration, error.message)
        }
        guard case .stamp(let name, let value) = self.target else { return }
        let size = value.serialized().count
        guard size <= Self.maximumValueBytes else {
            throw TaskBrokerError(
                .invalidConfiguration,
                "The value of the stamp '\(name)' has \(size) bytes, more than \(Self.maximumValueBytes)."
            )
        }
    }
}

/// A revocation as the broker keeps it.
package struct RevocationEntry: Hashable, Sendable {
    /// What was revoked.
    package var revocation: Revocation
    /// When, by the broker's clock; no two entries have the same time, so that it is the entry's place in the log as well.
    package var time: Timestamp

    package init(_ revocation: Revocation, at time: Timestamp) {
        self.revocation = revocation
        self.time = time
    }
}

/// A part of the broker's log of revocations: what somebody does not know yet who has read it up to some place.
package struct RevocationUpdate: Hashable, Sendable {
    /// What is new, the oldest first.
    package var entries: [RevocationEntry]
    /// Up to where the log is known with it: the time of its last entry.
    ///
    /// It may lie before what was asked for, when the log was lost and begun anew.
    package var cursor: Timestamp

    package init(entries: [RevocationEntry], cursor: Timestamp) {
        self.entries = entries
        self.cursor = cursor
    }
}

/// How long and how many revocations are remembered.
package struct RevocationLimits: Hashable, Sendable {
    /// How long.
    package var lifetime: Duration
    /// How many; beyond that the oldest are forgotten.
    ///
    /// Celery's workers remember as many.
    package var maximumCount: Int

    package init(lifetime: Duration, maximumCount: Int = 50_000) {
        self.lifetime = max(lifetime, .seconds(1))
        self.maximumCount = max(1, maximumCount)
    }
}
