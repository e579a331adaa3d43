import NIOCore
import Testing

@testable import RedisClient

/// The connection's decisions as tables: no channel, no clock.
@Suite struct ConnectionStateTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private static func at(_ seconds: Int64) -> NIODeadline { Self.start + .seconds(seconds) }

    private static func active(isSubscriber: Bool = false) -> ConnectionState<String> {
        ConnectionState(
            limits: .init(silence: .seconds(5), pingInterval: .seconds(5)),
            isSubscriber: isSubscriber,
            now: Self.start
        )
    }

    @Test func `gives replies in the order of the commands`() {
        var state = Self.active()
        state.enqueue("a", id: 1)
        state.enqueue("b", id: 2)
        #expect(state.receive(.integer(1), now: Self.at(0)).outcome == .resume("a", [.integer(1)]))
        #expect(state.receive(.error("ERR"), now: Self.at(0)).outcome == .resume("b", [.error("ERR")]))
    }

    @Test func `collects the replies of one write`() {
        var state = Self.active()
        state.enqueue("a", id: 1, replyCount: 2)
        state.enqueue("b", id: 2)
        #expect(state.receive(.integer(1), now: Self.at(0)).outcome == .nothing)
        #expect(state.receive(.integer(2), now: Self.at(0)).outcome == .resume("a", [.integer(1), .integer(2)]))
        #expect(state.receive(.integer(3), now: Self.at(0)).outcome == .resume("b", [.integer(3)]))
    }

    @Test func `drops the replies to a cancelled command and keeps the next one's`() {
        var state = Self.active()
        state.enqueue("a", id: 1, replyCount: 2)
        state.enqueue("b", id: 2)
        #expect(state.receive(.integer(1), now: Self.at(0)).outcome == .nothing)
        #expect(state.cancel(id: 1) == "a")
        #expect(state.cancel(id: 1) == nil)
        #expect(state.receive(.integer(2), now: Self.at(0)).outcome == .nothing)
        #expect(state.receive(.integer(3), now: Self.at(0)).outcome == .resume("b", [.integer(3)]))
        #expect(state.cancel(id: 2) == nil)
    }

    @Test(arguments: [
        (RESPValue.integer(1), RedisError.Code.protocolViolation, RedisRemedy.bug),
        (.error("ERR max number of clients reached"), .server, .operator),
        (.error("NOAUTH x"), .server, .operator),
    ]) func `closes on a reply that nobody asked for`(reply: RESPValue, code: RedisError.Code, remedy: RedisRemedy) {
        var state = Self.active()
        #expect(state.receive(reply, now: Self.at(0)).outcome == .close(code, remedy))
    }

    @Test(arguments: ["message", "pmessage"]) func `tells messages from replies on a subscriber`(kind: String) {
        let message: [RESPValue] = [.bulkString(Array(kind.utf8)), .bulkString([1]), .bulkString([2])]
        var state = Self.active(isSubscriber: true)
        state.enqueue("a", id: 1)
        #expect(state.receive(.array(message), now: Self.at(0)).outcome == .deliver(message))
        let reply: RESPValue = .array([.bulkString(Array("subscribe".utf8)), .bulkString([1]), .integer(1)])
        #expect(state.receive(reply, now: Self.at(0)).outcome == .resume("a", [reply]))

        var other = Self.active()
        other.enqueue("a", id: 1)
        #expect(other.receive(.array(message), now: Self.at(0)).outcome == .resume("a", [.array(message)]))
    }

    @Test func `pings only when idle`() {
        var state = Self.active()
        #expect(state.nextTimeout == Self.at(5))
        #expect(state.time(5) == .init(expired: [], action: "ping"))
        state.enqueue("ping", id: 1, deadline: 10, now: 5)
        #expect(state.receive(.status("PONG"), now: Self.at(6)).outcome == .resume("ping", [.status("PONG")]))
        #expect(state.time(10) == .init(expired: [], action: "rearm"))
        #expect(state.nextTimeout == Self.at(11))
        #expect(state.time(11) == .init(expired: [], action: "ping"))
    }

    @Test func `fails commands at their own deadlines`() {
        var state = Self.active()
        state.enqueue("slow", id: 1, deadline: 60)
        state.enqueue("quick", id: 2, deadline: 1)
        #expect(state.nextTimeout == Self.at(1))
        #expect(state.time(1) == .init(expired: ["quick"], action: "rearm"))
        #expect(state.nextTimeout == Self.at(5))
        #expect(state.time(5) == .init(expired: [], action: "rearm"), "a caller who waits longer keeps the connection")
        #expect(state.receive(.integer(1), now: Self.at(6)).outcome == .resume("slow", [.integer(1)]))
        #expect(state.receive(.integer(2), now: Self.at(6)).outcome == .nothing)
    }

    @Test func `looks for idleness although a reply was due at the last look`() {
        var state = Self.active()
        state.enqueue("a", id: 1, deadline: 60)
        #expect(state.time(5) == .init(expired: [], action: "rearm"))
        #expect(state.nextTimeout == Self.at(10))
        #expect(state.receive(.integer(1), now: Self.at(5)).outcome == .resume("a", [.integer(1)]))
        #expect(state.time(10) == .init(expired: [], action: "ping"))
    }

    @Test func `closes a silent connection, but not for an impatient caller`() {
        var state = Self.active()
        state.enqueue("impatient", id: 1, deadline: 1)
        state.enqueue("patient", id: 2, deadline: 5)
        #expect(state.time(1) == .init(expired: ["impatient"], action: "rearm"))
        #expect(state.nextTimeout == Self.at(5))
        #expect(state.time(5) == .init(expired: ["patient"], action: "close connectionClosed"))
    }

    @Test func `takes what arrives for life`() {
        var state = Self.active()
        state.enqueue("a", id: 1)
        state.enqueue("b", id: 2)
        _ = state.receive(.integer(1), now: Self.at(4))
        #expect(state.time(5) == .init(expired: ["b"], action: "rearm"))
        #expect(state.nextTimeout == Self.at(9))
        #expect(state.time(9) == .init(expired: [], action: "close connectionClosed"))
    }

    @Test func `closing lets the commands sent finish and takes no others`() {
        var state = Self.active()
        state.enqueue("a", id: 1)
        state.closeGracefully(RedisError(.connectionClosed, "stopped"), latest: Self.at(1))
        #expect(state.isDrained == false)
        #expect(state.nextTimeout == Self.at(1))
        #expect(state.refusal(id: 2)?.code == .connectionClosed)
        #expect(state.receive(.integer(1), now: Self.at(0)).outcome == .resume("a", [.integer(1)]))
        #expect(state.isDrained == true)
    }

    @Test func `closing ends at its time`() {
        var state = Self.active()
        state.enqueue("a", id: 1)
        state.closeGracefully(RedisError(.cancelled, "stopped"), latest: Self.at(1))
        #expect(state.time(1) == .init(expired: [], action: "close cancelled"))
    }

    @Test func `closed fails everything with the first reason`() {
        var state = Self.active()
        state.enqueue("a", id: 1)
        state.enqueue("b", id: 2)
        _ = state.cancel(id: 2)
        let (waiters, reason) = state.close(RedisError(.protocolViolation, "first"))
        #expect(waiters == ["a"])
        #expect(reason.code == .protocolViolation)
        #expect(reason.mayHaveExecuted)
        #expect(state.close(RedisError(.connectionClosed, "second")).reason.message == "first")
        #expect(state.closeReason?.message == "first")
        let refusal = state.refusal(id: 3)
        #expect(refusal?.code == .connectionClosed)
        #expect(refusal?.mayHaveExecuted == false)
        #expect(state.time(100) == .init(expired: [], action: "rearm"))
    }

    @Test func `random histories keep commands and replies together`() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<200 {
            var state = Self.active()
            var sent: [UInt64] = []
            var gone: Set<UInt64> = []
            var nextID: UInt64 = 0
            for _ in 0..<200 {
                switch Int.random(in: 0..<3, using: &random) {
                case 0:
                    nextID += 1
                    state.enqueue("\(nextID)", id: nextID)
                    sent.append(nextID)
                case 1:
                    guard let id = sent.randomElement(using: &random) else { continue }
                    #expect(state.cancel(id: id) == (gone.insert(id).inserted ? "\(id)" : nil))
                default:
                    guard !sent.isEmpty else { continue }
                    let id = sent.removeFirst()
                    let reply = RESPValue.integer(Int64(id))
                    let expected: Outcome = gone.contains(id) ? .nothing : .resume("\(id)", [reply])
                    #expect(state.receive(reply, now: Self.start).outcome == expected)
                }
            }
        }
    }
}

/// What a state did, comparable.
private enum Outcome: Equatable {
    case nothing
    case resume(String, [RESPValue])
    case deliver([RESPValue])
    case close(RedisError.Code, RedisRemedy)
}

private struct Timeout: Equatable {
    var expired: [String]
    var action: String
}

extension ConnectionState.ReceiveAction where Waiter == String {
    fileprivate var outcome: Outcome {
        switch self {
        case .nothing: .nothing
        case .resume(let waiter, let replies): .resume(waiter, replies)
        case .deliver(let message): .deliver(message)
        case .close(let error): .close(error.code, error.remedy)
        }
    }
}

extension ConnectionState where Waiter == String {
    private static var start: NIODeadline { .uptimeNanoseconds(1_000_000_000_000) }

    fileprivate mutating func enqueue(
        _ waiter: String,
        id: UInt64,
        replyCount: Int = 1,
        deadline: Int64 = 5,
        now: Int64 = 0
    ) {
        let refusal = self.send(
            id: id,
            replyCount: replyCount,
            waiter: waiter,
            deadline: Self.start + .seconds(deadline),
            now: Self.start + .seconds(now)
        )
        #expect(refusal == nil)
    }

    fileprivate mutating func refusal(id: UInt64) -> RedisError? {
        self.send(id: id, replyCount: 1, waiter: "refused", deadline: .distantFuture, now: Self.start)
    }

    fileprivate mutating func time(_ seconds: Int64) -> Timeout {
        let (expired, action) = self.timeOut(now: Self.start + .seconds(seconds))
        let text =
            switch action {
            case .rearm: "rearm"
            case .ping: "ping"
            case .close(let error): "close \(error.code)"
            }
        return Timeout(expired: expired, action: text)
    }
}
