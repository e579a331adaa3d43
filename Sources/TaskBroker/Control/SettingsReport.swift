import CeleryProtocol

/// The settings of a worker as `inspect conf` and `inspect report` show them, by Celery's names.
struct SettingsReport: Sendable {
    private var settings: [(name: SettingName, value: JSONValue, isDefault: Bool)] = []
    private let results: String
    private let transport: String

    init(_ app: TaskApp, status: WorkerStatus) {
        let address = app.broker.address
        let configuration = app.configuration
        let defaults = TaskAppConfiguration()
        self.results = address.resultsURL
        self.transport = address.transport
        self.add(.brokerURL, .string(address.url))
        self.add(.resultBackend, .string(address.resultsURL))
        self.add(.timezone, "UTC")
        self.add(.enableUTC, true)
        self.add(.acceptContent, ["json"], default: ["json"])
        self.add(.taskSerializer, "json", default: "json")
        self.add(.resultSerializer, "json", default: "json")
        self.add(.taskDefaultQueue, .string(configuration.defaultQueue), default: .string(defaults.defaultQueue))
        self.add(.taskQueues, .array(configuration.queues.map { .string($0.name) }), default: [])
        self.add(
            .taskCreateMissingQueues,
            .bool(configuration.createsMissingQueues),
            default: .bool(defaults.createsMissingQueues)
        )
        self.add(.taskTrackStarted, .bool(configuration.tracksStarted), default: .bool(defaults.tracksStarted))
        self.add(.taskIgnoreResult, .bool(configuration.taskDefaults.ignoresResult ?? false), default: false)
        self.add(
            .taskDefaultPriority,
            configuration.taskDefaults.priority.map { .integer(Int64($0)) } ?? .null,
            default: .null
        )
        self.add(.taskTimeLimit, Self.seconds(configuration.taskDefaults.timeLimit), default: .null)
        self.add(.taskSoftTimeLimit, Self.seconds(configuration.taskDefaults.softTimeLimit), default: .null)
        // Celery's default is false. Ours is not a setting: a message is acknowledged when its task has ended.
        self.add(.taskAcksLate, true)
        self.add(
            .resultExpires,
            Self.seconds(configuration.resultExpires),
            default: Self.seconds(defaults.resultExpires)
        )
        self.add(.resultExtended, .bool(configuration.resultExtended), default: .bool(defaults.resultExtended))
        self.add(.workerConcurrency, .integer(Int64(status.concurrency)))
    }

    private mutating func add(_ name: SettingName, _ value: JSONValue, default: JSONValue? = nil) {
        self.settings.append((name, value, value == `default`))
    }

    private static func seconds(_ duration: Duration?) -> JSONValue {
        duration.map { .double($0.inSeconds) } ?? .null
    }
}

extension SettingsReport {
    /// The settings by name; those that differ from the defaults unless all are wanted.
    func json(includingDefaults: Bool) -> JSONValue {
        let shown = self.settings.filter { includingDefaults || !$0.isDefault }
        return .object(Dictionary(shown.map { ($0.name.rawValue, $0.value) }, uniquingKeysWith: { $1 }))
    }

    /// The text of `inspect report`, in the form of Celery's bug report.
    var text: String {
        let pointerBits = Int.bitWidth
        var lines = [
            "",
            "software -> \(Software.identifier):\(Software.version)",
            "platform -> system:\(Software.system) arch:\(pointerBits)bit imp:Swift",
            "settings -> transport:\(self.transport) results:\(self.results)",
            "",
        ]
        for setting in self.settings where !setting.isDefault {
            lines.append("\(setting.name.rawValue): \(PythonRepr.value(setting.value))")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
