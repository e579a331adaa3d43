/// What the operating system counts of a process: `getrusage(2)`, as `inspect stats` shows it.
package struct ResourceUsage: Sendable {
    /// Seconds in user code.
    package var userTime: Double
    /// Seconds in the kernel.
    package var systemTime: Double
    /// The largest size in memory; in kilobytes on Linux.
    package var maximumResidentSize: Int
    /// Page faults without and with input.
    package var pageFaults: (minor: Int, major: Int)
    /// Blocks read and written.
    package var blocks: (input: Int, output: Int)
    /// Context switches that the process asked for, and those that it did not.
    package var contextSwitches: (voluntary: Int, involuntary: Int)

    /// Creates figures.
    package init(
        userTime: Double = 0,
        systemTime: Double = 0,
        maximumResidentSize: Int = 0,
        pageFaults: (minor: Int, major: Int) = (0, 0),
        blocks: (input: Int, output: Int) = (0, 0),
        contextSwitches: (voluntary: Int, involuntary: Int) = (0, 0)
    ) {
        self.userTime = userTime
        self.systemTime = systemTime
        self.maximumResidentSize = maximumResidentSize
        self.pageFaults = pageFaults
        self.blocks = blocks
        self.contextSwitches = contextSwitches
    }
}

extension ResourceUsage {
    /// The object; what Linux does not count is 0, as there.
    package var json: JSONValue {
        .object([
            "utime": .double(self.userTime),
            "stime": .double(self.systemTime),
            "maxrss": .integer(Int64(self.maximumResidentSize)),
            "ixrss": 0,
            "idrss": 0,
            "isrss": 0,
            "minflt": .integer(Int64(self.pageFaults.minor)),
            "majflt": .integer(Int64(self.pageFaults.major)),
            "nswap": 0,
            "inblock": .integer(Int64(self.blocks.input)),
            "oublock": .integer(Int64(self.blocks.output)),
            "msgsnd": 0,
            "msgrcv": 0,
            "nsignals": 0,
            "nvcsw": .integer(Int64(self.contextSwitches.voluntary)),
            "nivcsw": .integer(Int64(self.contextSwitches.involuntary)),
        ])
    }
}
