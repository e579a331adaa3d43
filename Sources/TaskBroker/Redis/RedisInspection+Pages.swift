import RedisClient

extension RedisInspection {
    private static let pageSize = 200
    /// About how many batches of up to a hundred messages one page has.
    private static let batchPageSize = 10

    func page(
        of place: StoredMessage.Place,
        in queue: String,
        step: Int,
        after cursor: String?
    ) async throws(TaskBrokerError) -> StoredPage {
        let domain = ClaimDomain(queue: queue, step: step)
        switch place {
        case .waiting: return try await self.list(domain.list, from: cursor)
        case .inFlight: return try await self.held(domain, from: cursor)
        case .delayed: return try await self.delayed(domain, from: cursor)
        case .dead: return try await self.dead(domain, from: cursor)
        }
    }

    func foreignPage(after cursor: String?) async throws(TaskBrokerError) -> StoredPage {
        try await self.hash(RedisKeys.unacknowledged, from: cursor)
    }

    /// A page of a list from its head, which is its right end.
    private func list(_ key: String, from cursor: String?) async throws(TaskBrokerError) -> StoredPage {
        let start = Self.offset(cursor)
        let range: RESPCommand = ["LRANGE", key, "\(-start - Self.pageSize)", "\(-start - 1)"]
        let elements = try await self.ask { () throws(RedisError) in try await self.client.send(range).array ?? [] }
        return StoredPage(
            messages: elements.reversed().compactMap { $0.bytes.map { StoredMessage(id: "", raw: $0) } },
            next: Self.next(start, count: elements.count)
        )
    }

    private func hash(_ key: String, from cursor: String?) async throws(TaskBrokerError) -> StoredPage {
        let scan: RESPCommand = ["HSCAN", key, cursor ?? "0", "COUNT", "\(Self.pageSize)"]
        let page = try await self.ask { () throws(RedisError) in try await self.client.send(scan) }
        guard let parts = page.array, parts.count == 2, let next = parts[0].string, let fields = parts[1].array else {
            return StoredPage(messages: [], next: nil)
        }
        let messages = stride(from: 0, to: fields.count - 1, by: 2).compactMap { index -> StoredMessage? in
            guard let id = fields[index].string, let raw = fields[index + 1].bytes else { return nil }
            return StoredMessage(id: id, raw: raw)
        }
        return StoredPage(messages: messages, next: next == "0" ? nil : next)
    }

    /// The messages of some batches, in no order.
    private func held(_ domain: ClaimDomain, from cursor: String?) async throws(TaskBrokerError) -> StoredPage {
        let scan: RESPCommand = ["ZSCAN", domain.lease, cursor ?? "0", "COUNT", "\(Self.batchPageSize)"]
        let page = try await self.ask { () throws(RedisError) in try await self.client.send(scan) }
        guard let parts = page.array, parts.count == 2, let next = parts[0].string, let fields = parts[1].array else {
            return StoredPage(messages: [], next: nil)
        }
        let batches = stride(from: 0, to: fields.count, by: 2).compactMap { fields[$0].string }
        let commands = batches.map { ["LRANGE", RedisKeys.batch($0, infl: domain.infl), "0", "-1"] as RESPCommand }
        let replies = try await self.ask { () throws(RedisError) in try await self.client.send(pipeline: commands) }
        let messages = zip(batches, replies).flatMap { batch, reply in
            (reply.array ?? []).reversed().enumerated().compactMap { index, value -> StoredMessage? in
                guard let raw = value.bytes, raw != BatchLua.goneBytes else { return nil }
                return StoredMessage(id: "\(batch):\(index + 1)", raw: raw)
            }
        }
        return StoredPage(messages: messages, next: next == "0" ? nil : next)
    }

    private func delayed(_ domain: ClaimDomain, from cursor: String?) async throws(TaskBrokerError) -> StoredPage {
        let start = Self.offset(cursor)
        let entries = try await self.range("ZRANGE", of: domain.eta, from: start)
        guard !entries.isEmpty else { return StoredPage(messages: [], next: nil) }
        let values = try await self.values(of: entries.map(\.id), in: [domain.etam, domain.park])
        var messages: [StoredMessage] = []
        for (index, entry) in entries.enumerated() {
            guard let raw = values[0][index].bytes else { continue }
            let task = values[1][index].string
            messages.append(StoredMessage(id: entry.id, raw: raw, time: entry.score / 1000, note: task))
        }
        return StoredPage(messages: messages, next: Self.next(start, count: entries.count))
    }

    private func dead(_ domain: ClaimDomain, from cursor: String?) async throws(TaskBrokerError) -> StoredPage {
        let start = Self.offset(cursor)
        let entries = try await self.range("ZREVRANGE", of: domain.dead, from: start)
        guard !entries.isEmpty else { return StoredPage(messages: [], next: nil) }
        let values = try await self.values(of: entries.map(\.id), in: [domain.deadm])
        var messages: [StoredMessage] = []
        for (entry, value) in zip(entries, values[0]) {
            // A dead letter is its reason, a line feed, the message.
            guard let bytes = value.bytes, let feed = bytes.firstIndex(of: UInt8(ascii: "\n")) else { continue }
            let reason = String(decoding: bytes[..<feed], as: UTF8.self)
            let raw = Array(bytes[(feed + 1)...])
            messages.append(StoredMessage(id: entry.id, raw: raw, time: entry.score / 1000, note: reason))
        }
        return StoredPage(messages: messages, next: Self.next(start, count: entries.count))
    }

    private func range(
        _ command: String,
        of key: String,
        from start: Int
    ) async throws(TaskBrokerError) -> [(id: String, score: Double)] {
        let range: RESPCommand = [command, key, "\(start)", "\(start + Self.pageSize - 1)", "WITHSCORES"]
        let fields = try await self.ask { () throws(RedisError) in try await self.client.send(range).array ?? [] }
        return stride(from: 0, to: fields.count - 1, by: 2).map { index in
            (id: fields[index].string ?? "", score: fields[index + 1].string.flatMap(Double.init) ?? 0)
        }
    }

    private func values(of ids: [String], in keys: [String]) async throws(TaskBrokerError) -> [[RESPValue]] {
        let commands = keys.map { key in
            var command: RESPCommand = ["HMGET", key]
            for id in ids { command.append(id) }
            return command
        }
        let replies = try await self.ask { () throws(RedisError) in try await self.client.sendChecked(commands) }
        return replies.map { reply in
            let values = reply.array ?? []
            return values + Array(repeating: .null, count: max(0, ids.count - values.count))
        }
    }

    private static func offset(_ cursor: String?) -> Int {
        max(0, cursor.flatMap { Int($0) } ?? 0)
    }

    private static func next(_ start: Int, count: Int) -> String? {
        count < self.pageSize ? nil : String(start + count)
    }
}
