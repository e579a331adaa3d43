/// What is known about queues and workers, and what it means.
enum FleetChecks {
    /// All findings about a fleet.
    static func findings(_ facts: FleetFacts) -> [Finding] {
        let checks: [(FleetFacts) -> [Finding]] = [
            Self.workers, Self.silentWorkers, Self.versions, Self.unserved, Self.paused, Self.parked, Self.dead,
            Self.control, Self.pythonSettings, Self.visibilityTimeouts, Self.unacknowledged,
        ]
        return checks.flatMap { $0(facts) }
    }

    /// Some names, and how many more there are.
    static func list(_ names: [String]) -> String {
        let shown = names.prefix(5).joined(separator: ", ")
        return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
    }
}

// MARK: - Workers

extension FleetChecks {
    private static func workers(_ facts: FleetFacts) -> [Finding] {
        let python = facts.nodes.filter { !$0.isOurs }
        if facts.workers.isEmpty && facts.nodes.isEmpty {
            return [
                Finding(
                    "workers",
                    .warning,
                    "none",
                    cause: "Nobody has said within half a minute that he lives, and nobody answers.",
                    remedy: "Start one: worker -Q QUEUE."
                )
            ]
        }
        // Whoever can write to Redis can write records.
        let slots = facts.workers.reduce(0) { $0 + min(max(0, $1.concurrency), 1_000_000) }
        return [
            Finding("workers", .ok, "\(facts.workers.count) of ours with \(slots) slots, \(python.count) of Celery")
        ]
    }

    /// Those that live and do not answer.
    private static func silentWorkers(_ facts: FleetFacts) -> [Finding] {
        let answering = Set(facts.nodes.map(\.node))
        let silent = facts.workers.map(\.node).filter { !answering.contains($0) }
        guard !silent.isEmpty else { return [] }
        return [
            Finding(
                "control",
                .notice,
                "\(silent.count) do not answer: \(self.list(silent))",
                cause: "They live and take tasks; either they were started with --control none, or they were too slow.",
                remedy: "Ask again with a longer --timeout."
            )
        ]
    }

    private static func versions(_ facts: FleetFacts) -> [Finding] {
        let known = facts.nodes.filter { !$0.version.isEmpty }
        return Dictionary(grouping: known, by: \.software).sorted { $0.key < $1.key }.map { software, nodes in
            let versions = Set(nodes.map(\.version)).sorted()
            let isOne = versions.count == 1
            return Finding(
                "versions",
                isOne ? .ok : .warning,
                "\(software) \(versions.joined(separator: ", "))",
                cause: isOne
                    ? nil : "Workers of different versions share queues; during a rolling update that is normal.",
                remedy: isOne ? nil : "Bring all to the newest: inspect report shows who has which."
            )
        }
    }

    private static func control(_ facts: FleetFacts) -> [Finding] {
        guard !facts.isLoopback, !facts.hasControlKey, facts.nodes.contains(where: \.isOurs) else { return [] }
        return [
            Finding(
                "control",
                .notice,
                "no key to sign commands with",
                cause:
                    "On a Redis that others can reach, our workers refuse revoke, shutdown and the like without a signature.",
                remedy: "Give workers and taskctl the same TASKBROKER_CONTROL_KEY; see help control."
            )
        ]
    }
}

// MARK: - Queues

extension FleetChecks {
    private static func unserved(_ facts: FleetFacts) -> [Finding] {
        let served = Set(facts.nodes.flatMap(\.queues))
        let queues = facts.queues.filter {
            $0.waiting > 0 && $0.consumers.isEmpty && !served.contains($0.name)
        }
        guard !queues.isEmpty else { return [] }
        return [
            Finding(
                "queues",
                .warning,
                "nobody takes from \(self.list(queues.map { "\($0.name) (\($0.waiting))" }))",
                cause: "Messages wait there, and no worker serves the queue.",
                remedy: "Start a worker with -Q, or move them: queue move."
            )
        ]
    }

    private static func paused(_ facts: FleetFacts) -> [Finding] {
        let queues = facts.queues.filter(\.isPaused)
        guard !queues.isEmpty else { return [] }
        return [
            Finding(
                "queues",
                .notice,
                "paused: \(self.list(queues.map(\.name)))",
                cause: "Somebody has paused them: our workers take nothing from them.",
                remedy: "queue resume QUEUE, when the reason is gone."
            )
        ]
    }

    private static func parked(_ facts: FleetFacts) -> [Finding] {
        let queues = facts.queues.filter { $0.parked > 0 }
        guard !queues.isEmpty else { return [] }
        return [
            Finding(
                "queues",
                .warning,
                "parked in \(self.list(queues.map { "\($0.name) (\($0.parked))" }))",
                cause: "No worker knows the tasks of these messages; after ten minutes they are dead letters.",
                remedy: "Start a worker that knows them: inspect registered shows who knows what."
            )
        ]
    }

    private static func dead(_ facts: FleetFacts) -> [Finding] {
        let queues = facts.queues.filter { $0.dead > 0 }
        let count = queues.reduce(0) { $0 + $1.dead }
        guard count > 0 else { return [Finding("dead letters", .ok, "none")] }
        return [
            Finding(
                "dead letters",
                .notice,
                "\(count) in \(self.list(queues.map(\.name)))",
                cause: "These tasks were given up; they are kept for seven days.",
                remedy: "dead ls says why; then dead retry or dead discard."
            )
        ]
    }
}
