package import CeleryProtocol

#if canImport(Glibc)
import Glibc
// Which of the two modules owns `timeval` depends on which was compiled first.
import SwiftOverlayShims
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
        // The members of `timeval`, in which `rusage` has the times, belong to a module that Swift's overlay hides.
        var spent = tms()
        guard status == 0, unsafe times(&spent) != clock_t(-1) else { return ResourceUsage() }
        return ResourceUsage(
            userTime: Self.seconds(spent.tms_utime),
            systemTime: Self.seconds(spent.tms_stime),
            maximumResidentSize: Int(usage.ru_maxrss),
            pageFaults: (minor: Int(usage.ru_minflt), major: Int(usage.ru_majflt)),
            blocks: (input: Int(usage.ru_inblock), output: Int(usage.ru_oublock)),
            contextSwitches: (voluntary: Int(usage.ru_nvcsw), involuntary: Int(usage.ru_nivcsw))
        )
    }

    private static func seconds(_ ticks: clock_t) -> Double {
        Double(ticks) / Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
    }
}
