extension Damage {
    /// The kinds of damage, named as `taskctl fsck --class` names them.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Messages that a worker took, and no lease: nobody would ever take them back.
        case claimWithoutLease = "claim-without-lease"
        /// A delayed message that no time would bring back.
        case unscheduledMessage = "unscheduled-message"
        /// A dead letter that is in no list of them.
        case unlistedDeadLetter = "unlisted-dead-letter"
        /// An entry whose message is gone.
        case lostMessage = "lost-message"
        /// A message that a worker holds and that waits as well, or is dead as well.
        case doubledMessage = "doubled-message"
        /// A note that an unknown task waits, without the message.
        case strayParking = "stray-parking"
        /// A counter of redeliveries that is no number.
        case badCounter = "bad-counter"
        /// What carries messages would vanish by itself.
        case expiringCompanion = "expiring-companion"
        /// A key of another type than everybody expects under its name.
        case wrongType = "wrong-type"
        /// What must vanish by itself would stay for ever.
        case immortalKey = "immortal-key"
        /// The waiting messages of a queue would vanish by themselves.
        case expiringQueue = "expiring-queue"
        /// A message that a Python worker took, and nothing that would bring it back.
        case unacknowledgedWithoutTime = "unacked-without-index"
        /// An entry of a Python worker whose message is gone.
        case lostUnacknowledged = "unacked-without-message"
        /// Replies that nobody reads.
        case orphanedReplies = "orphaned-replies"
        /// Bindings of programs that have gone.
        case expiredBindings = "expired-bindings"
        /// A chord whose parts are complete and whose body nobody has sent.
        case stuckChord = "stuck-chord"
        /// A chord that has counted more parts than it has kept.
        case miscountedChord = "miscounted-chord"
        /// Results that stay for ever.
        case resultWithoutExpiry = "result-without-expiry"
    }
}

extension Damage.Kind {
    /// How bad it is.
    public var severity: Severity {
        switch self {
        case .lostMessage, .lostUnacknowledged, .wrongType, .miscountedChord, .stuckChord: .problem
        case .claimWithoutLease, .unscheduledMessage, .unlistedDeadLetter, .doubledMessage, .expiringCompanion,
            .badCounter, .immortalKey, .unacknowledgedWithoutTime:
            .warning
        case .strayParking, .orphanedReplies, .expiredBindings, .expiringQueue, .resultWithoutExpiry:
            .notice
        }
    }

    /// Whether a repair is known that loses nothing.
    public var isRepairable: Bool { self.repair != nil }

    /// Whether it is repaired only when it is asked for by name, because somebody may want it as it is.
    public var isOptional: Bool { self == .resultWithoutExpiry }

    /// What it is, in words that go behind "there is".
    public var meaning: String {
        switch self {
        case .claimWithoutLease: "messages that a worker took, without a lease: nobody would take them back"
        case .unscheduledMessage: "a delayed message without a time: it would never come back"
        case .unlistedDeadLetter: "a dead letter that no list shows"
        case .lostMessage: "an entry without its message: the message is lost"
        case .doubledMessage: "a message that is with a worker and in another place, too"
        case .strayParking: "a note about a parked message that is not there"
        case .badCounter: "a counter of redeliveries that is no number"
        case .expiringCompanion: "a key with messages that would expire"
        case .wrongType: "a key of the wrong type: the queue cannot be used"
        case .immortalKey: "a key that should expire and would not"
        case .expiringQueue: "a queue whose waiting messages expire"
        case .unacknowledgedWithoutTime:
            "a message that a Python worker took, without its time: it would never be restored"
        case .lostUnacknowledged: "an entry of a Python worker without its message: the message is lost"
        case .orphanedReplies: "replies to a program that has gone"
        case .expiredBindings: "bindings of programs that have gone"
        case .stuckChord: "a chord that is complete, and whose body was not sent"
        case .miscountedChord: "a chord that has lost parts which it counted: it cannot complete"
        case .resultWithoutExpiry: "results that never expire"
        }
    }

    /// What a repair does; `nil` where there is none that loses nothing.
    public var repair: String? {
        switch self {
        case .claimWithoutLease: "get a lease: their worker renews it, or another takes them over"
        case .unscheduledMessage: "is due now: a worker that finds it too early delays it again"
        case .unlistedDeadLetter: "is listed again, as of now"
        case .lostMessage: "the entry is removed"
        case .doubledMessage: "the copy that no worker holds is removed, if it is the same byte for byte"
        case .strayParking: "the note is removed"
        case .badCounter: "the counter is removed: redeliveries count from zero"
        case .expiringCompanion: "is kept for good"
        case .immortalKey: "expires in time"
        case .unacknowledgedWithoutTime: "is taken as of now: a Python worker restores it after its visibility timeout"
        case .lostUnacknowledged: "the entry is removed"
        case .orphanedReplies: "expire in ten seconds, and the binding is removed"
        case .expiredBindings: "are removed, as kombu does it"
        case .resultWithoutExpiry: "expire in a day"
        case .wrongType, .expiringQueue, .stuckChord, .miscountedChord: nil
        }
    }

    /// What a person has to do where nothing can be repaired, or where something is lost.
    public var advice: String? {
        switch self {
        case .lostMessage, .lostUnacknowledged:
            "Send the task again if it is known from elsewhere; find out what deletes keys (doctor: eviction, persistence)."
        case .wrongType: "Find out who uses this name in the same database, and RENAME the key away."
        case .expiringQueue: "Celery does this to queues with 'expires'; take it away, or drain the queue in time."
        case .stuckChord:
            "Send the body by hand: 'group show' prints the results. Its last worker died before it could."
        case .miscountedChord: "Send the chord again; the results of its parts are kept under their own ids."
        case .resultWithoutExpiry:
            "Set result_expires, and give --class \(Self.resultWithoutExpiry.rawValue) --repair for those that are there."
        default: nil
        }
    }
}
