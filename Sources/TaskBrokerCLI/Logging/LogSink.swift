/// Where the lines of a log go.
package enum LogSink: Sendable {
    /// To a stream of the process.
    case stream(OutputStream)
    /// To a file.
    case file(LogFile)

    /// Writes a line. A log that cannot be written must not stop the work.
    func write(_ line: String) {
        switch self {
        case .stream(let stream):
            try? stream.write(line)
            try? stream.flush()
        case .file(let file):
            file.write(line)
        }
    }
}
