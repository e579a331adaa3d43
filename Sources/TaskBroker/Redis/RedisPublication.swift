import RedisClient

/// What is left of a publication when its exchange has been looked up: a message and its places in Redis.
struct RedisPublication: Hashable, Sendable {
    /// One place.
    enum Target: Hashable, Sendable {
        /// The left end of a list.
        case list(String)
        /// Those who listen to a channel at the moment.
        case channel(String)
    }

    /// Where it goes; nowhere if no binding matches.
    let targets: [Target]
    /// The message.
    let payload: [UInt8]
    /// The key to take first.
    let unique: Publication.UniqueClaim?
}

extension RedisPublication.Target {
    private var name: String {
        switch self {
        case .list(let name), .channel(let name): name
        }
    }

    private var isList: Bool { if case .list = self { true } else { false } }

    /// Whether two places are the same key of Redis, which knows bytes and no letters.
    static func == (first: Self, second: Self) -> Bool {
        first.isList == second.isList && first.name.isSpelt(like: second.name)
    }

    func hash(into hasher: inout Hasher) {
        for byte in self.name.utf8 { hasher.combine(byte) }
    }
}

extension RedisPublication {
    /// The most messages that one `LPUSH` carries.
    private static let maximumCount = 512
    /// The size from which on the next message starts a new `LPUSH`.
    private static let maximumBytes = 1 << 20

    /// The queues whose lists it goes to.
    var queues: Set<String> {
        Set(self.targets.compactMap { if case .list(let list) = $0 { Priority.queue(ofList: list) } else { nil } })
    }

    /// Whether it is sent only if a key is free or a queue has room.
    func isConditional(_ terms: PublishTerms) -> Bool {
        self.unique != nil || !terms.bounds.isEmpty && self.queues.contains { terms.bounds[$0] != nil }
    }

    /// The commands that send publications without a unique key, messages for the same list together.
    ///
    /// Messages for one list keep their order. Between lists there is none to keep.
    static func commands(for publications: [RedisPublication]) -> [RESPCommand] {
        var commands: [RESPCommand] = []
        var open: [Target: Int] = [:]
        var rest = publications[...]
        while let first = rest.first {
            // Most of what is sent together goes the same way.
            let run = rest.prefix { $0.targets == first.targets }.map(\.payload)
            rest = rest.dropFirst(run.count)
            for target in first.targets {
                switch target {
                case .list(let list): self.push(run, onto: list, &open[target], &commands)
                case .channel(let channel):
                    for payload in run {
                        commands.append(["PUBLISH", channel])
                        commands[commands.count - 1].append(payload)
                    }
                }
            }
        }
        return commands
    }

    /// Adds messages to the `LPUSH` that is open for a list, and to further ones when that is full.
    private static func push(
        _ payloads: [[UInt8]],
        onto list: String,
        _ open: inout Int?,
        _ commands: inout [RESPCommand]
    ) {
        var rest = payloads[...]
        while !rest.isEmpty {
            let index = open ?? commands.count
            if index == commands.count { commands.append(["LPUSH", list]) }
            var count = commands[index].arguments.count - 2
            var byteCount = commands[index].arguments.byteCount
            let part = rest.prefix { payload in
                defer { (count, byteCount) = (count + 1, byteCount + payload.count) }
                return count < self.maximumCount && byteCount < self.maximumBytes
            }
            commands[index].append(contentsOf: part)
            rest = rest.dropFirst(part.count)
            // What does not fit begins another one.
            open = rest.isEmpty ? index : nil
        }
    }
}
