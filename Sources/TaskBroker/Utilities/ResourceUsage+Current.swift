package import CeleryProtocol

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension ResourceUsage {
    /// The figures of this process; all zero if the system does not tell them.
    package static var current: ResourceUsage {
        var usage = rusage()
        #if canImport(Glibc)
        let status = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #else
        let status = unsafe getrusage(RUSAGE_SELF, &usage)
        #endif
        guard status == 0 else { return ResourceUsage() }
        return ResourceUsage(
            userTime: Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6,
            systemTime: Double(usage.ru_stime.tv_sec) + Double(usage.ru_stime.tv_usec) / 1e6,
            maximumResidentSize: Int(usage.ru_maxrss),
            pageFaults: (minor: Int(usage.ru_minflt), major: Int(usage.ru_majflt)),
            blocks: (input: Int(usage.ru_inblock), output: Int(usage.ru_oublock)),
            contextSwitches: (voluntary: Int(usage.ru_nvcsw), involuntary: Int(usage.ru_nivcsw))
        )
    }
}
