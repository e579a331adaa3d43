import Synchronization

/// A file that log lines are appended to, readable for its owner only.
package final class LogFile: Sendable {
    private let path: String
    private let file: Mutex<FileDescriptor>

    /// Opens the file, or creates it.
    package init(_ path: String) throws(CommandError) {
        self.path = path
        self.file = Mutex(try Self.open(path))
    }

    deinit {
        self.file.withLock { $0.close() }
    }

    /// Opens the path again, for programs that rotate logs by renaming them and sending SIGHUP.
    ///
    /// When that fails, lines go on to the file that was open before.
    package func reopen() throws(CommandError) {
        let new = try Self.open(self.path)
        self.file.withLock { file in
            file.close()
            file = new
        }
    }

    /// Appends a line.
    func write(_ line: String) {
        self.file.withLock { try? $0.write(Array(line.utf8)) }
    }

    private static func open(_ path: String) throws(CommandError) -> FileDescriptor {
        do throws(SystemError) {
            return try .appending(path)
        } catch {
            throw CommandError(
                .configuration,
                "The log file '\(path)' cannot be opened: \(error).",
                advice: "Give a file in a directory that you may write to; symbolic links are refused."
            )
        }
    }
}
