import Synchronization

/// Where the lines of a log go.
package final class LogSink: Sendable {
    private enum Target: Sendable {
        case stream(OutputStream)
        case file(LogFile)
    }

    private let target: Target
    /// The lines that wait for ``open()``; `nil` when they go straight on.
    private let held: Mutex<[String]?>

    private init(_ target: Target, isHeld: Bool) {
        self.target = target
        self.held = Mutex(isHeld ? [] : nil)
    }

    /// To a stream of the process.
    ///
    /// - Parameter isHeld: Whether lines wait until ``open()``.
    package static func stream(_ stream: OutputStream, isHeld: Bool = false) -> LogSink {
        LogSink(.stream(stream), isHeld: isHeld)
    }

    /// To a file.
    package static func file(_ file: LogFile, isHeld: Bool = false) -> LogSink {
        LogSink(.file(file), isHeld: isHeld)
    }
}

extension LogSink {
    /// How many lines are kept while they wait.
    private static let limit = 1_000

    /// Writes a line.
    ///
    /// A log that cannot be written must not stop the work.
    package func write(_ line: String) {
        let isKept = self.held.withLock { lines in
            guard lines != nil else { return false }
            if lines?.count ?? 0 < Self.limit { lines?.append(line) }
            return true
        }
        if !isKept { self.pass(line) }
    }

    /// Writes what waited, and from now on every line at once.
    ///
    /// What a connection logs while it cannot be made is left out this way: the command says the same as its error.
    package func open() {
        let lines = self.held.withLock { lines in
            defer { lines = nil }
            return lines ?? []
        }
        for line in lines { self.pass(line) }
    }

    private func pass(_ line: String) {
        switch self.target {
        case .stream(let stream):
            try? stream.write(line)
            try? stream.flush()
        case .file(let file):
            file.write(line)
        }
    }
}
