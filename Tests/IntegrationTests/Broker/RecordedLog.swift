import Logging
import Synchronization

/// What somebody logs, for a test to look at.
final class RecordedLog: Sendable {
    private struct Entry {
        var message: String
        var metadata: String
    }

    private let entries = Mutex<[Entry]>([])

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    /// The metadata of every message that contains `text`.
    func lines(with text: String) -> [String] {
        self.entries.withLock { $0.filter { $0.message.contains(text) }.map(\.metadata) }
    }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = (event.metadata ?? [:]).sorted { $0.key > $1.key }.map { "\($0.key)=\($0.value)" }
            let entry = Entry(message: "\(event.message)", metadata: fields.joined(separator: " "))
            self.log.entries.withLock { $0.append(entry) }
        }
    }
}
