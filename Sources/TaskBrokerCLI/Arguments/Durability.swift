import ArgumentParser
package import TaskBroker

/// When sending counts as done, on the command line: `sent`, `acknowledged`, `replicated`, `replicated:2` or `replicated:2:500ms`.
package struct Durability: Hashable, Sendable {
    /// What the library calls it.
    package let value: PublishDurability
}

extension Durability: ExpressibleByArgument {
    /// Reads the value of an option.
    package init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch (parts.first, parts.count) {
        case ("sent", 1): self.init(value: .sent)
        case ("acknowledged", 1): self.init(value: .acknowledged)
        case ("replicated", 1...3):
            let (count, timeout) = (parts.dropFirst().first, parts.dropFirst(2).first)
            guard let replicas = Int(count ?? "1"), replicas >= 1, let span = TimeSpan(timeout ?? "1s"),
                .milliseconds(1) ... .seconds(3600) ~= span.duration
            else { return nil }
            self.init(value: .replicated(replicas, timeout: span.duration))
        default: return nil
        }
    }
}
