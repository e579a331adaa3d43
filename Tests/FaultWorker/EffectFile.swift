import TaskBroker

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where the tasks of the fault suite write down what they did, independently of Redis: a file that everybody appends to.
///
/// A line is one `write(2)`, so that the lines of many processes do not mix and survive the death of their writer:
/// `microseconds kind name process parent`, and for the start of a task how often it was delivered before.
struct EffectFile: Sendable {
    private let path: String

    /// The file that the environment names.
    ///
    /// - Throws: A ``TaskFailure`` when it names none.
    init() throws {
        guard let path = unsafe getenv("FAULT_EFFECTS").map({ unsafe String(cString: $0) }) else {
            throw TaskFailure(type: "ConfigurationError", message: "FAULT_EFFECTS has to name a file")
        }
        self.path = path
    }

    /// Adds a line.
    ///
    /// - Parameters:
    ///   - kind: `start`, `done` or `wrong`.
    ///   - name: What the task was sent as.
    ///   - redeliveries: How often it was delivered before, as far as that is known.
    func write(_ kind: String, _ name: String, redeliveries: Int? = nil) throws {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        let microseconds = time.tv_sec * 1_000_000 + time.tv_nsec / 1000
        let delivery = redeliveries.map { " \($0)" } ?? ""
        let line = Array("\(microseconds) \(kind) \(name) \(getpid()) \(getppid())\(delivery)\n".utf8)
        let descriptor = unsafe open(self.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw TaskFailure(type: "OSError", message: "cannot open \(self.path)") }
        defer { _ = close(descriptor) }
        guard writeOnce(line, to: descriptor) == line.count else {
            throw TaskFailure(type: "OSError", message: "cannot write to \(self.path)")
        }
    }
}

/// The system's `write`, which the method of the same name hides above.
private func writeOnce(_ bytes: [UInt8], to descriptor: Int32) -> Int {
    unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
}
