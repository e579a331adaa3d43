import CeleryProtocol

// What Python workers of the same queues are set to, and what it does to the others.
extension FleetChecks {
    /// Settings with which a Python worker does not find, or does not leave readable, what the others send.
    static func pythonSettings(_ facts: FleetFacts) -> [Finding] {
        facts.nodes.filter { !$0.isOurs }.flatMap { node -> [Finding] in
            var findings: [Finding] = []
            if let prefix = node.transportOption("global_keyprefix")?.stringValue, !prefix.isEmpty {
                findings.append(Self.apart("global_keyprefix '\(prefix)'"))
            }
            if let steps = node.transportOption("priority_steps")?.arrayValue?.compactMap(\.integerValue),
                steps != Priority.steps.map(Int64.init)
            {
                findings.append(Self.apart("priority_steps \(steps)"))
            }
            if let separator = node.transportOption("sep")?.stringValue, separator != WireName.separator {
                findings.append(Self.apart("another sep"))
            }
            if let serializer = node.setting("task_serializer")?.stringValue, serializer != "json" {
                findings.append(
                    Finding(
                        "serializer",
                        .warning,
                        "task_serializer is \(serializer)",
                        cause: "Our workers read JSON only: what this program sends to them becomes a dead letter.",
                        remedy: "Set task_serializer = 'json'."
                    )
                )
            }
            if node.settings["result_backend_transport_options"]?["result_chord_ordered"]?.boolValue == false {
                findings.append(
                    Finding(
                        "chords",
                        .problem,
                        "result_chord_ordered is False",
                        cause:
                            "It keeps the parts of chords in a list, the others in a sorted set: shared chords never end.",
                        remedy: "Take the option away."
                    )
                )
            }
            if node.setting("task_acks_late")?.boolValue == false {
                findings.append(
                    Finding(
                        "acknowledgement",
                        .notice,
                        "task_acks_late is off",
                        cause: "What this worker runs is lost when it is killed.",
                        remedy: "Set task_acks_late and task_reject_on_worker_lost for tasks that bear being run twice."
                    )
                )
            }
            return findings.map { finding in
                var finding = finding
                finding.subject = node.node
                return finding
            }
        }
    }

    private static func apart(_ setting: String) -> Finding {
        Finding(
            "transport",
            .problem,
            setting,
            cause: "This worker keeps its queues under other keys: it and ours do not see each other's messages.",
            remedy: "Use kombu's default in the whole fleet."
        )
    }

    static func visibilityTimeouts(_ facts: FleetFacts) -> [Finding] {
        let timeouts = facts.nodes.filter { !$0.isOurs }.map { (node: $0.node, seconds: $0.visibilityTimeout) }
        guard let shortest = timeouts.min(by: { $0.seconds < $1.seconds }),
            let longest = timeouts.max(by: { $0.seconds < $1.seconds })
        else { return [] }
        let text = "\(RoundedNumber.text(shortest.seconds)) s"
        if shortest.seconds != longest.seconds {
            return [
                Finding(
                    "visibility timeout",
                    .warning,
                    of: shortest.node,
                    "\(text), while \(longest.node) has \(RoundedNumber.text(longest.seconds)) s",
                    cause: "The shortest counts for all: it takes messages away from workers that still run them.",
                    remedy:
                        "Give all Python workers the same visibility_timeout, longer than any task or ETA of theirs."
                )
            ]
        }
        guard shortest.seconds < 600 else {
            return [Finding("visibility timeout", .ok, "\(text) in all Python workers")]
        }
        return [
            Finding(
                "visibility timeout",
                .warning,
                of: shortest.node,
                text,
                cause: "What a Python worker runs or holds for longer, ETAs too, is run again and again.",
                remedy: "Raise visibility_timeout above the longest task and ETA; our workers need none."
            )
        ]
    }

    /// Messages that should have been taken back long ago.
    static func unacknowledged(_ facts: FleetFacts) -> [Finding] {
        guard facts.unacknowledged.count > 0 else { return [] }
        let python = facts.nodes.filter { !$0.isOurs }
        let timeout = python.map(\.visibilityTimeout).max() ?? 3600
        let oldest = RoundedNumber.text(facts.unacknowledged.oldest)
        let summary = "\(facts.unacknowledged.count) with Python workers, the oldest for \(oldest) s"
        // A sweep comes every hundred seconds at most.
        if facts.unacknowledged.oldest > timeout + 200 {
            return [
                Finding(
                    "unacknowledged",
                    .warning,
                    summary,
                    cause: "Their workers are gone, and only a Python worker takes such messages back.",
                    remedy: "Start a Celery worker on these queues for a few minutes."
                )
            ]
        }
        if python.isEmpty {
            return [
                Finding(
                    "unacknowledged",
                    .notice,
                    summary,
                    cause: "No Python worker answers now; only one can take such messages back.",
                    remedy: "Look again in a minute; then start a Celery worker on these queues."
                )
            ]
        }
        return [Finding("unacknowledged", .ok, summary)]
    }
}
