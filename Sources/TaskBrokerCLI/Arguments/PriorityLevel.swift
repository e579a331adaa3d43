import ArgumentParser

/// A priority on the command line: 0 (first) to 9 (last), or `high`, `normal`, `low`.
package struct PriorityLevel: Hashable, Sendable {
    /// 0 to 9; on Redis, Celery serves 0 first, unlike AMQP.
    package let value: Int
}

extension PriorityLevel: ExpressibleByArgument {
    /// Reads the value of an option.
    package init?(argument: String) {
        switch argument {
        case "high": self.init(value: 0)
        case "normal": self.init(value: 3)
        case "low": self.init(value: 9)
        default:
            guard let value = Int(argument), 0...9 ~= value else { return nil }
            self.init(value: value)
        }
    }
}
