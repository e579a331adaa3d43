/// How a worker is, as its heartbeats tell.
package struct WorkerVitals: Hashable, Sendable {
    /// How many tasks it runs at the moment.
    package var active: Int
    /// How many tasks it has accepted since it started.
    package var processed: Int
    /// How many processes of its machine wanted to run in the last 1, 5 and 15 minutes, on average.
    package var loadAverage: [Double]
    /// The name of the software: `py-celery` for Celery.
    package var software: String
    /// The version of the software.
    package var version: String
    /// The operating system, as `uname` names it: `Linux`, `Darwin`.
    package var system: String

    /// Creates the vitals of a worker.
    package init(
        active: Int,
        processed: Int,
        loadAverage: [Double],
        software: String,
        version: String,
        system: String
    ) {
        self.active = active
        self.processed = processed
        self.loadAverage = loadAverage
        self.software = software
        self.version = version
        self.system = system
    }
}
