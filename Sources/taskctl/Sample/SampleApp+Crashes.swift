import TaskBroker

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension SampleApp {
    /// The ways in which a task can end its process, or refuse to end.
    enum Crash: String, CaseIterable, Codable {
        /// A failed check of Swift's.
        case trap
        case overflow
        case index
        /// A recursion without end.
        case stack
        /// A signal, as of C code with a wild pointer.
        case segv
        case exit
        /// All the memory that there is, a few hundred mebibytes a second.
        case memory
        /// A loop that never looks whether it is cancelled.
        case spin
        /// A call of the system that takes an hour.
        case block
    }

    /// Defines the task for trying what a worker makes of crashes.
    static func defineCrash(in app: TaskApp) {
        app.task("tasks.crash", parameters: ["how"]) { (how: String) -> String in
            guard let crash = Crash(rawValue: how) else {
                let known = Crash.allCases.map(\.rawValue).joined(separator: ", ")
                throw TaskFailure(type: "ValueError", message: "how has to be one of: \(known)")
            }
            return Self.perform(crash)
        }
    }

    private static func perform(_ crash: Crash) -> String {
        // Unknown to the compiler, which refuses what is sure to fail.
        let one = Int(CommandLine.argc) / Int(CommandLine.argc)
        switch crash {
        case .trap: preconditionFailure("tasks.crash was asked to trap")
        case .overflow: return "\(Int.max + one)"
        case .index: return CommandLine.arguments[1_000_000 + one]
        case .stack: return "\(Self.depth(below: one))"
        case .segv:
            raise(SIGSEGV)
            return ""
        case .exit: exit(0)
        case .memory:
            var blocks: [[UInt8]] = []
            while true {
                blocks.append([UInt8](repeating: UInt8(truncatingIfNeeded: blocks.count), count: 4 << 20))
                usleep(5_000)
            }
        case .spin:
            var count: UInt64 = 0
            while true { count &+= 1 }
        case .block:
            sleep(3600)
            return ""
        }
    }

    private static func depth(below level: Int) -> Int {
        level == 0 ? 0 : 1 &+ Self.depth(below: level &+ 1)
    }
}
