import ArgumentParser

/// Options of `celery worker` that scripts and fingers still give, and that mean nothing here; each is told so.
struct CeleryWorkerOptions: ParsableArguments, Sendable {
    @Flag(name: [.customShort("B"), .long], help: .hidden)
    var beat = false

    @Flag(name: .long, help: .hidden)
    var withoutGossip = false

    @Flag(name: .long, help: .hidden)
    var withoutMingle = false

    @Flag(name: .long, help: .hidden)
    var disablePrefetch = false

    @Option(name: [.customShort("O"), .customLong("optimization")], help: .hidden)
    var optimization: String?

    @Option(name: [.customShort("P"), .long], help: .hidden)
    var pool: String?

    @Option(name: .long, help: .hidden)
    var prefetchMultiplier: String?

    @Option(name: .long, help: .hidden)
    var autoscale: String?

    /// What to tell about the options that were given; those whose absence nobody can notice go without a word.
    var notes: [String] {
        var notes: [String] = []
        if self.beat { notes.append("-B: this version has no beat; run 'celery beat' beside the workers.") }
        if self.pool != nil {
            notes.append("-P: has no effect; -c says how many tasks run at once, --hosts in how many processes.")
        }
        if self.autoscale != nil {
            notes.append("--autoscale: has no effect; -c is the upper bound, and idle costs nothing.")
        }
        if self.prefetchMultiplier != nil { notes.append("--prefetch-multiplier: has no effect; use --prefetch.") }
        return notes
    }
}
