import CeleryProtocol
import TaskBroker
import Testing

@testable import TaskBrokerTesting

struct InMemoryStateTests {
    private static let start = VirtualClock.defaultStart

    /// A broker with a consumer of some queues, which has the number 1.
    private func state(queues: [Queue] = ["a", "b"], isAutomatic: Bool = false) -> InMemoryState {
        var state = InMemoryState(clock: VirtualClock(isAutomatic: isAutomatic))
        _ = state.addConsumer(ConsumerConfiguration(queues: queues, lease: .seconds(30), node: "n"))
        return state
    }

    private func send(_ text: String, to queue: String = "a", priority: Int = 0, in state: inout InMemoryState) {
        _ = state.publish([Publication(destination: .queue(queue), priority: priority, payload: Array(text.utf8))])
    }

    private func claim(_ count: Int, from state: inout InMemoryState) -> [ClaimedMessage] {
        state.settle([], claiming: count, by: 1).messages
    }

    private func texts(_ messages: [ClaimedMessage]) -> [String] {
        messages.map { String(decoding: $0.raw, as: UTF8.self) }
    }

    private func settle(
        _ message: ClaimedMessage,
        _ disposition: Settlement.Disposition,
        hasCounters: Bool = false,
        in state: inout InMemoryState
    ) -> Bool {
        let settlement = Settlement(claim: message.claim, disposition: disposition, hasCounters: hasCounters)
        return state.settle([settlement], claiming: 0, by: 1).isAccepted == [true]
    }

    @Test func `Steps of priority go before queues, and queues take turns`() {
        var state = self.state()
        for text in ["a1", "a2", "a3"] { self.send(text, in: &state) }
        for text in ["b1", "b2"] { self.send(text, to: "b", in: &state) }
        self.send("b0", to: "b", priority: 4, in: &state)
        #expect(self.texts(self.claim(1, from: &state)) == ["a1"])
        #expect(self.texts(self.claim(1, from: &state)) == ["b1"])
        #expect(self.texts(self.claim(9, from: &state)) == ["a2", "a3", "b2", "b0"])
        #expect(self.claim(1, from: &state).isEmpty)
    }

    @Test func `A bounded queue takes all of what is sent together or nothing, counting what is delayed`() throws {
        var state = self.state()
        let bounds = ["a": QueueBound(maxLength: 3)]
        func publication(_ text: String, key: String? = nil) -> Publication {
            let unique = key.map { Publication.UniqueClaim(key: UniqueKey($0), taskID: text) }
            return Publication(destination: .queue("a"), payload: Array(text.utf8), unique: unique)
        }
        #expect(state.publish([publication("1")], bounds) == [.sent])
        let message = try #require(self.claim(1, from: &state).first)
        #expect(self.settle(message, .delay(until: Self.start.adding(.seconds(60))), in: &state))
        let refusal = PublishReceipt.refused(QueueFull(queue: "a", maxLength: 3, length: 1))
        let three = ["2", "3", "4"].map { publication($0) }
        #expect(state.publish(three, bounds) == [refusal, refusal, refusal])
        // The key of a refused message stays free, and a duplicate needs no room.
        let unique = [publication("2", key: "k"), publication("3"), publication("4", key: "k")]
        #expect(state.publish(unique, bounds) == [.sent, .sent, .duplicate(of: "2")])
        #expect(state.publish([publication("5", key: "k")], bounds) == [.duplicate(of: "2")])
        let full = PublishReceipt.refused(QueueFull(queue: "a", maxLength: 3, length: 3))
        #expect(state.publish([publication("6")], bounds) == [full])
        self.send("7", in: &state)
        #expect(self.texts(self.claim(9, from: &state)) == ["2", "3", "7"])
    }

    @Test func `Released messages are the head again in their order, requeued ones the tail`() {
        var state = self.state()
        for text in ["1", "2", "3", "4"] { self.send(text, in: &state) }
        let claimed = self.claim(3, from: &state)
        let reply = state.settle(
            [
                Settlement(claim: claimed[0].claim, disposition: .release),
                Settlement(claim: claimed[1].claim, disposition: .requeue),
                Settlement(claim: claimed[2].claim, disposition: .release),
            ],
            claiming: 9,
            by: 1
        )
        #expect(reply.isAccepted == [true, true, true])
        #expect(self.texts(reply.messages) == ["1", "3", "4", "2"])
        #expect(Set(reply.messages.map(\.claim.id)).isDisjoint(with: claimed.map(\.claim.id)))
    }

    @Test func `A claim ends once, and with it all its effects`() throws {
        var state = self.state()
        self.send("1", in: &state)
        let message = try #require(self.claim(1, from: &state).first)
        let document = ResultDocument(status: "SUCCESS", result: 1, taskID: "t")
        let settlement = Settlement(
            claim: message.claim,
            disposition: .acknowledge,
            results: [ResultWrite(taskID: "t", payload: document.encoded(), expires: nil)],
            publications: [Publication(destination: .queue("b"), payload: Array("next".utf8))]
        )
        #expect(state.settle([settlement, settlement], claiming: 0, by: 1).isAccepted == [true, false])
        #expect(state.result(of: "t")?.result == 1)
        #expect(self.texts(self.claim(9, from: &state)) == ["next"])

        state.results = [:]
        #expect(state.settle([settlement], claiming: 9, by: 1).isAccepted == [false])
        #expect(state.result(of: "t") == nil)
        #expect(state.lists.values.allSatisfy { $0.isEmpty })
    }

    @Test func `A lost claim neither comes back by renewing nor touches its successor`() throws {
        var state = self.state()
        self.send("1", in: &state)
        let first = try #require(self.claim(1, from: &state).first)
        #expect(state.renew([first.claim], by: 1) == [])
        state.expireLeases()
        let second = try #require(self.claim(1, from: &state).first)
        #expect(second.redeliveries == 1)
        #expect(second.claim != first.claim)
        #expect(state.renew([first.claim, second.claim], by: 1) == [first.claim])
        #expect(!self.settle(first, .acknowledge, in: &state))
        #expect(self.settle(second, .acknowledge, hasCounters: true, in: &state))
        #expect(state.counters.isEmpty)
    }

    @Test func `Only the leases of those who are gone run out, to the moment`() {
        var state = self.state()
        self.send("1", in: &state)
        _ = self.claim(1, from: &state)
        state.advance(by: .seconds(3600))
        #expect(state.held.count == 1)

        state.kill(1)
        state.advance(by: .zero)
        #expect(state.held.isEmpty)

        _ = state.addConsumer(ConsumerConfiguration(queues: ["a"], lease: .seconds(30), node: "n"))
        #expect(state.settle([], claiming: 1, by: 2).messages.count == 1)
        state.kill(2)
        state.advance(by: .milliseconds(29_999))
        #expect(state.held.count == 1)
        state.advance(by: .milliseconds(1))
        #expect(state.held.isEmpty)
    }

    @Test func `What a stopped process renews when it wakes in time stays its own`() throws {
        var state = self.state()
        self.send("1", in: &state)
        let message = try #require(self.claim(1, from: &state).first)
        state.kill(1)
        state.advance(by: .seconds(29))
        #expect(state.renew([message.claim], by: 1) == [])
        state.advance(by: .seconds(29))
        #expect(self.settle(message, .acknowledge, in: &state))
    }

    @Test func `Delayed messages return to the head, the one that was due first foremost`() throws {
        var state = self.state(queues: ["a"])
        for text in ["1", "2", "3", "4"] { self.send(text, in: &state) }
        for (message, seconds) in zip(self.claim(3, from: &state), [20, 10, 20]) {
            #expect(self.settle(message, .delay(until: Self.start.adding(.seconds(seconds))), in: &state))
        }
        state.advance(by: .milliseconds(9_999))
        #expect(state.delayed.all.count == 3)
        state.advance(by: .seconds(15))
        let claimed = self.claim(9, from: &state)
        #expect(self.texts(claimed) == ["2", "1", "3", "4"])
        #expect(claimed.allSatisfy { $0.redeliveries == 0 && $0.parkings == 0 })
    }

    @Test func `Parked messages are counted, and come back for whoever knows their task`() throws {
        var state = self.state(queues: ["a"])
        for text in ["x", "y"] { self.send(text, in: &state) }
        let later = Self.start.adding(.seconds(10))
        for (message, task) in zip(self.claim(2, from: &state), ["tx", "ty"]) {
            #expect(self.settle(message, .park(until: later, task: task), in: &state))
        }
        state.releaseParked(tasks: ["ty", "tz"], by: 1)
        let released = self.claim(9, from: &state)
        #expect(self.texts(released) == ["y"])
        #expect(released.map(\.parkings) == [1])
        state.advance(by: .seconds(10))
        let due = try #require(self.claim(9, from: &state).first)
        #expect(due.parkings == 1)
        #expect(self.settle(due, .deadLetter(reason: "why"), hasCounters: true, in: &state))
        #expect(state.dead.map(\.reason) == ["why"])
        #expect(state.counters.keys.map(\.raw) == [Array("y".utf8)])
    }

    @Test func `SUCCESS is never overwritten, everything else is`() {
        var state = self.state()
        func store(_ status: String, _ value: JSONValue, _ expires: Duration? = nil) {
            let document = ResultDocument(status: status, result: value, taskID: "t")
            state.store([ResultWrite(taskID: "t", payload: document.encoded(), expires: expires)])
        }
        for (status, value) in [("STARTED", 1), ("FAILURE", 2), ("RETRY", 3), ("SUCCESS", 4)] as [(String, JSONValue)] {
            store(status, value)
            #expect(state.result(of: "t")?.result == value)
        }
        store("FAILURE", 5)
        store("SUCCESS", 6)
        #expect(state.result(of: "t")?.result == 4)
        state.results = [:]
        store("SUCCESS", 7, .seconds(10))
        state.advance(by: .seconds(10))
        #expect(state.result(of: "t") == nil)
        store("FAILURE", 8)
        #expect(state.result(of: "t")?.result == 8)
    }

    @Test func `A unique key is free again when its time is over`() {
        var state = self.state()
        func publish(_ id: String) -> PublishReceipt {
            let unique = Publication.UniqueClaim(key: UniqueKey("k", for: .seconds(10)), taskID: id)
            return state.publish([Publication(destination: .queue("a"), payload: Array(id.utf8), unique: unique)])[0]
        }
        #expect(publish("1") == .sent)
        #expect(publish("2") == .duplicate(of: "1"))
        state.advance(by: .milliseconds(9_999))
        #expect(publish("3") == .duplicate(of: "1"))
        state.advance(by: .milliseconds(1))
        #expect(publish("4") == .sent)
        #expect(self.texts(self.claim(9, from: &state)) == ["1", "4"])
        #expect(state.published.count == 2)
    }
}

// MARK: Jumping

extension InMemoryStateTests {
    /// A broker with a jumping clock, one message that is due in ten seconds and a consumer that waits.
    private func waiting() -> InMemoryState {
        var state = self.state(isAutomatic: true)
        self.send("1", in: &state)
        for message in self.claim(1, from: &state) {
            _ = self.settle(message, .delay(until: Self.start.adding(.seconds(10))), in: &state)
        }
        return state
    }

    @Test func `Time jumps to what a waiting consumer can do next`() {
        var state = self.waiting()
        state.wake()
        #expect(state.clock.now == Self.start)
        state.listening = [1]
        state.wake()
        #expect(state.clock.now == Self.start.adding(.seconds(10)))
        #expect(state.listening.isEmpty)
        #expect(state.effects.count == 1)
        #expect(self.texts(self.claim(1, from: &state)) == ["1"])
    }

    @Test func `Time stands still while something can be done or is being done`() {
        var running = self.waiting()
        self.send("2", to: "b", in: &running)
        running.listening = [1]
        running.wake()
        #expect(running.clock.now == Self.start)
        #expect(running.effects.count == 1)

        #expect(self.texts(self.claim(1, from: &running)) == ["2"])
        running.listening = [1]
        running.wake()
        #expect(running.clock.now == Self.start)
        #expect(running.listening == [1])
    }

    @Test func `A manual clock and other consumers' queues do not jump`() {
        var manual = self.state()
        self.send("1", in: &manual)
        for message in self.claim(1, from: &manual) {
            _ = self.settle(message, .delay(until: Self.start.adding(.seconds(10))), in: &manual)
        }
        manual.listening = [1]
        manual.wake()
        #expect(manual.clock.now == Self.start)

        var other = self.waiting()
        let number = other.addConsumer(ConsumerConfiguration(queues: ["c"], lease: .seconds(30), node: "n"))
        other.listening = [number]
        other.wake()
        #expect(other.clock.now == Self.start)
    }

    @Test func `Time jumps to the end of the leases of the dead`() {
        var state = self.state(isAutomatic: true)
        self.send("1", in: &state)
        _ = self.claim(1, from: &state)
        let number = state.addConsumer(ConsumerConfiguration(queues: ["a"], lease: .seconds(30), node: "n"))
        state.listening = [number]
        state.wake()
        #expect(state.clock.now == Self.start)
        state.kill(1)
        state.wake()
        #expect(state.clock.now == Self.start.adding(.seconds(30)))
        #expect(state.effects.count == 1)
    }
}

extension InMemoryState {
    /// Settles and claims for somebody who knows no revocations.
    fileprivate mutating func settle(_ settlements: [Settlement], claiming count: Int, by number: Int) -> ClaimReply {
        self.settle(settlements, claiming: count, after: Timestamp(microseconds: 0), by: number)
    }
}
