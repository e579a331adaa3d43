#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// How many files and connections this process may have open at once.
enum OpenFileLimit {
    /// More than any worker needs.
    private static let enough: rlim_t = 65_536

    /// The limit now.
    static var current: Int { self.limits.map { Int(clamping: $0.rlim_cur) } ?? 256 }

    /// Raises the limit as far as this user may, as Go's runtime does.
    ///
    /// A process that runs out of descriptors does not merely wait on Linux: libdispatch looks at its threads in `/proc`, and traps when it
    /// cannot open a file there (`docs/decisions/0007-staying-up.md`).
    static func raise() {
        guard var limits = self.limits else { return }
        let wanted = min(limits.rlim_max, self.enough)
        guard limits.rlim_cur < wanted else { return }
        limits.rlim_cur = wanted
        #if canImport(Glibc)
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
        #else
        _ = unsafe setrlimit(RLIMIT_NOFILE, &limits)
        #endif
    }

    private static var limits: rlimit? {
        var limits = rlimit()
        #if canImport(Glibc)
        let status = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
        #else
        let status = unsafe getrlimit(RLIMIT_NOFILE, &limits)
        #endif
        return status == 0 ? limits : nil
    }
}
