import ArgumentParser
import Logging
import TaskBroker

/// What a worker is told about its work.
package struct WorkerOptions: ParsableArguments, Sendable {
    @Option(
        name: [.customShort("Q"), .long],
        help: ArgumentHelp("The queues to take from; all declared ones by default.", valueName: "a,b")
    )
    var queues: [NameList] = []

    @Option(name: [.customShort("X"), .long], help: ArgumentHelp("Queues to leave out.", valueName: "a,b"))
    var excludeQueues: [NameList] = []

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("How many tasks run at once; one for each processor by default.", valueName: "n|auto")
    )
    var concurrency: Concurrency = .auto

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("The node name; %h is the host, %n its first part, %d the rest.", valueName: "name")
    )
    var hostname = "celery@%h"

    @Option(
        name: [.customShort("l"), .long],
        help: ArgumentHelp("debug, info, warning, error or critical.", valueName: "level")
    )
    var loglevel: LogLevel?

    @Option(name: [.customShort("f"), .long], help: ArgumentHelp("Append the log to a file.", valueName: "file"))
    var logfile: String?

    @Option(name: .long, help: ArgumentHelp("text or json.", valueName: "format"))
    var logFormat: LogFormat = .text

    @Flag(name: .long, help: "End when the queues are empty.")
    var burst = false

    @Option(
        name: .long,
        help: ArgumentHelp("How long the tasks of a killed worker wait for another one.", valueName: "duration")
    )
    var lease: TimeSpan = TimeSpan(.seconds(30))

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What becomes of a running task whose lease may be lost, after an outage as long as that: stop, or finish.",
            valueName: "policy"
        )
    )
    var onLeaseLost: LeaseLossChoice = .stop

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How long running tasks may go on after the first signal; for ever by default.",
            valueName: "duration"
        )
    )
    var drainTimeout: TimeSpan?

    @Option(name: .long, help: ArgumentHelp("How many messages are taken beyond the concurrency.", valueName: "n"))
    var prefetch = 0

    @Option(
        name: .long,
        help: ArgumentHelp("How often a message may be handed out before it is a dead letter.", valueName: "n")
    )
    var maxDeliveries = 20

    @Flag(
        name: [.customShort("E"), .long, .customLong("events")],
        help: "Tell monitors about every task; they can switch it on as well."
    )
    var taskEvents = false

    @Option(
        name: .long,
        help: ArgumentHelp("How often monitors hear that the worker is alive; 2s by default.", valueName: "duration")
    )
    var heartbeatInterval: TimeSpan?

    @Flag(name: .long, help: "Do not tell monitors that the worker is alive.")
    var withoutHeartbeat = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Who may command the worker from afar: all, inspect, signed or none; see 'help control'.",
            valueName: "policy"
        )
    )
    var control: ControlChoice = .standard

    @Flag(name: .long, help: "Do not warn about running as root.")
    var allowRoot = false

    @Option(
        name: .long,
        help: ArgumentHelp("Run as this user: a name or a number; only root can.", valueName: "user")
    )
    var uid: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Run as this group; the user's own by default.", valueName: "group")
    )
    var gid: String?

    /// Creates the options as they are when nothing is given.
    package init() {}

    /// Refuses what no worker can do.
    package func validate() throws {
        if self.prefetch < 0 { throw ValidationError("--prefetch has to be 0 or more.") }
        if self.maxDeliveries < 1 { throw ValidationError("--max-deliveries has to be 1 or more.") }
        if self.lease.duration < .seconds(1) { throw ValidationError("--lease has to be 1s or more.") }
    }
}

extension WorkerOptions {
    /// The configuration of the worker.
    var configuration: WorkerConfiguration {
        WorkerConfiguration(
            queues: self.queues.names,
            excludedQueues: self.excludeQueues.names ?? [],
            concurrency: self.concurrency.count,
            prefetch: self.prefetch,
            name: self.hostname,
            lease: self.lease.duration,
            drainTimeout: self.drainTimeout?.duration,
            isBurst: self.burst,
            onLeaseLost: self.onLeaseLost.policy,
            maxDeliveries: self.maxDeliveries,
            events: EventConfiguration(
                sendsTaskEvents: self.taskEvents,
                heartbeatInterval: self.withoutHeartbeat ? nil : self.heartbeatInterval?.duration ?? .seconds(2)
            )
        )
    }

    /// What is logged, and how.
    ///
    /// - Parameter level: The level if none was given; Celery's default is `warning`.
    func logSettings(_ console: Console, level: Logger.Level = .warning) -> LogSettings {
        let palette = self.logfile == nil ? console.errorPalette : Palette(isColored: false)
        return LogSettings(level: self.loglevel?.level ?? level, format: self.logFormat, palette: palette)
    }
}

/// How many tasks run at once: `-c 4`, or `-c auto`.
enum Concurrency: ExpressibleByArgument, Hashable, Sendable {
    /// One for each processor.
    case auto
    case fixed(Int)

    init?(argument: String) {
        if argument == "auto" {
            self = .auto
        } else if let count = Int(argument), 1...100_000 ~= count {
            self = .fixed(count)
        } else {
            return nil
        }
    }

    var count: Int? {
        if case .fixed(let count) = self { count } else { nil }
    }
}

/// Celery's names of the levels, in any case.
enum LogLevel: String, CaseIterable, ExpressibleByArgument, Sendable {
    case debug
    case info
    case warning
    case error
    case critical
    case fatal

    init?(argument: String) {
        self.init(rawValue: argument.lowercased())
    }

    var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        case .critical, .fatal: .critical
        }
    }
}
