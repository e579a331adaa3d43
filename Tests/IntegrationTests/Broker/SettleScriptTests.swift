import CeleryProtocol
import RedisClient
import Testing

@testable import TaskBroker

/// The framing of the hot path as pure values.
@Suite struct SettleScriptTests {
    private static let domains = ClaimDomain.all(of: ["a", "b"])

    private static func request(_ items: [SettleScript.Item] = [], count: Int = 0) -> SettleScript.Request {
        SettleScript.Request(
            items: items,
            claim: SettleScript.ClaimRequest(
                count: count,
                domains: [self.domains[0], self.domains[1]],
                lease: 30_000,
                nonce: "n",
                firstNumber: 7
            ),
            databases: nil
        )
    }

    private static func item(_ id: String, _ domain: Int, _ disposition: Settlement.Disposition) -> SettleScript.Item {
        SettleScript.Item(
            id: id,
            domain: self.domains[domain],
            disposition: disposition,
            hasCounters: false
        )
    }

    private static func texts(_ arguments: RESPArguments) -> [String] {
        (0..<arguments.count).map { String(decoding: arguments[$0] ?? [], as: UTF8.self) }
    }

    @Test func `settlements of one list stand together, and those of one batch`() {
        var items = [
            Self.item("n:1:1", 0, .acknowledge), Self.item("n:2:1", 1, .acknowledge),
            Self.item("n:3:1", 0, .acknowledge), Self.item("n:1:2", 0, .acknowledge),
        ]
        items[2].effects.results = [ResultWrite("t", "r", expires: .milliseconds(1500))]
        let encoded = SettleScript.encode(Self.request(items))
        #expect(encoded.script == SettleScript.acknowledge)
        #expect(encoded.order == [0, 3, 2, 1])
        #expect(
            Self.texts(encoded.arguments) == [
                "", "2",
                "2", "2", "n:1", "2", "1", "", "2", "", "n:3", "1", "1", "r",
                "", "1", "n:2", "1", "1", "",
                "0", "30000", "n", "7", "0", "-1",
            ]
        )
        let (a, b) = (Self.domains[0], Self.domains[1])
        #expect(Self.texts(encoded.keys) == [a.infl, a.lease, "celery-task-meta-t", b.infl, b.lease])
    }

    @Test func `one settlement with more to do makes the call a full one`() {
        let items = [
            Self.item("n:1:1", 0, .acknowledge), Self.item("n:2:1", 1, .requeue),
            Self.item("n:1:2", 0, .acknowledge),
        ]
        let encoded = SettleScript.encode(Self.request(items))
        #expect(encoded.script == SettleScript.script)
        #expect(encoded.order == [0, 2, 1])
        #expect(
            Self.texts(encoded.arguments) == [
                "0", "2", "2", "n:1:1", "a", "n:1:2", "a", "1", "n:2:1", "q",
                "0", "", "",
                "0", "0", "0",
                "0", "30000", "n", "7", "0", "-1",
            ]
        )
        let keys = [Self.domains[0], Self.domains[1]].flatMap {
            [$0.infl, $0.lease, $0.dlv, $0.list, $0.eta, $0.etam, $0.park, $0.dead, $0.deadm]
        }
        #expect(Self.texts(encoded.keys) == keys)
    }

    @Test func `what is moved at once is read from its list`() throws {
        var request = Self.request(count: 3)
        request.claim.moved = 1
        let encoded = SettleScript.encode(request)
        #expect(Self.texts(encoded.arguments) == ["3", "30000", "n", "7", "2", "1"])
        #expect(encoded.reading == Self.domains[1].infl + ":n:8")
        let value = RESPValue.array([
            .integer(1000), .array([]), .array([.integer(0), .integer(1), .integer(1), .integer(2)]),
            .array([.bulkString([1])]), .array([.integer(1), .integer(4), .integer(5)]), .array([]), .array([]),
            .integer(0),
        ])
        let moved = RESPValue.array([.bulkString([3]), .bulkString([2])])
        let reply = try #require(SettleScript.decode(value, for: request, encoded, moved: moved))
        #expect(reply.messages.map(\.raw) == [[1], [2], [3]], "the head of a queue is the end of its list")
        #expect(reply.messages.map(\.claim.id) == ["n:7:1", "n:8:1", "n:8:2"])
        #expect(reply.messages.map(\.redeliveries) == [0, 4, 0])
        // Somebody has taken the batch away in between, or changed it.
        for moved in [RESPValue.null, .error("NOPERM"), .array([]), .array([.bulkString([3])])] {
            let rest = try #require(SettleScript.decode(value, for: request, encoded, moved: moved))
            #expect(rest.messages.map(\.raw) == [[1]])
            #expect(rest.taken == 3, "there may be more")
        }
    }

    @Test func `what is more than an acknowledgement with one result`() {
        var items = [Self.item("n:1:1", 0, .acknowledge), Self.item("n:1:2", 0, .acknowledge)]
        let indices = [0, 1]
        #expect(AcknowledgedGroup(indices, of: items)?.batches.map { $0.members.map(\.index) } == [[0, 1]])
        items[1].effects.results = [ResultWrite("t", "r", expires: .seconds(1))]
        #expect(AcknowledgedGroup(indices, of: items)?.resultSeconds == "1")
        items[0].effects.results = [ResultWrite("u", "s", expires: nil)]
        #expect(AcknowledgedGroup(indices, of: items) == nil, "they are kept for different times")
        items[0] = Self.item("n:1:1", 0, .release)
        #expect(AcknowledgedGroup(indices, of: items) == nil)
        items[0] = Self.item("n:1:1", 0, .acknowledge)
        items[0].hasCounters = true
        #expect(AcknowledgedGroup(indices, of: items) == nil)
    }

    @Test(
        arguments: [
            ("n:20:3", "n:20", 3), ("n:1:100", "n:1", 100), ("n:1:9223372036854775808", "n:1", 0), ("n:1:-1", "n:1", 0),
            ("n:1:", "n:1", 0), ("", "", 0), ("none", "none", 0),
        ]
    )
    func `a claim tells its batch, and its place there`(id: String, batch: String, number: Int) {
        #expect(ClaimBatch.place(ofClaim: id) == (Substring(batch), number))
        #expect(ClaimBatch.name(ofClaim: id) == batch)
    }

    @Test func `effects are counted with their guards`() {
        var item = Self.item("n:1:1", 0, .deadLetter(reason: "a\nb"))
        item.hasCounters = true
        item.effects.results = [
            ResultWrite("t", "r", expires: .milliseconds(1500)), ResultWrite("u", "s", expires: nil),
        ]
        let unique = Publication.UniqueClaim(key: UniqueKey("k", for: .seconds(2)), taskID: "t")
        item.effects.publications = [
            RedisPublication(targets: [.list("x"), .channel("c")], payload: Array("p".utf8), unique: unique)
        ]
        let encoded = SettleScript.encode(Self.request([item], count: 3))
        #expect(
            Self.texts(encoded.arguments) == [
                "1", "1", "n:1:1", "1", "1", "n:1:1", "X",
                "0", "", "",
                "a b", "5", "S", "r", "2", "S", "s", "", "K", "t", "2000", "2", "L", "1", "p", "P", "c", "p",
                "3", "30000", "n", "7", "2", "-1",
            ]
        )
        let keys = Self.texts(encoded.keys)
        #expect(keys.first == "x")
        #expect(keys[10...12] == ["celery-task-meta-t", "celery-task-meta-u", "tb:unique:k"])
        #expect(keys[13] == "tb:revoked")
        #expect(keys.count == 13 + 1 + 10)
    }

    @Test func `who has nothing to settle sends a claim and nothing else`() {
        let request = Self.request(count: 3)
        let encoded = SettleScript.encode(request)
        #expect(encoded.script == SettleScript.claim)
        #expect(Self.texts(encoded.arguments) == ["3", "30000", "n", "7", "2", "-1"])
        #expect(Self.texts(encoded.keys).first == "tb:revoked")
        #expect(encoded.keys.count == 1 + 10)
    }

    @Test func `an answer is read back into the order of the request`() throws {
        let items = [Self.item("1", 0, .acknowledge), Self.item("2", 1, .requeue), Self.item("3", 0, .acknowledge)]
        let request = Self.request(items, count: 3)
        let value = RESPValue.array([
            .integer(1000), .array([.integer(1), .bulkString([]), .integer(2), .bulkString(Array("key".utf8))]),
            .array([.integer(1), .integer(1), .integer(0), .integer(2)]),
            .array([.bulkString([1]), .bulkString([2]), .bulkString([3])]),
            .array([.integer(2), .integer(4), .integer(5)]), .array([.integer(1)]), .array([]), .integer(77),
        ])
        let reply = try #require(SettleScript.decode(value, for: request, SettleScript.Encoded(order: [0, 2, 1])))
        #expect(reply.now == 1000)
        #expect(reply.isAccepted == [true, false, false])
        #expect(reply.obstacles == [1: "key"])
        #expect(reply.messages.map(\.claim.id) == ["n:8:1", "n:7:1", "n:7:2"])
        #expect(reply.messages.map(\.claim.queue) == ["b", "a", "a"])
        #expect(reply.messages.map(\.redeliveries) == [0, 0, 4])
        #expect(reply.messages.map(\.parkings) == [0, 0, 5])
        #expect(reply.blocked == [Self.domains[1]])
        #expect(reply.newestRevocation == Timestamp(microseconds: 77_000))
    }

    @Test(
        arguments: [
            RESPValue.null, .integer(1), .array([]), .array(Array(repeating: .null, count: 8)),
            // One message more than the runs say, one less, a list that was not asked for.
            .array([
                .integer(1), .array([]), .array([]), .array([.bulkString([1])]), .array([]), .array([]),
                .array([]), .integer(0),
            ]),
            .array([
                .integer(1), .array([]), .array([.integer(0), .integer(2)]), .array([.bulkString([1])]),
                .array([]), .array([]), .array([]), .integer(0),
            ]),
            .array([
                .integer(1), .array([]), .array([.integer(9), .integer(1)]), .array([.bulkString([1])]),
                .array([]), .array([]), .array([]), .integer(0),
            ]),
            .array([
                .integer(1), .array([]), .array([.integer(0), .integer(-1)]), .array([]), .array([.integer(1)]),
                .array([]), .array([]), .integer(0),
            ]),
            // A settlement that was not asked for.
            .array([
                .integer(1), .array([.integer(0), .bulkString([])]), .array([]), .array([]), .array([]), .array([]),
                .array([]), .integer(0),
            ]),
            // Without the place where the log ends.
            .array([.integer(1), .array([]), .array([]), .array([]), .array([]), .array([]), .array([])]),
        ]
    )
    func `what is no answer is refused`(value: RESPValue) {
        #expect(SettleScript.decode(value, for: Self.request(count: 1), SettleScript.Encoded()) == nil)
    }
}

/// Names of companions.
@Suite struct RedisKeysTests {
    @Test(
        arguments: [
            ("login", "{login}:tb:login:infl"),
            ("login\u{06}\u{16}3", "{login\u{06}\u{16}3}:tb:login\u{06}\u{16}3:infl"),
            ("a{b}c", "{b}:tb:a{b}c:infl"), ("{login}", "{login}:tb:{login}:infl"), ("a{b", "{a{b}:tb:a{b:infl"),
            ("a}b", "{a}b}:tb:a}b:infl"), ("{}x", "{{}x}:tb:{}x:infl"), ("é", "{é}:tb:é:infl"),
        ]
    )
    func `companions share the slot of their list and name it`(list: String, key: String) {
        #expect(RedisKeys.companion(.infl, of: list) == key)
        #expect(RedisKeys.list(ofCompanion: key) == list)
        let batch = RedisKeys.batch("nonce:20", infl: key)
        #expect(RedisKeys.batch(ofKey: batch)?.list == list)
        #expect(RedisKeys.batch(ofKey: batch)?.name == "nonce:20")
        #expect(RedisKeys.list(ofCompanion: batch) == nil)
    }

    @Test(arguments: ["", "login", "{a}:tb:b:infl", "{a}:tb:a:other", "tb:a:infl", "{a}:tb:a:infl:x"])
    func `other keys are no companions`(key: String) {
        #expect(RedisKeys.list(ofCompanion: key) == nil)
    }

    @Test(
        arguments: [
            "", ":::", "{a}:tb:a:infl", "{a}:tb:a:infl:n", "{a}:tb:a:infl:n:x", "{a}:tb:a:infl:n:-1",
            "{a}:tb:b:infl:n:1", "{a}:tb:a:lease:n:1", "{a}:tb:a:infl:o:n:1",
        ]
    )
    func `other keys are no batches`(key: String) {
        #expect(RedisKeys.batch(ofKey: key) == nil)
    }
}
