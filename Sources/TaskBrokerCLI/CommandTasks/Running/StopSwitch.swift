import Synchronization

/// Wakes the thread that watches a command when its task is cancelled.
///
/// A pipe, because that thread waits for descriptors. Who cancels may come when the command has just ended, so the writing end
/// closes under a lock: its number must never be that of another file.
final class StopSwitch: Sendable {
    /// Readable once ``set()`` was called.
    let reader: FileDescriptor
    private let writer: Mutex<FileDescriptor?>

    init() throws(SystemError) {
        let (reader, writer) = try FileDescriptor.pipe()
        self.reader = reader
        self.writer = Mutex(writer)
    }

    deinit {
        self.reader.close()
        self.writer.withLock { $0 }?.close()
    }
}

extension StopSwitch {
    /// Wakes the thread; again and too late are no mistakes.
    func set() {
        self.writer.withLock { writer in
            writer?.close()
            writer = nil
        }
    }
}
