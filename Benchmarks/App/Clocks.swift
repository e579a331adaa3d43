#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The time of day, which two processes of one machine have in common.
enum WallClock {
    /// Seconds since 1970.
    static var now: Double { seconds(CLOCK_REALTIME) }
}

/// User and system time of this process.
enum ProcessorClock {
    /// Seconds since the process began.
    static var now: Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }
}

private func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
