import ArgumentParser

/// Who may fetch pages, for how long and how fast.
struct AccessOptions: ParsableArguments {
    @Option(help: "The name that logs in.")
    var loginName = "crawler"

    @Option(help: "The password that logs in.")
    var password = "crawler"

    @Option(help: "The seconds after which a session expires.")
    var sessionLifetime = 300

    @Option(help: "The requests a second that one client may make before it gets 429; unlimited if not given.")
    var rate: Double?

    @Option(help: "The milliseconds that every request waits for its answer.")
    var latency = 0

    func validate() throws {
        guard (1...31_536_000).contains(self.sessionLifetime) else {
            throw ValidationError("--session-lifetime must be 1 to 31536000 seconds, not \(self.sessionLifetime)")
        }
        guard (0...60_000).contains(self.latency) else {
            throw ValidationError("--latency must be 0 to 60000 milliseconds, not \(self.latency)")
        }
    }
}
