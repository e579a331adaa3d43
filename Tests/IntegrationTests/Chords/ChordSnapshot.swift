import CeleryProtocol
import RedisClient

@testable import TaskBroker

/// What Redis stores about one chord, read key by key under Celery's names.
struct ChordSnapshot: Hashable {
    /// The ids of the tasks whose parts have come, in the order of the header.
    var parts: [String]
    var counted: Set<String>
    var size: String?
    var additions: String?
    var claim: String?
    /// The seconds that keys have left, by the end of their names; -1 for ever.
    var lifetimes: [String: Int64]

    init(of group: String, _ redis: RedisClient) async throws {
        let key = "celery-taskset-meta-\(group)"
        let suffixes = ["", ".j", ".t", ".s", ".d", ".c"]
        let commands: [RESPCommand] =
            [["ZRANGE", "\(key).j", "0", "-1"], ["SMEMBERS", "\(key).d"]]
            + [".s", ".t", ".c"].map { ["GET", key + $0] }
            + suffixes.map { ["TTL", key + $0] }
        let replies = try await redis.send(pipeline: commands)
        let members = replies[0].array?.compactMap(\.bytes) ?? []
        self.parts = members.compactMap { (try? JSONValue(parsing: $0))?.arrayValue?[1].stringValue }
        self.counted = Set(replies[1].array?.compactMap(\.string) ?? [])
        self.size = replies[2].string
        self.additions = replies[3].string
        self.claim = replies[4].string
        let lifetimes = zip(suffixes, replies[5...].map { $0.integer ?? -2 })
        self.lifetimes = Dictionary(uniqueKeysWithValues: lifetimes.filter { $1 != -2 })
    }
}
