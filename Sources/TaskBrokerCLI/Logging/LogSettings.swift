package import Logging

/// What is logged, and how it looks.
package struct LogSettings: Sendable, Hashable {
    /// The least important lines that are written.
    package var level: Logger.Level
    /// How a line looks.
    package var format: LogFormat
    /// Whether the levels have colours.
    package var palette: Palette

    /// Creates settings.
    package init(level: Logger.Level, format: LogFormat = .text, palette: Palette = Palette(isColored: false)) {
        self.level = level
        self.format = format
        self.palette = palette
    }

    /// The settings of commands that are no workers: their errors speak for themselves, and the library's lines beside them
    /// would say the same thing twice.
    package static func forCommands(isVerbose: Bool) -> Self {
        Self(level: isVerbose ? .debug : .critical)
    }

    /// A logger that writes to `sink`.
    package func logger(writingTo sink: LogSink) -> Logger {
        Logger(label: "taskbroker") { _ in LineLogHandler(self, sink: sink) }
    }
}
