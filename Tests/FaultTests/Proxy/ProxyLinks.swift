import NIOCore
import RedisClient
import Synchronization
import TestSupport

@testable import TaskBroker

/// What the handlers of a proxy share: the conditions, and what is known of each connection.
final class ProxyLinks: Sendable {
    /// One connection of a client, and the one to Redis that belongs to it.
    private struct Link {
        var kind: ConnectionKind?
        var client: any Channel
        var server: (any Channel)?
        /// Directions in which bytes vanish for ever.
        var dead: (requests: Bool, replies: Bool) = (false, false)
        /// What becomes of the next reply.
        var loss: ReplyLoss?
    }

    private struct State {
        var conditions = ProxyConditions()
        var links: [ObjectIdentifier: Link] = [:]
        var random: SeededGenerator
        var sightings: AsyncStream<Void>.Continuation?
        /// What becomes of the replies to the next scripts.
        var losses: [ReplyLoss] = []
    }

    /// What is to become of some bytes.
    enum Passage {
        case deliver(after: TimeAmount, chunk: Int?, pause: TimeAmount)
        case hold
        case vanish
        /// Vanish, and break the connection.
        case cut
    }

    private let state: Mutex<State>

    init(seed: UInt64) {
        self.state = Mutex(State(random: SeededGenerator(seed: seed)))
    }
}

// MARK: - For handlers

extension ProxyLinks {
    /// Takes note of a connection.
    ///
    /// - Returns: Whether it may be made.
    func open(_ client: any Channel) -> Bool {
        self.state.withLock { state in
            guard !state.conditions.refuses else { return false }
            state.links[ObjectIdentifier(client)] = Link(client: client)
            return true
        }
    }

    /// Takes note of the other half of a connection.
    func connect(_ client: any Channel, to server: any Channel) {
        self.state.withLock { $0.links[ObjectIdentifier(client)]?.server = server }
    }

    /// Decides what becomes of some bytes of a connection.
    func pass(_ bytes: ByteBufferView, of client: any Channel, _ direction: ProxyDirection) -> Passage {
        self.state.withLock { state in
            let id = ObjectIdentifier(client)
            guard var link = state.links[id] else { return .vanish }
            if direction == .replies, let loss = link.loss {
                state.links[id]?.loss = nil
                guard loss == .silence else { return .cut }
                state.links[id]?.dead = (true, true)
                return .vanish
            }
            if direction == .requests {
                if !state.losses.isEmpty, link.loss == nil, bytes.contains(Self.script) {
                    link.loss = state.losses.removeFirst()
                }
                link.kind = Self.kind(of: bytes, before: link.kind)
                state.links[id] = link
                if link.kind == .commands, Self.claims.contains(where: bytes.contains) { state.sightings?.yield() }
            }
            if direction == .requests ? link.dead.requests : link.dead.replies { return .vanish }
            if state.conditions.isStalled { return .hold }
            let delay = state.conditions.delay
            let milliseconds = delay == 0...0 ? 0 : Int.random(in: delay, using: &state.random)
            return .deliver(
                after: .milliseconds(Int64(milliseconds)),
                chunk: state.conditions.chunk,
                pause: .microseconds(Int64(state.conditions.chunkPause))
            )
        }
    }

    /// Whether the end of a connection vanishes as well, as its bytes do.
    func hidesEnd(of client: any Channel, _ direction: ProxyDirection) -> Bool {
        self.state.withLock { state in
            guard let link = state.links[ObjectIdentifier(client)] else { return false }
            return direction == .requests ? link.dead.requests : link.dead.replies
        }
    }

    private static let script = Array("EVALSHA".utf8)
    private static let renewal = Array(RenewScript.script.sha1.utf8)
    private static let claims = [SettleScript.acknowledge, SettleScript.script, SettleScript.claim].map {
        Array($0.sha1.utf8)
    }

    private static func kind(of bytes: ByteBufferView, before: ConnectionKind?) -> ConnectionKind? {
        guard before == nil || before == .subscriptions else { return before }
        if bytes.contains(Array("TRACKING".utf8)) || bytes.contains(Array("__redis__:invalidate".utf8)) {
            return .doorbell
        }
        if before != nil { return before }
        if bytes.contains(Array("SUBSCRIBE".utf8)) { return .subscriptions }
        if bytes.contains(self.renewal) { return .leases }
        return bytes.contains(Self.script) ? .commands : nil
    }
}

extension ByteBufferView {
    fileprivate func contains(_ word: [UInt8]) -> Bool {
        guard let first = word.first, self.count >= word.count else { return false }
        var start = self.startIndex
        while let index = self[start...].firstIndex(of: first) {
            if self[index...].starts(with: word) { return true }
            start = self.index(after: index)
        }
        return false
    }
}

// MARK: - For tests

extension ProxyLinks {
    /// Changes the conditions, and delivers what was held back if they allow it.
    func change(_ change: (inout ProxyConditions) -> Void) {
        let channels = self.state.withLock { state in
            change(&state.conditions)
            return state.conditions.isStalled
                ? [] : state.links.values.flatMap { [$0.client, $0.server].compactMap(\.self) }
        }
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ProxyHandler.Release()) }
    }

    /// Lets bytes and ends of the connections of some kinds vanish from now on; later connections are sound.
    func kill(_ kinds: Set<ConnectionKind>, requests: Bool = true, replies: Bool = true) {
        self.state.withLock { state in
            for (id, link) in state.links where link.kind.map(kinds.contains) == true {
                state.links[id]?.dead = (requests, replies)
            }
        }
    }

    /// Lets bytes and ends of all connections vanish from now on, whatever they are for.
    func killAll() {
        self.state.withLock { state in
            for id in state.links.keys { state.links[id]?.dead = (true, true) }
        }
    }

    /// What the connections that are open are used for, as far as they have shown it.
    var kinds: Set<ConnectionKind> { self.state.withLock { Set($0.links.values.compactMap(\.kind)) } }

    /// Loses the replies to the next scripts, each of which arrives.
    func loseReplies(_ losses: [ReplyLoss]) { self.state.withLock { $0.losses = losses } }

    /// Closes all connections.
    func cut() async {
        let channels = self.state.withLock { state in
            defer { state.links = [:] }
            return state.links.values.flatMap { [$0.client, $0.server].compactMap(\.self) }
        }
        for channel in channels { try? await channel.close() }
    }

    /// An element for each request that settles or claims, from now on.
    func claims() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.state.withLock { $0.sightings = continuation }
        return stream
    }
}
