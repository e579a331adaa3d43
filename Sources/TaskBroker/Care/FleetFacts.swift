import CeleryProtocol

/// What is known about the queues and workers of a broker at one moment.
package struct FleetFacts: Sendable {
    /// Our workers that live.
    package var workers: [WorkerRecord] = []
    /// The queues.
    package var queues: [QueueReport] = []
    /// What workers of either kind say about themselves.
    package var nodes: [NodeFacts] = []
    /// The messages that Python workers have taken.
    package var unacknowledged = UnacknowledgedFacts()
    /// Whether only programs on the broker's machine can reach it.
    package var isLoopback = true
    /// Whether we have a key to sign commands with.
    package var hasControlKey = false

    package init() {}
}

/// The messages that Python workers have taken and not acknowledged.
package struct UnacknowledgedFacts: Sendable, Hashable {
    /// How many there are.
    package var count = 0
    /// How long the oldest has been with its worker, in seconds.
    package var oldest: Double = 0

    package init(count: Int = 0, oldest: Double = 0) {
        self.count = count
        self.oldest = oldest
    }
}

/// What one worker says about itself over remote control.
package struct NodeFacts: Sendable, Hashable {
    /// Its name.
    package var node: String
    /// What it is: `celery`, `swift-taskbroker`.
    package var software: String
    /// Its version; empty if it does not say.
    package var version: String
    /// The answer to `conf`.
    package var settings: JSONValue
    /// The names of the queues it takes from.
    package var queues: [String]

    package init(node: String, software: String, version: String, settings: JSONValue = .null, queues: [String] = []) {
        self.node = node
        self.software = software
        self.version = version
        self.settings = settings
        self.queues = queues
    }

    /// Reads the answers of a worker to `report`, `conf` and `active_queues`.
    package init(node: String, report: JSONValue?, conf: JSONValue?, queues: JSONValue?) {
        // The first line with something on it is `software -> celery:5.7.0 (recovery) kombu:5.7.0 py:3.13`.
        let text = report?["ok"]?.stringValue ?? ""
        let line = text.split(whereSeparator: \.isNewline).first { $0.contains("software -> ") } ?? ""
        let name = line.split(separator: " ").dropFirst(2).first?.split(separator: ":", maxSplits: 1) ?? []
        self.init(
            node: node,
            software: name.first.map(String.init) ?? "",
            version: name.count == 2 ? String(name[1]) : "",
            settings: conf ?? .null,
            queues: queues?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
        )
    }
}

extension NodeFacts {
    /// Whether it is a worker of ours.
    package var isOurs: Bool { self.software == Software.identifier }

    /// A setting of Celery's.
    func setting(_ name: String) -> JSONValue? { self.settings[name] }

    /// An option of its way to the broker.
    func transportOption(_ name: String) -> JSONValue? { self.settings["broker_transport_options"]?[name] }

    /// After how many seconds it takes back what another Python worker has not acknowledged; kombu's default is an hour.
    var visibilityTimeout: Double { self.transportOption("visibility_timeout")?.doubleValue ?? 3600 }
}
