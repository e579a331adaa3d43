import CeleryProtocol
package import Logging

/// Writes each event as one line, in which nothing that came from outside can begin a line of its own.
package struct LineLogHandler: LogHandler {
    /// What every line says beside its own metadata.
    package var metadata: Logger.Metadata = [:]
    /// Adds metadata that belongs to the task in which the line is written.
    package var metadataProvider: Logger.MetadataProvider?
    /// The least important lines that are written.
    package var logLevel: Logger.Level
    private let settings: LogSettings
    private let sink: LogSink

    /// Creates a handler.
    package init(_ settings: LogSettings, sink: LogSink) {
        self.settings = settings
        self.sink = sink
        self.logLevel = settings.level
    }

    /// One value of ``metadata``.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    /// Writes an event.
    package func log(event: LogEvent) {
        var metadata = self.metadata
        if let provider = self.metadataProvider { metadata.merge(provider.get()) { _, own in own } }
        if let own = event.metadata { metadata.merge(own) { _, own in own } }
        if let error = event.error { metadata["error"] = "\(error)" }
        let line = LogLine(time: .now(), level: event.level, message: "\(event.message)", metadata: metadata)
        self.sink.write(line.rendered(self.settings.format, self.settings.palette))
    }
}
