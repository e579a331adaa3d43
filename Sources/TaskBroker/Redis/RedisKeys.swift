/// The names of everything in Redis, kombu's and ours.
///
/// No other file spells a key. What a single list needs beside it is in ``ClaimDomain``.
enum RedisKeys {
    /// The node names of the workers: a set.
    static let workers = "tb:workers"
    /// The log of revocations: a sorted set, score → when in ms.
    static let revocations = "tb:revoked"
    /// Where Python workers keep what they have taken: a hash of JSON arrays by delivery tag.
    static let unacknowledged = "unacked"
    /// What the name of every table of bindings begins with.
    static let bindingsPrefix = "_kombu.binding."
    /// A pattern for `SCAN` that finds what we keep beside any list.
    static let companionPattern = "{*}:tb:*"

    /// The record of a worker: a string that expires unless it is renewed.
    static func worker(_ node: String) -> String { "tb:worker:" + node }

    /// The table of bindings of an exchange: a set of members.
    static func bindings(of exchange: String) -> String { self.bindingsPrefix + exchange }

    /// Whether a table of bindings is of an exchange on which workers talk about themselves: remote control and events.
    static func isInternalTable(_ key: String) -> Bool {
        key.hasSuffix(".pidbox") || key == self.bindings(of: "celeryev")
    }

    /// The members of that table whose queues do not expire; kombu 5.7 deletes tables without it.
    static func permanentBindings(of exchange: String) -> String { "_kombu.binding_permanent." + exchange }

    /// The channel of a fanout exchange; it contains the database, because publish/subscribe knows none.
    static func fanoutChannel(exchange: String, routingKey: String, database: Int) -> String {
        let channel = "/\(database).\(exchange)"
        return routingKey.isEmpty ? channel : channel + "/" + routingKey
    }

    /// Who was first to send under a unique key: a string that expires.
    static func unique(_ name: String) -> String { "tb:unique:" + name }

    /// The stored result of a task, and the channel that announces it.
    static func result(of taskID: String) -> String { "celery-task-meta-" + taskID }

    /// The stored members of a group.
    static func group(_ groupID: String) -> String { "celery-taskset-meta-" + groupID }
}

// MARK: - Chords

/// The keys of one chord, Celery's (celery-wire §5.6).
struct ChordKeys: Hashable, Sendable {
    /// Sorted set: part → its position in the header.
    let parts: String
    /// How many parts were added to the header.
    let additions: String
    /// How many parts the chord waits for.
    let size: String
    /// Set: which parts were counted.
    let counted: String
    /// The members of the header, if some are groups.
    let structure: String
    /// Who sends the body.
    let claim: String

    init(groupID: String) {
        self.structure = RedisKeys.group(groupID)
        self.parts = self.structure + ".j"
        self.additions = self.structure + ".t"
        self.size = self.structure + ".s"
        self.counted = self.structure + ".d"
        self.claim = self.structure + ".c"
    }
}

// MARK: - Companions

extension RedisKeys {
    /// What belongs to one list and lies beside it (`docs/decisions/0003-claim-protocol.md`).
    enum Companion: String, CaseIterable {
        /// No key itself but what those of batches begin with, see ``batch(_:infl:)``.
        case infl
        /// Sorted set: batch of claims → end of its lease in ms.
        case lease
        /// Sorted set: batch that a waiting claim fills → from when on nobody waits any more, in ms (``WaitScript``).
        case wait
        /// Hash: SHA-1 of a message → how often its lease ran out; with `u:` before it, how often it was parked.
        case dlv
        /// Sorted set: id → when a delayed message is due, in ms.
        case eta
        /// Hash: id → delayed message.
        case etam
        /// Hash: id of a delayed message → the unknown task that it waits for.
        case park
        /// Sorted set: id → when a message became a dead letter, in ms.
        case dead
        /// Hash: id → reason, line feed, message.
        case deadm
        /// Hash: `paused` → since when in ms. Exists only while there is something to say.
        case meta
        /// Hash: `at` → when somebody last looked for lost leases, `hold` → until when none is taken away, in ms.
        case beat
        /// String: how many messages the queue may hold; beside the list of its first step only. Whoever has declared it writes it with each
        /// message, and it expires a week after the last.
        case bound
        /// Never exists; deleting it is a write that needs no memory.
        case `nil`
    }

    /// The key of a companion.
    static func companion(_ companion: Companion, of list: String) -> String {
        "{\(self.tag(of: list))}:tb:\(list):\(companion.rawValue)"
    }

    /// The messages of a batch that a worker holds: a list, in the order of the queue (``BatchLua``).
    ///
    /// - Parameter infl: The companion ``Companion/infl`` of the list.
    static func batch(_ name: some StringProtocol, infl: String) -> String { "\(infl):\(name)" }

    /// The batch that a key has the messages of, if it is one, with its list.
    static func batch(ofKey key: String) -> (name: String, list: String)? {
        // A name is two parts without colons.
        let parts = key.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count > 2 else { return nil }
        let last = parts[parts.count - 1]
        let digits = last.hasPrefix(ClaimBatch.waitingMark) ? last.dropFirst() : last
        guard let number = Int(digits), number >= 0 else { return nil }
        let name = parts.suffix(2).joined(separator: ":")
        let infl = String(key.dropLast(name.utf8.count + 1))
        guard infl.hasSuffix(":" + Companion.infl.rawValue), let list = self.list(ofCompanion: infl) else { return nil }
        return (name, list)
    }

    /// The list that a key is a companion of, if it is one.
    static func list(ofCompanion key: String) -> String? {
        for companion in Companion.allCases {
            guard key.hasSuffix(":" + companion.rawValue), let start = key.firstRange(of: "}:tb:") else { continue }
            // A list with the tag `a}:tb:b` would make the first range the wrong one; comparing settles it.
            let list = String(key[start.upperBound...].dropLast(companion.rawValue.utf8.count + 1))
            if self.companion(companion, of: list) == key { return list }
        }
        return nil
    }

    /// What has to stand in braces so that Redis Cluster puts a companion into the slot of its list.
    ///
    /// That is the list itself, or its own first tag. A list such as `a}b` or `{}x` has no tag that would do; it works everywhere
    /// but in a cluster.
    private static func tag(of list: String) -> Substring {
        let bytes = list.utf8
        guard let open = bytes.firstIndex(of: UInt8(ascii: "{")) else { return list[...] }
        let start = bytes.index(after: open)
        guard let close = bytes[start...].firstIndex(of: UInt8(ascii: "}")), close != start else { return list[...] }
        return list[start..<close]
    }
}
