import ArgumentParser

/// How a worker is watched over, and what it puts up with.
struct HealthOptions: ParsableArguments, Sendable {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Answer GET /livez and /readyz over HTTP; on this machine only, unless a host is given.",
            valueName: "[host:]port"
        )
    )
    var health: ListenAddress?

    @Flag(
        name: .long,
        help: "End at once if Redis cannot be reached, or would lose or evict tasks; else the worker warns and waits."
    )
    var strict = false
}
