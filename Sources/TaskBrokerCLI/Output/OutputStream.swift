import Synchronization

/// A buffered way out: standard output, standard error, or, in tests, memory.
///
/// `stdout` is an unsafe global in Swift 6 mode, and `print` ignores that nobody reads: this type writes instead.
package final class OutputStream: Sendable {
    private let descriptor: FileDescriptor?
    /// Whether each write reaches the descriptor at once.
    private let isUnbuffered: Bool
    private let buffer = Mutex<[UInt8]>([])

    /// A stream into an open file; what is written to a terminal is seen at once.
    package init(_ descriptor: FileDescriptor, isUnbuffered: Bool = false) {
        self.descriptor = descriptor
        self.isUnbuffered = isUnbuffered || descriptor.isTerminal
    }

    /// A stream into memory.
    package init() {
        self.descriptor = nil
        self.isUnbuffered = false
    }

    /// The size at which a buffer is written.
    private static let bufferSize = 16 << 10
}

extension OutputStream {
    /// What was written to memory.
    package var contents: String { self.buffer.withLock { String(decoding: $0, as: UTF8.self) } }

    /// Whether a person sees what is written.
    package var isTerminal: Bool { self.descriptor?.isTerminal ?? false }

    /// Writes text as it is.
    ///
    /// - Throws: ``OutputClosed`` when nobody reads; other failures, such as a full disk, as ``CommandError``.
    package func write(_ text: String) throws {
        try self.buffer.withLock { buffer in
            buffer.append(contentsOf: text.utf8)
            if self.isUnbuffered || buffer.count >= Self.bufferSize { try self.drain(&buffer) }
        }
    }

    /// Writes what is buffered.
    package func flush() throws {
        try self.buffer.withLock { try self.drain(&$0) }
    }

    private func drain(_ buffer: inout [UInt8]) throws {
        guard let descriptor, !buffer.isEmpty else { return }
        defer { buffer.removeAll(keepingCapacity: true) }
        do throws(SystemError) {
            try descriptor.write(buffer)
        } catch {
            if error.isBrokenPipe { throw OutputClosed() }
            throw CommandError(.failure, "The output cannot be written: \(error).")
        }
    }
}
