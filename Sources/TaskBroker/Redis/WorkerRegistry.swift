import CeleryProtocol
import RedisClient

/// Who is alive: a record for each worker that vanishes unless it is renewed, and the set of their names.
///
/// How long a record will still exist tells when it was written, by Redis's clock and without asking for the time: an announcement is one
/// command, which counts in a worker that has nothing to do.
struct WorkerRegistry: Sendable {
    /// Three announcements may be late.
    private static let lifetime = Duration.seconds(30)

    /// How long the names outlive the last worker.
    private static let namesLifetime = Duration.seconds(60 * 60)

    let client: RedisClient
}

extension WorkerRegistry {
    /// Enters or renews a record.
    func announce(_ record: WorkerRecord) async throws(RedisError) {
        var command: RESPCommand = ["SET", RedisKeys.worker(record.node)]
        command.append(record.document)
        command.append("PX")
        command.append(Self.lifetime.inMilliseconds)
        let reply = try await self.client.send(pipeline: [command]).first
        guard let message = reply?.errorMessage else { return }
        guard message.hasPrefix("OOM") else { throw RedisError(reply: message) }
        // A full Redis takes nothing new, but who lives should not look dead there of all places.
        let milliseconds = "\(Self.lifetime.inMilliseconds)"
        try await self.client.send(["PEXPIRE", RedisKeys.worker(record.node), milliseconds])
    }

    /// Enters a name, and removes those whose records are gone: generated node names must not pile up.
    func register(_ node: String) async throws(RedisError) {
        let names = try await self.names()
        let living = try await self.client.sendChecked(names.map { ["EXISTS", RedisKeys.worker($0)] })
        var forget: RESPCommand = ["SREM", RedisKeys.workers]
        for (name, reply) in zip(names, living) where reply.integer == 0 && name != node { forget.append(name) }
        let enter: RESPCommand = ["SADD", RedisKeys.workers, node]
        // Every living worker enters its name again each hundred seconds; with the last of them the set goes, too.
        let expire: RESPCommand = ["EXPIRE", RedisKeys.workers, "\(Self.namesLifetime.components.seconds)"]
        try await self.client.sendChecked((forget.arguments.count > 2 ? [forget] : []) + [enter, expire])
    }

    /// Removes a record and its name.
    func withdraw(_ node: String) async throws(RedisError) {
        try await self.client.sendChecked([["DEL", RedisKeys.worker(node)], ["SREM", RedisKeys.workers, node]])
    }

    /// The records of the living.
    func workers() async throws(RedisError) -> [WorkerRecord] {
        let names = try await self.names()
        guard !names.isEmpty else { return [] }
        let commands = names.flatMap { name -> [RESPCommand] in
            [["GET", RedisKeys.worker(name)], ["PTTL", RedisKeys.worker(name)]]
        }
        let replies = try await self.client.sendChecked(commands + [["TIME"]])
        let time = replies.last?.array?.compactMap(\.integer) ?? []
        guard time.count == 2 else { return [] }
        let now = Double(time[0]) + Double(time[1]) / 1e6
        return stride(from: 0, to: replies.count - 2, by: 2).compactMap { index in
            guard let bytes = replies[index].bytes, let left = replies[index + 1].integer else { return nil }
            let age = Self.lifetime - .milliseconds(left)
            return WorkerRecord(document: bytes, seen: now - age.inSeconds)
        }
    }

    /// The names, at most a thousand of them.
    private func names() async throws(RedisError) -> [String] {
        let members = try await self.client.send(["SRANDMEMBER", RedisKeys.workers, "1000"])
        return members.array?.compactMap(\.string) ?? []
    }
}

extension WorkerRecord {
    /// The record as JSON, but for the time.
    fileprivate var document: [UInt8] {
        JSONValue.object([
            "node": .string(self.node),
            "pid": .integer(Int64(self.pid)),
            "queues": .array(self.queues.map { .string($0) }),
            "concurrency": .integer(Int64(self.concurrency)),
            "active": .integer(Int64(self.active)),
            "processed": .integer(Int64(self.processed)),
            "nonce": .string(self.nonce),
            "started": .double(self.started),
        ]).serialized()
    }

    /// Reads a ``document``; `nil` for anything else.
    fileprivate init?(document: [UInt8], seen: Double) {
        guard let json = try? JSONValue(parsing: document), let node = json["node"]?.stringValue else { return nil }
        func number(_ key: String) -> Int { Int(clamping: json[key]?.integerValue ?? 0) }
        self.init(
            node: node,
            pid: number("pid"),
            queues: json["queues"]?.arrayValue?.compactMap(\.stringValue) ?? [],
            concurrency: number("concurrency"),
            active: number("active"),
            processed: number("processed"),
            nonce: json["nonce"]?.stringValue ?? "",
            started: json["started"]?.doubleValue ?? 0,
            seen: seen
        )
    }
}
