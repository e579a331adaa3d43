import CeleryProtocol
import RedisClient

extension RedisConsumer {
    func announce(_ record: WorkerRecord) async throws(TaskBrokerError) {
        var record = record
        record.nonce = self.nonce
        var arguments = RESPArguments([self.configuration.node])
        arguments.append(record.documentWithoutTime)
        try await self.ask { () throws(RedisError) in
            _ = try await self.commands.evaluate(
                AnnounceScript.script,
                keys: [RedisKeys.workers],
                arguments: arguments
            )
        }
    }

    func withdraw() async throws(TaskBrokerError) {
        try await self.ask { () throws(RedisError) in
            _ = try await self.commands.send(["HDEL", RedisKeys.workers, self.configuration.node])
        }
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
    init?(document: [UInt8]) {
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
