import Logging
import TaskBroker

/// What a worker says about itself when it starts.
struct WorkerBanner: Sendable {
    let program: String
    let node: String
    /// Without its password.
    let broker: String
    /// Without its password.
    let backend: String
    let configuration: WorkerConfiguration
    let queues: [Queue]
    let tasks: [String]
}

extension WorkerBanner {
    /// The banner for people.
    func text(_ palette: Palette, showsTasks: Bool) -> String {
        var lines = ["", " " + palette.paint(TerminalText.escape(self.node), .bold) + "  \(self.program)", ""]
        lines += self.section("broker", [self.broker], palette)
        lines += self.section("results", [self.backend], palette)
        lines += self.section("concurrency", [self.concurrency], palette)
        lines += self.section(
            "lease",
            ["\(RelativeTime.text(self.configuration.lease.inSeconds))\(self.burst)"],
            palette
        )
        lines += self.section("queues", self.queueLines, palette)
        if showsTasks {
            lines += self.section("tasks", self.tasks.isEmpty ? ["none are defined"] : self.tasks, palette)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same as metadata, for a log in JSON.
    var metadata: Logger.Metadata {
        [
            "node": "\(self.node)",
            "broker": "\(self.broker)",
            "results": "\(self.backend)",
            "concurrency": "\(self.configuration.concurrency)",
            "hosts": "\(self.configuration.host.processCount(forConcurrency: self.configuration.concurrency) ?? 0)",
            "queues": .array(self.queues.map { "\($0.name)" }),
            "tasks": .array(self.tasks.map { "\($0)" }),
        ]
    }

    private var concurrency: String {
        let (concurrency, prefetch) = (self.configuration.concurrency, self.configuration.prefetch)
        let hosts = self.configuration.host.processCount(forConcurrency: concurrency)
        return "\(concurrency)" + (hosts.map { ", in \($0 == 1 ? "a process" : "\($0) processes") of their own" } ?? "")
            + (prefetch == 0 ? "" : ", and \(prefetch) prefetched")
    }

    private var burst: String { self.configuration.isBurst ? ", ends when the queues are empty" : "" }

    private var queueLines: [String] {
        let width = self.queues.reduce(0) { max($0, TerminalText.width(of: TerminalText.escape($1.name))) }
        return self.queues.map { queue in
            let name = TerminalText.escape(queue.name)
            let padding = String(repeating: " ", count: max(0, width - TerminalText.width(of: name)))
            let exchange = queue.exchange.name.isEmpty ? "(default)" : queue.exchange.name
            return "\(name)\(padding)  exchange=\(exchange)(\(queue.exchange.kind.rawValue)) key=\(queue.routingKey)"
        }
    }

    private func section(_ title: String, _ values: [String], _ palette: Palette) -> [String] {
        values.enumerated().map { index, value in
            let label = index == 0 ? title : ""
            let padding = String(repeating: " ", count: max(0, 13 - label.count))
            return " " + palette.paint(label, .dim) + padding + TerminalText.escape(value)
        }
    }
}
