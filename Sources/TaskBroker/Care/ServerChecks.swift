/// What a server's facts mean.
///
/// Each check answers with one finding, so that a reader sees what was looked at, and not only what is wrong.
enum ServerChecks {
    /// All findings about a server.
    static func findings(_ facts: ServerFacts) -> [Finding] {
        let checks: [(ServerFacts) -> Finding?] = [
            Self.version, Self.mode, Self.role, Self.eviction, Self.memory, Self.persistence, Self.saving, Self.clients,
            Self.access, Self.clock, Self.latency,
        ]
        return checks.compactMap { check in
            var finding = check(facts)
            finding?.subject = facts.url
            return finding
        }
    }
}

// MARK: - The server

extension ServerChecks {
    private static func version(_ facts: ServerFacts) -> Finding? {
        guard let version = facts.version else {
            return Finding("version", .notice, "does not say its version", cause: "It may be no Redis and no Valkey.")
        }
        switch version.standing {
        case .good: return Finding("version", .ok, "\(version)")
        case .tooOld(let minimum):
            return Finding(
                "version",
                .problem,
                "\(version) is too old",
                cause: "The scripts of TaskBroker use commands of Redis \(minimum).",
                remedy: "Upgrade to a maintained release of Redis or Valkey."
            )
        case .unmaintained:
            return Finding(
                "version",
                .warning,
                "\(version): nobody publishes fixes for this series",
                cause: "Known holes stay open, unless whoever packages it closes them.",
                remedy: "Look into the changelog of your package (Debian and others carry fixes back), or upgrade."
            )
        case .vulnerable(let fixed, let hole):
            return Finding(
                "version",
                .warning,
                "\(version) is older than \(fixed)",
                cause: "\(fixed) closes \(hole).",
                remedy: "Upgrade to \(fixed) or later, or make sure that your package carries the fix."
            )
        }
    }

    private static func mode(_ facts: ServerFacts) -> Finding? {
        switch facts.info["redis_mode"] {
        case "cluster":
            Finding(
                "mode",
                .problem,
                "is a cluster",
                cause: "A settlement touches several queues in one step, which a cluster refuses.",
                remedy: "Use a standalone server, with replicas if you like."
            )
        case "sentinel":
            Finding(
                "mode",
                .problem,
                "is a Sentinel, not a server with data",
                cause: "The URL has Sentinel's port.",
                remedy: "Use the address of the master that it names: SENTINEL GET-MASTER-ADDR-BY-NAME."
            )
        default: nil
        }
    }

    private static func role(_ facts: ServerFacts) -> Finding? {
        guard facts.info["role"] == "slave" else {
            let replicas = facts.number("connected_slaves") ?? 0
            return Finding("role", .ok, replicas == 0 ? "master" : "master, replicas: \(replicas)")
        }
        return Finding(
            "role",
            .problem,
            "is a replica",
            cause: "It takes no writes: no worker can claim and nothing can be sent.",
            remedy:
                "Use the address of its master, \(facts.info["master_host"] ?? "?"):\(facts.info["master_port"] ?? "?")."
        )
    }

    private static func clients(_ facts: ServerFacts) -> Finding? {
        guard let connected = facts.number("connected_clients") else { return nil }
        guard let most = facts.number("maxclients"), most > 0 else {
            return Finding("clients", .ok, "\(connected) connected")
        }
        let summary = "\(connected) of \(most) connected"
        guard Double(connected) > 0.8 * Double(most) else { return Finding("clients", .ok, summary) }
        return Finding(
            "clients",
            .warning,
            summary,
            cause: "A worker needs about five connections; beyond maxclients none is accepted.",
            remedy: "Raise maxclients and the limit of open files, or look for programs that leak: CLIENT LIST."
        )
    }

    private static func access(_ facts: ServerFacts) -> Finding? {
        if facts.hasPassword { return Finding("access", .ok, "with a password") }
        if facts.isLoopback { return Finding("access", .ok, "no password, from this machine only") }
        return Finding(
            "access",
            .warning,
            "no password",
            cause: "Whoever reaches it can read and forge every task, and stop every Python worker.",
            remedy: "Set a password or ACL users, and let only your network reach it."
        )
    }

    private static func clock(_ facts: ServerFacts) -> Finding? {
        let offset = facts.clockOffset
        // Half of the way there and back is not known.
        let uncertainty = facts.roundTrips.last ?? 0
        let text = "\(RoundedNumber.text(abs(offset))) s \(offset < 0 ? "behind" : "ahead of") this machine"
        guard abs(offset) > 5 + uncertainty else { return Finding("clock", .ok, text) }
        return Finding(
            "clock",
            .warning,
            text,
            cause:
                "Leases use the server's clock, but countdowns, expiries and signatures those of the machines that send.",
            remedy: "Synchronise the clocks (NTP) of the server and of this machine."
        )
    }

    private static func latency(_ facts: ServerFacts) -> Finding? {
        guard let median = facts.medianRoundTrip, let most = facts.roundTrips.last else { return nil }
        let text = "\(RoundedNumber.text(median * 1000)) ms, at most \(RoundedNumber.text(most * 1000)) ms"
        if median < 0.02 && most < 0.5 { return Finding("latency", .ok, text) }
        return Finding(
            "latency",
            median < 0.2 && most < 2 ? .notice : .warning,
            text,
            cause: "Each task waits for the server once; leases are renewed through the same network.",
            remedy: "Look at SLOWLOG GET and LATENCY DOCTOR, and at the way there; raise --lease if it stays."
        )
    }
}
