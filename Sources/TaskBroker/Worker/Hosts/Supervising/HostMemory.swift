#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// How much memory another process occupies.
enum HostMemory {
    /// The resident set in bytes; 0 for a process that has ended and was not waited for, `nil` where the system does not tell.
    static func residentBytes(of pid: CInt) -> Int? {
        #if os(Linux)
        guard let text = self.read("/proc/\(pid)/statm") else { return nil }
        // size resident shared text lib data dt, in pages
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages.multipliedReportingOverflow(by: self.pageSize).partialValue
        #else
        return nil
        #endif
    }

    private static let pageSize = max(1, sysconf(Int32(_SC_PAGESIZE)))

    /// A file that fits into a line.
    private static func read(_ path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { _ = close(descriptor) }
        return unsafe String(unsafeUninitializedCapacity: 256) { buffer in
            #if canImport(Glibc)
            max(0, unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count))
            #elseif canImport(Musl)
            max(0, unsafe Musl.read(descriptor, buffer.baseAddress, buffer.count))
            #else
            max(0, unsafe Darwin.read(descriptor, buffer.baseAddress, buffer.count))
            #endif
        }
    }
}
