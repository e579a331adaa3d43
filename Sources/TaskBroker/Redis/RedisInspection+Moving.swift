import RedisClient

extension RedisInspection {
    func setPaused(_ isPaused: Bool, queue: String) async throws(TaskBrokerError) -> Bool {
        try await self.ask { () throws(RedisError) in
            let keys = ClaimDomain.all(of: queue).map(\.meta)
            let arguments: RESPArguments = [isPaused ? "1" : "0"]
            return try await self.client.evaluate(PauseScript.script, keys: keys, arguments: arguments).integer != 0
        }
    }

    /// Refuses a name that is none of a queue: what a claim took has a list of its own, and its worker would lose the tasks.
    private static func requireQueue(_ name: String) throws(TaskBrokerError) {
        guard let batch = RedisKeys.batch(ofKey: name) else { return }
        throw TaskBrokerError(
            .invalidConfiguration,
            "'\(name)' is no queue: it has messages of '\(Priority.queue(ofList: batch.list))' that a worker holds."
        )
    }

    func purge(_ queue: String, includingDelayed: Bool) async throws(TaskBrokerError) -> Int {
        try Self.requireQueue(queue)
        return try await self.ask { () throws(RedisError) in
            var count = 0
            for domain in ClaimDomain.all(of: queue) {
                let keys = [domain.list] + (includingDelayed ? [domain.eta, domain.etam, domain.park] : [])
                count += Int(clamping: try await self.client.evaluate(PurgeScript.script, keys: keys).integer ?? 0)
            }
            return count
        }
    }

    func move(from source: String, to destination: String, limit: Int) async throws(TaskBrokerError) -> Int {
        try Self.requireQueue(source)
        try Self.requireQueue(destination)
        return try await self.ask { () throws(RedisError) in
            var moved = 0
            for (from, to) in zip(ClaimDomain.all(of: source), ClaimDomain.all(of: destination)) {
                // Counted first: otherwise a busy producer would keep this going for ever.
                let waiting = Int(clamping: try await self.client.send(["LLEN", from.list]).integer ?? 0)
                moved += try await self.move(from.list, to.list, count: min(waiting, limit - moved))
            }
            return moved
        }
    }

    private func move(_ source: String, _ destination: String, count: Int) async throws(RedisError) -> Int {
        var moved = 0
        while moved < count {
            let wanted = min(count - moved, 1000)
            let arguments: RESPArguments = ["\(wanted)"]
            let reply = try await self.client.evaluate(
                MoveScript.script,
                keys: [source, destination],
                arguments: arguments
            )
            let taken = Int(clamping: reply.integer ?? 0)
            moved += taken
            if taken < wanted { break }
        }
        return moved
    }

    func settleDead(
        _ ids: [String],
        in queue: String,
        step: Int,
        isRetried: Bool
    ) async throws(TaskBrokerError) -> Int {
        let domain = ClaimDomain(queue: queue, step: step)
        return try await self.ask { () throws(RedisError) in
            var count = 0
            var rest = ids[...]
            while !rest.isEmpty {
                let arguments = RESPArguments([isRetried ? "1" : "0"] + rest.prefix(100))
                rest = rest.dropFirst(100)
                let keys = [domain.list, domain.dead, domain.deadm]
                let reply = try await self.client.evaluate(SettleDeadScript.script, keys: keys, arguments: arguments)
                count += Int(clamping: reply.integer ?? 0)
            }
            return count
        }
    }
}
