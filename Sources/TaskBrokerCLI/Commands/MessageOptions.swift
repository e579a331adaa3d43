import ArgumentParser
import CeleryProtocol
import TaskBroker

/// How a task is sent; Celery's names of the options.
package struct MessageOptions: ParsableArguments, Sendable {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Positional arguments as a JSON array.", valueName: "json|@file|-")
    )
    var args: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Keyword arguments as a JSON object.", valueName: "json|@file|-"))
    var kwargs: String?

    @Option(name: [.customShort("Q"), .long], help: "The queue.")
    var queue: String?

    @Option(name: .long, help: "The exchange, with --routing-key.")
    var exchange: String?

    @Option(name: .long, help: ArgumentHelp("The routing key for the exchange.", valueName: "key"))
    var routingKey: String?

    @Option(name: .long, help: ArgumentHelp("Start it so much later.", valueName: "duration"))
    var countdown: TimeSpan?

    @Option(
        name: .long,
        help: ArgumentHelp("Start it at this time at the earliest; UTC without an offset.", valueName: "time")
    )
    var eta: Moment?

    @Option(name: .long, help: ArgumentHelp("Do not start it later than this.", valueName: "duration|time"))
    var expires: Deadline?

    @Option(name: .long, help: ArgumentHelp("0 (first) to 9 (last), or high, normal, low.", valueName: "level"))
    var priority: PriorityLevel?

    @Option(name: .long, help: "The id; a new UUID by default.")
    var id: String?

    @Option(name: .long, help: ArgumentHelp("Send it only if nobody has under this key for a day.", valueName: "key"))
    var unique: String?

    @Option(name: .long, help: ArgumentHelp("How long the key of --unique is held.", valueName: "duration"))
    var uniqueFor: TimeSpan?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "When it counts as sent: sent, acknowledged (by Redis) or replicated[:REPLICAS[:TIMEOUT]].",
            valueName: "level"
        )
    )
    var durability: Durability?

    @Option(
        name: .long,
        help: ArgumentHelp("Try so long to send it when the connection breaks; it is sent once.", valueName: "duration")
    )
    var publishRetry: TimeSpan?

    @Option(name: .long, help: ArgumentHelp("Stop it after this long.", valueName: "duration"))
    var timeLimit: TimeSpan?

    @Option(name: .long, help: ArgumentHelp("Cancel it after this long.", valueName: "duration"))
    var softTimeLimit: TimeSpan?

    @Flag(name: .long, help: "Do not store the result.")
    var ignoreResult = false

    @Option(name: .long, help: .hidden)
    var serializer: String?

    /// Creates the options as they are when nothing is given.
    package init() {}

    /// Refuses what contradicts itself.
    package func validate() throws {
        if self.countdown != nil && self.eta != nil { throw ValidationError("Give --countdown or --eta, not both.") }
        if self.queue != nil && (self.exchange != nil || self.routingKey != nil) {
            throw ValidationError("Give --queue, or --exchange and --routing-key, not both.")
        }
        if self.uniqueFor != nil && self.unique == nil { throw ValidationError("--unique-for needs --unique KEY.") }
        if let serializer, serializer != "json" {
            throw ValidationError("Only the serializer json is supported: pickle and yaml can run code of the sender.")
        }
    }
}

extension MessageOptions {
    var hasArguments: Bool { self.args != nil || self.kwargs != nil }

    /// The options of a call that is sent at `now`.
    func taskOptions(now: Timestamp) throws -> TaskOptions {
        TaskOptions(
            countdown: self.countdown?.duration,
            eta: self.eta?.timestamp.date,
            expires: self.expires?.duration(from: now),
            queue: self.queue,
            exchange: self.exchange,
            routingKey: self.routingKey,
            priority: self.priority?.value,
            timeLimit: self.timeLimit?.duration,
            softTimeLimit: self.softTimeLimit?.duration,
            ignoresResult: self.ignoreResult ? true : nil,
            taskID: self.id,
            unique: self.unique.map { key in
                self.uniqueFor.map { UniqueKey(key, for: $0.duration) } ?? UniqueKey(key)
            },
            durability: self.durability?.value,
            publishRetry: self.publishRetry?.duration
        )
    }
}
