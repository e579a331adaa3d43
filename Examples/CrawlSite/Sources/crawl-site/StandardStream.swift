#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Standard output and standard error without a buffer: whoever waits for the line that says where the site listens gets it
/// at once, through a pipe too.
struct StandardStream: Sendable {
    private let descriptor: Int32
}

extension StandardStream {
    /// What is meant for programs.
    static let output = StandardStream(descriptor: STDOUT_FILENO)

    /// What is meant for people.
    static let error = StandardStream(descriptor: STDERR_FILENO)

    /// Writes a line; gives up silently when nobody reads any more.
    func writeLine(_ line: String) {
        var bytes = Array("\(line)\n".utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes { unsafe write(self.descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { return }
            bytes = bytes.dropFirst(max(0, count))
        }
    }
}
