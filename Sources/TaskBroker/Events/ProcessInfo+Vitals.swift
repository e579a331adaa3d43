#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension ProcessInfo {
    /// How many hours the local time of this machine is west of UTC now, as events tell it; negative in the east.
    package static var utcOffset: Double {
        var now = time(nil)
        var parts = unsafe tm()
        guard unsafe localtime_r(&now, &parts) != nil else { return 0 }
        let east = unsafe Double(parts.tm_gmtoff) / 3_600
        return east == 0 ? 0 : -east
    }

    /// How many processes of this machine wanted to run in the last 1, 5 and 15 minutes, on average, to two digits as
    /// Celery has it; zeros if that is not known.
    package static var loadAverage: [Double] {
        let averages = unsafe [Double](unsafeUninitializedCapacity: 3) { buffer, count in
            let known = unsafe buffer.baseAddress.map { base in unsafe getloadavg(base, 3) } ?? -1
            count = max(0, Int(known))
        }
        return averages.count == 3 ? averages.map { ($0 * 100).rounded() / 100 } : [0, 0, 0]
    }
}
