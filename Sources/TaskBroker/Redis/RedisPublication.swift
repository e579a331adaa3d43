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
    static func commands(for publications: some Sequence<RedisPublication>) -> [RESPCommand] {
        var commands: [RESPCommand] = []
        var open: [String: Int] = [:]
        for publication in publications {
            for target in publication.targets {
                switch target {
                case .list(let list):
                    if let index = open[list], !self.isFull(commands[index]) {
                        commands[index].append(publication.payload)
                    } else {
                        open[list] = commands.count
                        commands.append(["LPUSH", list])
                        commands[commands.count - 1].append(publication.payload)
                    }
                case .channel(let channel):
                    commands.append(["PUBLISH", channel])
                    commands[commands.count - 1].append(publication.payload)
                }
            }
        }
        return commands
    }

    private static func isFull(_ command: RESPCommand) -> Bool {
        command.arguments.count >= self.maximumCount + 2 || command.arguments.byteCount >= self.maximumBytes
    }
}
