import CeleryProtocol
import RedisClient

/// The revocations of all workers of a database: written by whoever revokes, read by every worker.
struct RevocationLog: Sendable {
    /// How many entries one command reads.
    private static let page = 1000

    let client: RedisClient
}

// MARK: Write

extension RevocationLog {
    /// Enters revocations; when it returns, no claim hands them out any more.
    func append(_ revocations: [Revocation], _ limits: RevocationLimits) async throws(RedisError) {
        var rest = revocations.map(\.member)[...]
        while !rest.isEmpty {
            let batch = rest.prefix(RevokeScript.bound)
            rest = rest.dropFirst(batch.count)
            _ = try await self.client.evaluate(
                RevokeScript.script,
                keys: [RedisKeys.revocations],
                arguments: RevokeScript.arguments(for: batch, limits)
            )
        }
    }
}

// MARK: Read

extension RevocationLog {
    /// The command that asks where the log ends.
    static let newest: RESPCommand = ["ZREVRANGE", "\(RedisKeys.revocations)", "0", "0", "WITHSCORES"]

    /// When the last of some entries was made, by a reply with scores, such as that to ``newest``; `nil` if there is none.
    static func time(ofLast reply: RESPValue) -> Timestamp? {
        reply.array?.last?.string.flatMap(Double.init).flatMap(Int64.init(exactly:)).map { Timestamp(milliseconds: $0) }
    }

    /// Reads what was entered after `cursor`, given the last score of the log; `nil` if that is nothing.
    ///
    /// A log that ends before the cursor was lost and begun anew, and is read from its beginning.
    func update(after cursor: Timestamp, newest: Timestamp) async throws(RedisError) -> RevocationUpdate? {
        if newest == cursor { return nil }
        return try await self.read(from: newest < cursor ? "-inf" : "(\(cursor.milliseconds)")
    }

    /// Reads what was entered after `cursor`; `nil` if that is nothing.
    ///
    /// One command, if nothing was: it begins with the entry at the cursor, which tells that the log still is the one that was read.
    func update(after cursor: Timestamp) async throws(RedisError) -> RevocationUpdate? {
        var update = try await self.read(from: String(cursor.milliseconds))
        if update == nil { update = try await self.read(from: "-inf") }
        guard var update, update.entries.last?.time != cursor else { return nil }
        update.entries.removeAll { $0.time == cursor }
        return update
    }

    /// Reads page by page to the end of the log; `nil` if there is nothing.
    private func read(from minimum: String) async throws(RedisError) -> RevocationUpdate? {
        var update: RevocationUpdate?
        var minimum = minimum
        while true {
            let command: RESPCommand = [
                "ZRANGEBYSCORE", RedisKeys.revocations, minimum, "+inf", "WITHSCORES", "LIMIT", "0", String(Self.page),
            ]
            let reply = try await self.client.send(command)
            guard let values = reply.array, let cursor = Self.time(ofLast: reply) else { return update }
            update = RevocationUpdate(entries: (update?.entries ?? []) + Self.entries(values), cursor: cursor)
            if values.count < 2 * Self.page { return update }
            minimum = "(\(cursor.milliseconds)"
        }
    }

    /// Reads members and scores; what is no revocation is left out.
    private static func entries(_ values: [RESPValue]) -> [RevocationEntry] {
        stride(from: 0, to: values.count - 1, by: 2).compactMap { index in
            guard let revocation = values[index].bytes.flatMap(Revocation.init(member:)),
                let score = values[index + 1].string.flatMap(Double.init).flatMap(Int64.init(exactly:))
            else { return nil }
            return RevocationEntry(revocation, at: Timestamp(milliseconds: score))
        }
    }
}
