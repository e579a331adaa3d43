import ArgumentParser
package import CeleryProtocol
package import Logging

/// How a line of a log looks.
package enum LogFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// Celery's: `[2026-11-21 05:00:00,123: INFO/worker] task succeeded task_id=…`.
    case text
    /// One JSON object a line.
    case json
}

/// One line of a log before it is text.
package struct LogLine: Sendable {
    let time: Timestamp
    let level: Logger.Level
    let message: String
    let metadata: Logger.Metadata

    /// Creates a line.
    package init(time: Timestamp, level: Logger.Level, message: String, metadata: Logger.Metadata) {
        self.time = time
        self.level = level
        self.message = message
        self.metadata = metadata
    }
}

extension LogLine {
    /// The line in a format, with its line break.
    package func rendered(_ format: LogFormat, _ palette: Palette) -> String {
        switch format {
        case .text: self.text(palette)
        case .json: self.json
        }
    }

    private func text(_ palette: Palette) -> String {
        let name = palette.paint(Self.name(of: self.level), Self.style(of: self.level))
        let head = "[\(WallClock.text(of: self.time)): \(name)/worker] \(TerminalText.escape(self.message))"
        let details = self.metadata.sorted { $0.key < $1.key }.map { key, value in
            "\(TerminalText.escape(key))=\(Self.quoted(value.description))"
        }
        return ([head] + details).joined(separator: " ") + "\n"
    }

    /// Metadata never replaces the line's own members: it stands in an object of its own.
    private var json: String {
        let metadata = self.metadata.mapValues(Self.json)
        let line: JSONValue = [
            "time": .string(self.time.iso8601),
            "level": .string(self.level.rawValue),
            "message": .string(self.message),
            "metadata": .object(metadata),
        ]
        return line.description + "\n"
    }

    private static func json(_ value: Logger.MetadataValue) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let value): .string(value.description)
        case .array(let values): .array(values.map(self.json))
        case .dictionary(let values): .object(values.mapValues(self.json))
        }
    }

    /// A value in quotes if it would not be read as one word otherwise.
    private static func quoted(_ value: String) -> String {
        let text = TerminalText.escape(value)
        guard text.isEmpty || text.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" }) else { return text }
        return "\"" + text.replacing("\"", with: "\\\"") + "\""
    }

    /// Python's names of the levels.
    private static func name(of level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "DEBUG"
        case .info, .notice: "INFO"
        case .warning: "WARNING"
        case .error: "ERROR"
        case .critical: "CRITICAL"
        }
    }

    private static func style(of level: Logger.Level) -> Style? {
        switch level {
        case .trace, .debug: .dim
        case .info, .notice: nil
        case .warning: .yellow
        case .error, .critical: .red
        }
    }
}
