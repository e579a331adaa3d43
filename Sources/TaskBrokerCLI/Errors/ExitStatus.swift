/// How a command ended, as the number that the shell sees.
///
/// The numbers are stable: scripts may rely on them. From 64 on they are those of `sysexits.h`, as Celery's are; 124 is that of
/// `timeout(1)`, and 130 and 143 are 128 plus the number of the signal.
public struct ExitStatus: RawRepresentable, Hashable, Sendable {
    /// The number.
    public let rawValue: Int32

    /// Creates a status from a number, such as that of a child process.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// Done; the task ended as `SUCCESS`.
    public static let success = Self(rawValue: 0)
    /// Something failed that no other status describes.
    public static let failure = Self(rawValue: 1)
    /// There is no such task, queue or entry.
    public static let notFound = Self(rawValue: 3)
    /// The task ended as `FAILURE`.
    public static let taskFailed = Self(rawValue: 4)
    /// The task was revoked or expired.
    public static let taskRevoked = Self(rawValue: 5)
    /// The broker or the command did not take what was given: a duplicate, a line that cannot be sent.
    public static let rejected = Self(rawValue: 6)
    /// What was looked at is not in order.
    public static let unhealthy = Self(rawValue: 7)
    /// It is not known whether what was sent has arrived, or too few replicas have it.
    public static let uncertain = Self(rawValue: 8)
    /// The command line cannot be understood.
    public static let usage = Self(rawValue: 64)
    /// Redis cannot be reached, or no worker answers.
    public static let unavailable = Self(rawValue: 69)
    /// Not now: the queue is full, or the task has not ended yet and nobody asked to wait.
    public static let tryAgain = Self(rawValue: 75)
    /// Redis refuses the password or the command; or a question was answered with no.
    public static let notPermitted = Self(rawValue: 77)
    /// A URL, a name or a file cannot be used.
    public static let configuration = Self(rawValue: 78)
    /// The time to wait is over.
    public static let timedOut = Self(rawValue: 124)
    /// `-A` or `dev --` names something that cannot be run.
    public static let cannotRun = Self(rawValue: 126)
    /// Ended by Ctrl-C.
    public static let interrupted = Self(rawValue: 130)
    /// Ended by SIGTERM.
    public static let terminated = Self(rawValue: 143)
}

extension ExitStatus {
    /// Whether a signal ended the command.
    var isInterruption: Bool { self == .interrupted || self == .terminated }

    /// The statuses of our commands with their meanings, for `help exit-codes`.
    static let meanings: [(status: Self, meaning: String)] = [
        (.success, "done; the task ended as SUCCESS; a worker stopped after finishing its tasks"),
        (.failure, "something failed that no other code describes"),
        (.notFound, "there is no such task, queue or entry"),
        (.taskFailed, "the task ended as FAILURE"),
        (.taskRevoked, "the task ended as REVOKED: it was revoked, or expired before it could start"),
        (.rejected, "not taken: a duplicate under --unique, lines of --from that cannot be sent, wrong arguments"),
        (.unhealthy, "doctor or fsck found something that has to be looked at"),
        (.uncertain, "the connection broke while sending, or too few replicas have the message: it may have arrived"),
        (.usage, "the command line cannot be understood"),
        (.unavailable, "Redis cannot be reached, or no worker is running"),
        (.tryAgain, "the queue is full; or the task has not ended, and --no-wait was given"),
        (.notPermitted, "Redis refuses the password or the command; or the question was answered with no"),
        (.configuration, "a URL, a name, a file or a setting cannot be used"),
        (.timedOut, "the time of --timeout is over; the task may still run"),
        (.cannotRun, "the program of -A or dev -- cannot be run"),
        (.interrupted, "interrupted by Ctrl-C before the work was finished"),
        (.terminated, "terminated by SIGTERM before the work was finished"),
    ]

    /// The table that `help exit-codes` prints.
    static var table: String {
        self.meanings.map { entry in
            let number = String(entry.status.rawValue)
            return String(repeating: " ", count: max(0, 4 - number.count)) + "\(number)  \(entry.meaning)"
        }
        .joined(separator: "\n")
    }
}
