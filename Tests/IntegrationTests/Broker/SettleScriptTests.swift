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
            Self.item("n:1:2:1", 0, .acknowledge), Self.item("n:2:1:1", 1, .requeue),
            Self.item("n:3:1:1", 0, .acknowledge), Self.item("n:1:2:2", 0, .acknowledge),
        ]
        items[2].effects.results = [ResultWrite("t", "r", expires: .milliseconds(1500))]
        let encoded = SettleScript.encode(Self.request(items))
        #expect(encoded.order == [0, 3, 2, 1])
        #expect(
            Self.texts(encoded.arguments) == [
                "0", "2", "3", "1", "1", "0", "n:2:1:1", "q",
                "0", "", "",
                "2", "2", "n:1:2", "2", "n:1:2:1", "", "n:1:2:2", "", "n:3:1", "1", "n:3:1:1", "r",
                "0",
                "0", "30000", "n", "7", "0",
            ]
        )
        let (a, b) = (Self.domains[0], Self.domains[1])
        #expect(
            Self.texts(encoded.keys) == [
                a.infl, a.lease, a.ended, b.infl, b.lease, b.ended, b.dlv, b.list, b.eta, b.etam, b.park, b.dead,
                b.deadm,
                "celery-task-meta-t",
            ]
        )
    }

    @Test func `one settlement with more to do makes its group a full one`() {
        var items = [Self.item("n:1:2:1", 0, .acknowledge), Self.item("n:1:2:2", 0, .acknowledge)]
        let indices = [0, 1]
        #expect(SettlementGroup(indices, of: items).isPlain)
        items[1].effects.results = [ResultWrite("t", "r", expires: .seconds(1))]
        #expect(SettlementGroup(indices, of: items).resultSeconds == "1")
        items[0].effects.results = [ResultWrite("u", "s", expires: nil)]
        #expect(!SettlementGroup(indices, of: items).isPlain, "they are kept for different times")
        items[0] = Self.item("n:1:2:1", 0, .release)
        #expect(!SettlementGroup(indices, of: items).isPlain)
        items[0] = Self.item("n:1:2:1", 0, .acknowledge)
        items[0].hasCounters = true
        #expect(!SettlementGroup(indices, of: items).isPlain)
    }

    @Test(
        arguments: [("n:1:20:3", "n:1:20"), ("n:1", "n:1"), ("", ""), ("none", "none"), ("a:b:c:d:e", "a:b:c:d:e")]
    )
    func `a claim tells its batch`(id: String, batch: String) {
        #expect(ClaimBatch.name(ofClaim: id) == batch)
    }

    @Test func `effects are counted with their guards`() {
        var item = Self.item("n:1:1:1", 0, .deadLetter(reason: "a\nb"))
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
                "1", "1", "n:1:1:1", "1", "1", "0", "n:1:1:1", "X",
                "0", "", "",
                "a b", "5", "S", "r", "2", "S", "s", "", "K", "t", "2000", "2", "L", "1", "p", "P", "c", "p",
                "3", "30000", "n", "7", "2",
            ]
        )
        let keys = Self.texts(encoded.keys)
        #expect(keys.first == "x")
        #expect(keys[11...13] == ["celery-task-meta-t", "celery-task-meta-u", "tb:unique:k"])
        #expect(keys[14] == "tb:revoked")
        #expect(keys.count == 14 + 1 + 10)
    }

    @Test func `who has nothing to settle sends a claim and nothing else`() {
        let request = Self.request(count: 3)
        let encoded = SettleScript.encode(request)
        #expect(SettleScript.script(for: request) == SettleScript.claim)
        #expect(Self.texts(encoded.arguments) == ["3", "30000", "n", "7", "2"])
        #expect(Self.texts(encoded.keys).first == "tb:revoked")
        #expect(encoded.keys.count == 1 + 10)
        #expect(SettleScript.script(for: Self.request([Self.item("1", 0, .acknowledge)])) == SettleScript.script)
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
        #expect(reply.messages.map(\.claim.id) == ["n:7:1:1", "n:8:2:1", "n:8:2:2"])
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
    }

    @Test(arguments: ["", "login", "{a}:tb:b:infl", "{a}:tb:a:other", "tb:a:infl", "{a}:tb:a:infl:x"])
    func `other keys are no companions`(key: String) {
        #expect(RedisKeys.list(ofCompanion: key) == nil)
    }
}
