import RedisClient
import Synchronization

/// The connection on which producers wait for replicas, made when somebody does for the first time.
///
/// `WAIT` answers for the writes of its own connection, and holds up everything that comes after it there. So it has one to itself, and
/// its users form groups: while one group waits, the next one gathers, and has one `WAIT` for all of its members. However
/// many there are, nobody waits longer than for two groups.
final class ReplicatedConnection: Sendable {
    /// What Redis has answered to one member of a group.
    struct Answer: Sendable {
        /// The replies to its commands.
        var replies: [RESPValue]
        /// How many replicas have confirmed them; or why Redis does not say.
        var replicas: Result<Int, RedisError>
    }

    private struct Member: Sendable {
        let commands: [RESPCommand]
        let replicas: Int
        let timeout: Duration
        let continuation: CheckedContinuation<Turn, Never>?
    }

    private enum Turn: Sendable {
        /// Send for this group, whose first member is the one that is told.
        case lead([Member])
        /// Somebody else has sent for the group.
        case done(Result<Answer, RedisError>)
    }

    private struct State {
        var isBusy = false
        var gathering: [Member] = []
        /// Whether anybody has used the connection.
        var isWanted = false
        /// Tells the owner of the connection that somebody wants it.
        var start: AsyncStream<Void>.Continuation?
    }

    private let client: RedisClient
    private let state = Mutex(State())

    init(client: RedisClient) {
        self.client = client
    }
}

extension ReplicatedConnection {
    /// Keeps the connection alive from its first use on, until the task is cancelled.
    func run() async {
        let (starts, start) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.state.withLock { state in
            state.start = start
            if state.isWanted { start.yield() }
        }
        for await _ in starts { await self.client.run() }
    }

    /// Sends commands and waits until so many replicas have them, or the time is over.
    ///
    /// It does not end early when the task is cancelled: others may wait for the same answer.
    ///
    /// - Throws: ``RedisError`` when not all replies arrived; some of the commands may have run.
    func send(
        _ commands: [RESPCommand],
        replicas: Int,
        timeout: Duration
    ) async throws(RedisError) -> Answer {
        let turn = await withCheckedContinuation { continuation in
            let member = Member(commands: commands, replicas: replicas, timeout: timeout, continuation: continuation)
            let isFirst = self.state.withLock { state in
                defer { (state.isBusy, state.isWanted) = (true, true) }
                if !state.isWanted { state.start?.yield() }
                if state.isBusy { state.gathering.append(member) }
                return !state.isBusy
            }
            if isFirst { continuation.resume(returning: .lead([member])) }
        }
        switch turn {
        case .done(let result): return try result.get()
        case .lead(let group): return try await self.lead(group).get()
        }
    }

    /// Sends for a group, tells its members, and lets the next group begin; returns what the first member is told.
    private func lead(_ group: [Member]) async -> Result<Answer, RedisError> {
        let results = await withoutCancellation { await self.answers(to: group) }
        for (member, result) in zip(group, results).dropFirst() {
            member.continuation?.resume(returning: .done(result))
        }
        let next = self.state.withLock { state in
            defer { state.gathering = [] }
            state.isBusy = !state.gathering.isEmpty
            return state.gathering
        }
        next.first?.continuation?.resume(returning: .lead(next))
        return results[0]
    }

    private func answers(to group: [Member]) async -> [Result<Answer, RedisError>] {
        let timeout = group.map(\.timeout).max() ?? .zero
        let count = group.map(\.replicas).max() ?? 0
        let wait: RESPCommand = ["WAIT", "\(count)", "\(max(1, timeout.inMilliseconds))"]
        do throws(RedisError) {
            // One write: after a reconnection, `WAIT` would answer for a connection that has written nothing.
            var replies = try await self.client.send(
                pipeline: group.flatMap(\.commands) + [wait],
                deadline: self.client.configuration.commandDeadline + timeout
            )[...]
            let last = replies.popLast()
            let replicas = Self.replicas(in: last)
            return group.map { member in
                let own = replies.prefix(member.commands.count)
                replies = replies.dropFirst(member.commands.count)
                return .success(Answer(replies: Array(own), replicas: replicas))
            }
        } catch {
            return group.map { _ in .failure(error) }
        }
    }

    private static func replicas(in reply: RESPValue?) -> Result<Int, RedisError> {
        switch reply {
        case .integer(let count): .success(Int(clamping: count))
        case .error(let message): .failure(RedisError(reply: message))
        default: .failure(RedisError(.protocolViolation, "Redis answered WAIT in an unknown form."))
        }
    }
}
