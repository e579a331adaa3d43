import TaskBroker
import TestSupport
import Testing

/// Those who send: with answers that get lost, and to queues that are full.
enum Publishers {
    /// T32: the message has arrived, and its sender does not learn of it.
    ///
    /// - Parameters:
    ///   - cuts: How many answers are cut off.
    ///   - silences: How many never come, over a connection that stays.
    static func unsure(cuts: Int, silences: Int) async throws {
        let senders = 8
        let plan = Fleet.Plan(lanes: 2)
        let faults = "\(cuts) × the answer to a publisher is cut off, \(silences) × it never comes"
        try await Arena.run("T32", faults) { arena in
            let names = (0..<cuts + silences).map { "t\($0)" }
            let (_, exits) = try await FaultProxy.with(senders, to: arena.server) { proxies in
                try await Fleet.with(plan, arena) { _ in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for (number, proxy) in proxies.enumerated() {
                            let own = stride(from: number, to: names.count, by: senders)
                                .map { (name: names[$0], isCut: $0 < cuts) }
                            group.addTask { try await Self.send(own, through: proxy, arena) }
                        }
                        try await group.waitForAll()
                    }
                    try await arena.drain(names)
                }
            }
            return (try await arena.verdict(names, exits: exits), .init(repeats: 0))
        }
    }

    /// Sends tasks, of which the answer to each gets lost.
    private static func send(
        _ tasks: [(name: String, isCut: Bool)],
        through proxy: FaultProxy,
        _ arena: Arena
    ) async throws {
        try await arena.makeApp(at: proxy.url).run { app in
            for (index, task) in tasks.enumerated() {
                // Once in a while the second attempt of the publisher meets the same.
                let losses: [ReplyLoss] = task.isCut ? Array(repeating: .cut, count: 1 + index % 2) : [.silence]
                proxy.links.loseReplies(losses)
                arena.faults.note(.other)
                try await Self.send(task.name, app)
                // Somebody else, who does not know either.
                if index.isMultiple(of: 3) { try await Self.send(task.name, arena.app) }
            }
        }
    }

    /// Sends a task under a key until it is certain that it was sent, as a careful caller does.
    private static func send(_ name: String, _ app: TaskApp) async throws {
        let options = TaskOptions(
            queue: "work",
            taskID: name,
            unique: UniqueKey(name),
            link: [Arena.receipt]
        )
        let call = TaskCall("fault.effect", TaskArguments([.string(name), 0.01]), options: options)
        while true {
            do {
                try #expect(await app.send([call]) == [name])
                return
            } catch let error as TaskBrokerError where error.code == .publishUncertain {}
        }
    }
}

// MARK: - T43

extension Publishers {
    /// T43: producers that send ten times what a queue may hold, as fast as they can.
    static func bounded(_ bound: Int) async throws {
        let plan = Fleet.Plan(lanes: 2)
        let producers = 10
        try await Arena.run("T43", "\(producers) producers, each of \(bound) tasks, for a queue of \(bound)") { arena in
            let names = (0..<producers).map { producer in (0..<bound).map { "p\(producer).\($0)" } }
            let queues = [Queue("work", maxLength: bound)]
            let ((longest, refusals), exits) = try await Fleet.with(plan, arena) { _ in
                let outcome = try await withThrowingTaskGroup(of: Int.self) { group in
                    for names in names {
                        group.addTask {
                            let app = try arena.makeApp(at: arena.server.url, queues: queues)
                            return try await app.run { try await Self.sendAll(names, $0) }
                        }
                    }
                    return try await withThrowingTaskGroup(of: Int.self) { sampling in
                        let isOver = DoneFlag()
                        sampling.addTask {
                            var longest = 0
                            while !isOver.isSet { longest = max(longest, try await Audit(of: arena.server).waiting) }
                            return longest
                        }
                        let refusals = try await group.reduce(0, +)
                        isOver.set()
                        return (try await sampling.next() ?? 0, refusals)
                    }
                }
                try await arena.drain(names.flatMap(\.self))
                return outcome
            }
            #expect(longest <= bound, "\(longest) messages in a queue for \(bound)")
            #expect(longest > bound / 2 && refusals > 0, "the queue was never full: \(longest), \(refusals) refused")
            return (try await arena.verdict(names.flatMap(\.self), exits: exits), .init(repeats: 0))
        }
    }

    /// Sends tasks one by one, each until there is room; returns how often there was none.
    private static func sendAll(_ names: [String], _ app: TaskApp) async throws -> Int {
        var refusals = 0
        for name in names {
            let options = TaskOptions(queue: "work", taskID: name, link: [Arena.receipt])
            let call = TaskCall("fault.effect", TaskArguments([.string(name), 0.001]), options: options)
            while true {
                do {
                    _ = try await app.send([call])
                    break
                } catch let error as TaskBrokerError where error.code == .queueFull {
                    refusals += 1
                    try await Task.sleep(for: .milliseconds(Int.random(in: 1...20)))
                }
            }
        }
        return refusals
    }
}

extension Faults {
    @Test func `T32 A publisher that has lost the answer sends again, and its task runs once`() async throws {
        try await Publishers.unsure(
            cuts: FaultTier.pick(ci: 32, nightly: 320, release: 3_000),
            silences: FaultTier.pick(ci: 0, nightly: 8, release: 64)
        )
    }

    @Test func `T43 A queue never holds more than it may, and what it has taken runs once`() async throws {
        try await Publishers.bounded(FaultTier.pick(ci: 100, nightly: 1_000, release: 1_000))
    }
}
