// What becomes of the data: when memory is full, when the server restarts.
extension ServerChecks {
    static func eviction(_ facts: ServerFacts) -> Finding? {
        guard let policy = facts.info["maxmemory_policy"] else { return nil }
        let evicted = facts.number("evicted_keys") ?? 0
        if policy == "noeviction" {
            guard evicted > 0 else { return Finding("eviction", .ok, policy) }
            return Finding(
                "eviction",
                .notice,
                "\(policy), but \(evicted) keys were evicted before",
                cause: "The policy was another one since the server started.",
                remedy: "Look for what is missing: fsck."
            )
        }
        let takesAll = policy.hasPrefix("allkeys-")
        let hasMessages = facts.purpose != .results
        let isLimited = (facts.number("maxmemory") ?? 0) > 0
        return Finding(
            "eviction",
            !isLimited && evicted == 0 ? .notice : takesAll && hasMessages ? .problem : .warning,
            "\(policy), \(evicted) keys evicted",
            cause: (takesAll
                ? "A full server deletes any key: queues, running tasks, results."
                : "A full server deletes what has a time to live: results, revocations, locks.")
                + (isLimited ? "" : " It is never full while maxmemory is 0."),
            remedy: "CONFIG SET maxmemory-policy noeviction, and in redis.conf; then it refuses new tasks instead."
        )
    }

    static func memory(_ facts: ServerFacts) -> Finding? {
        guard let used = facts.number("used_memory") else { return nil }
        let limit = facts.number("maxmemory") ?? 0
        let system = facts.number("total_system_memory") ?? 0
        let most = limit > 0 ? limit : system
        guard most > 0 else { return Finding("memory", .ok, "\(used >> 20) MiB") }
        let percent = Int(max(0, min((Double(used) / Double(most) * 100).rounded(), 1e6)))
        let place = limit > 0 ? "maxmemory" : "the machine's memory"
        let summary = "\(used >> 20) MiB, \(percent) % of \(place)"
        guard percent >= 75 else { return Finding("memory", .ok, summary) }
        return Finding(
            "memory",
            percent >= 90 ? .problem : .warning,
            summary,
            cause: limit > 0
                ? "A full server refuses new tasks and results; running ones still end."
                : "Without maxmemory the system ends a server that is too large.",
            remedy: "Look at 'queue ls' for what piles up and 'fsck' for what is left behind; then give it more memory."
        )
    }

    static func persistence(_ facts: ServerFacts) -> Finding? {
        if facts.info["aof_enabled"] == "1" { return Finding("persistence", .ok, "append-only file") }
        switch facts.savePoints {
        case "":
            return Finding(
                "persistence",
                .warning,
                "none",
                cause: "Every task and result is gone when the server restarts.",
                remedy: "CONFIG SET appendonly yes, and in redis.conf."
            )
        case let points?:
            return Finding(
                "persistence",
                .notice,
                "snapshots only (\(points))",
                cause: "A crash loses what came since the last one: minutes or an hour.",
                remedy: "CONFIG SET appendonly yes, and in redis.conf: then it loses two seconds at most."
            )
        case nil:
            return Finding(
                "persistence",
                .notice,
                "no append-only file; whether there are snapshots must not be seen",
                cause: "A crash loses what came since the last snapshot.",
                remedy: "Ask who runs it, or allow CONFIG GET to this user."
            )
        }
    }

    /// Whether what persists is really written.
    static func saving(_ facts: ServerFacts) -> Finding? {
        if facts.info["loading"] == "1" {
            return Finding("saving", .warning, "is reading its data", cause: "It answers nothing until it has done so.")
        }
        let failures = [
            ("rdb_last_bgsave_status", "the last snapshot failed"),
            ("aof_last_write_status", "the append-only file cannot be written"),
            ("aof_last_bgrewrite_status", "the append-only file could not be rewritten"),
        ].filter { facts.info[$0.0] == "err" }.map(\.1)
        guard !failures.isEmpty else { return nil }
        return Finding(
            "saving",
            .problem,
            failures.joined(separator: ", "),
            cause: "A server that cannot save refuses writes (MISCONF): no worker can claim.",
            remedy: "Look into its log; usually the disk is full, or there is no memory for a fork."
        )
    }
}
