import CeleryProtocol
import RedisClient

/// Who is alive: one hash with the record of each worker under its node name.
struct WorkerRegistry: Sendable {
    /// Records older than this are of workers that ended without saying so: three announcements are missing.
    private static let maximumAge = 30.0
    /// Records older than this are removed by the next worker that starts, so that generated node names do not pile up.
    private static let retention = 3600.0

    let client: RedisClient
}

extension WorkerRegistry {
    /// Enters or renews a record, with Redis's time.
    func announce(_ record: WorkerRecord) async throws(RedisError) {
        var arguments = RESPArguments([record.node])
        arguments.append(record.documentWithoutTime)
        try await self.client.evaluate(AnnounceScript.script, keys: [RedisKeys.workers], arguments: arguments)
    }

    /// Removes a record.
    func withdraw(_ node: String) async throws(RedisError) {
        try await self.client.send(["HDEL", RedisKeys.workers, node])
    }

    /// The records of the living.
    func workers() async throws(RedisError) -> [WorkerRecord] {
        let (records, now) = try await self.records()
        return records.compactMap { record in
            record.value.flatMap { now - $0.seen <= Self.maximumAge ? $0 : nil }
        }
    }

    /// Removes what nobody has renewed for long.
    func prune() async throws(RedisError) {
        let (records, now) = try await self.records()
        var command: RESPCommand = ["HDEL", RedisKeys.workers]
        for (node, record) in records where now - (record?.seen ?? 0) > Self.retention { command.append(node) }
        if command.arguments.count > 2 { try await self.client.send(command) }
    }

    private func records() async throws(RedisError) -> (records: [(key: String, value: WorkerRecord?)], now: Double) {
        let replies = try await self.client.sendChecked([["HGETALL", RedisKeys.workers], ["TIME"]])
        let fields = replies[0].array ?? []
        let records = stride(from: 0, to: fields.count - 1, by: 2).map { index in
            (key: fields[index].string ?? "", value: fields[index + 1].bytes.flatMap(WorkerRecord.init(document:)))
        }
        return (records, replies[1].array?.first?.integer.map(Double.init) ?? 0)
    }
}

extension WorkerRecord {
    /// The record as JSON without `seen`, which the script adds from Redis's clock.
    fileprivate var documentWithoutTime: [UInt8] {
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

    /// Reads what ``documentWithoutTime`` and the script wrote; `nil` for anything else.
    fileprivate init?(document: [UInt8]) {
        guard let json = try? JSONValue(parsing: document), let node = json["node"]?.stringValue,
            let seen = json["seen"]?.doubleValue
        else { return nil }
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
