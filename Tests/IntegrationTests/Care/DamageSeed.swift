import CeleryProtocol
import RedisClient
import Testing

@testable import TaskBroker

/// Damage of one kind, and how it is done.
struct DamageSeed: Sendable, CustomTestStringConvertible {
    let name: String
    let kind: Damage.Kind
    let commands: [RESPCommand]
    /// What becomes of it when it is repaired.
    var outcome = Damage.State.repaired

    var testDescription: String { self.name }
}

extension DamageSeed {
    private static let domain = ClaimDomain(queue: "{r}x", step: 6)
    private static let chord = ChordKeys(groupID: "g")
    private static let far = "99999999999999"
    /// A batch, its first claim, and its key.
    private static let batch = "n:1"
    private static let claim = "n:1:1"
    private static let held = RedisKeys.batch(Self.batch, infl: Self.domain.infl)

    /// Damage of every kind, in a list with a hash tag and a step of priority.
    static let all: [DamageSeed] = Self.ofMessages + Self.ofKeys + Self.ofCelery

    private static let ofMessages: [DamageSeed] = [
        DamageSeed(
            name: "a batch without a lease",
            kind: .claimWithoutLease,
            commands: [["LPUSH", held, "raw", "raw"]]
        ),
        DamageSeed(
            name: "what is left of a batch without a lease, beside a sound one",
            kind: .claimWithoutLease,
            commands: [
                ["LPUSH", held, "\0", "raw"],
                ["LPUSH", RedisKeys.batch("n:2", infl: domain.infl), "raw"], ["ZADD", domain.lease, far, "n:2"],
            ]
        ),
        DamageSeed(
            name: "messages with a worker that would expire",
            kind: .expiringCompanion,
            commands: [["LPUSH", held, "raw"], ["ZADD", domain.lease, far, batch], ["EXPIRE", held, "500"]]
        ),
        DamageSeed(
            name: "a lease that is over, without a message",
            kind: .lostMessage,
            commands: [["ZADD", domain.lease, "5", batch]]
        ),
        DamageSeed(
            name: "a lease without a message",
            kind: .lostMessage,
            commands: [["ZADD", domain.lease, far, batch]],
            outcome: .pending
        ),
        DamageSeed(
            name: "a delayed message without a time",
            kind: .unscheduledMessage,
            commands: [["HSET", domain.etam, "n:1", "raw"]]
        ),
        DamageSeed(
            name: "a time without a delayed message",
            kind: .lostMessage,
            commands: [["ZADD", domain.eta, far, "n:1"]]
        ),
        DamageSeed(
            name: "a dead letter without a time",
            kind: .unlistedDeadLetter,
            commands: [["HSET", domain.deadm, "n:1", "why\nraw"]]
        ),
        DamageSeed(
            name: "a time without a dead letter",
            kind: .lostMessage,
            commands: [["ZADD", domain.dead, "5", "n:1"]]
        ),
        DamageSeed(
            name: "a message that runs and is delayed",
            kind: .doubledMessage,
            commands: [
                ["LPUSH", held, "raw"], ["ZADD", domain.lease, far, batch],
                ["HSET", domain.etam, claim, "raw"], ["ZADD", domain.eta, far, claim],
            ]
        ),
        DamageSeed(
            name: "a message that runs and is dead",
            kind: .doubledMessage,
            commands: [
                ["LPUSH", held, "raw"], ["ZADD", domain.lease, far, batch],
                ["HSET", domain.deadm, claim, "why\nraw"], ["ZADD", domain.dead, "5", claim],
            ]
        ),
        DamageSeed(
            name: "two messages with one id",
            kind: .doubledMessage,
            commands: [
                ["LPUSH", held, "raw"], ["ZADD", domain.lease, far, batch],
                ["HSET", domain.etam, claim, "other"], ["ZADD", domain.eta, far, claim],
            ],
            outcome: .found
        ),
        DamageSeed(
            name: "a note about a parked message",
            kind: .strayParking,
            commands: [["HSET", domain.park, "n:1", "task"]]
        ),
        DamageSeed(
            name: "a counter that is no number",
            kind: .badCounter,
            commands: [["HSET", domain.dlv, "abc", "many"]]
        ),
    ]

    private static let ofKeys: [DamageSeed] =
        domain.lasting.enumerated().flatMap { index, key -> [DamageSeed] in
            let other: RESPCommand = key.type == "hash" ? ["LPUSH", key.key, "x"] : ["SADD", key.key, "x"]
            let role = String(key.key.split(separator: ":").last ?? "")
            return [
                DamageSeed(name: "\(role) of a wrong type", kind: .wrongType, commands: [other], outcome: .found)
            ]
        } + [
            DamageSeed(
                name: "a queue that is a string",
                kind: .wrongType,
                commands: [["SET", domain.list, "x"], ["HSET", domain.meta, "paused", "1"]],
                outcome: .found
            ),
            DamageSeed(
                name: "delayed messages that would expire",
                kind: .expiringCompanion,
                commands: [
                    ["HSET", domain.etam, "n:1", "raw"], ["ZADD", domain.eta, far, "n:1"],
                    ["EXPIRE", domain.etam, "500"],
                ]
            ),
            DamageSeed(
                name: "a queue that would expire",
                kind: .expiringQueue,
                commands: [
                    ["LPUSH", domain.list, "raw"], ["EXPIRE", domain.list, "500"],
                    ["HSET", domain.meta, "paused", "1"],
                ],
                outcome: .found
            ),
            DamageSeed(name: "a beat that stays", kind: .immortalKey, commands: [["HSET", domain.beat, "at", "5"]]),
            DamageSeed(
                name: "a worker that never dies",
                kind: .immortalKey,
                commands: [["SET", RedisKeys.worker("celery@a"), "{}"]]
            ),
            DamageSeed(
                name: "a unique key that stays",
                kind: .immortalKey,
                commands: [["SET", RedisKeys.unique("a"), "id"]]
            ),
            DamageSeed(
                name: "a log that stays",
                kind: .immortalKey,
                commands: [["ZADD", RedisKeys.revocations, "5", "i:a"]]
            ),
            DamageSeed(name: "kombu's lock that stays", kind: .immortalKey, commands: [["SET", "unacked_mutex", "x"]]),
        ]

    private static let ofCelery: [DamageSeed] = [
        DamageSeed(
            name: "a message of Python's without a time",
            kind: .unacknowledgedWithoutTime,
            commands: [["HSET", "unacked", "t", "[]"]]
        ),
        DamageSeed(
            name: "a time of Python's without a message",
            kind: .lostUnacknowledged,
            commands: [["ZADD", "unacked_index", "5", "t"]]
        ),
        DamageSeed(
            name: "replies without a reader",
            kind: .orphanedReplies,
            commands: [["LPUSH", "c.reply.celery.pidbox", "x"]]
        ),
        DamageSeed(
            name: "bindings of programs that have gone",
            kind: .expiredBindings,
            commands: [
                ["SADD", RedisKeys.bindings(of: "celeryev"), "x"],
                ["ZADD", RedisKeys.bindingDeadlines, "5", "celeryev"],
            ]
        ),
        DamageSeed(
            name: "a chord whose body was not sent",
            kind: .stuckChord,
            commands: [
                ["SET", chord.size, "1", "EX", "60"], ["ZADD", chord.parts, "0", "part"],
                ["EXPIRE", chord.parts, "60"],
                ["SADD", chord.counted, "a:0"], ["EXPIRE", chord.counted, "60"],
            ],
            outcome: .found
        ),
        DamageSeed(
            name: "a chord that has lost a part",
            kind: .miscountedChord,
            commands: [
                ["SET", chord.size, "3", "EX", "60"], ["ZADD", chord.parts, "0", "part"],
                ["EXPIRE", chord.parts, "60"],
                ["SADD", chord.counted, "a:0", "b:1"], ["EXPIRE", chord.counted, "60"],
            ],
            outcome: .found
        ),
        DamageSeed(
            name: "a result that stays",
            kind: .resultWithoutExpiry,
            commands: [["SET", RedisKeys.result(of: "a"), "{}"]],
            outcome: .found
        ),
    ]
}
