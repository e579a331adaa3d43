import CeleryProtocol
import Testing

@testable import TaskBroker

/// A ``WorkerState`` whose round trips are answered by the test, and whose actions are lines of text.
struct WorkerBench {
    var state: WorkerState
    /// The round trips that are under way, the oldest first.
    private(set) var turns: [WorkerState.Turn] = []
    let start = ContinuousClock.now

    init(_ configuration: WorkerConfiguration) {
        self.state = WorkerState(configuration)
    }

    init(concurrency: Int, prefetch: Int = 0) {
        self.init(WorkerConfiguration(concurrency: concurrency, prefetch: prefetch))
    }

    /// One whose consumer can wait for messages themselves.
    init(waitingWith concurrency: Int) {
        self.state = WorkerState(WorkerConfiguration(concurrency: concurrency, prefetch: 0), mayWait: true)
    }
}

// MARK: Tell it what happens

extension WorkerBench {
    mutating func handle(_ event: WorkerState.Event) -> [String] {
        self.state.handle(event, at: self.start).flatMap { action in
            if case .settle(let turn) = action { self.turns.append(turn) }
            return action.lines
        }
    }

    /// The oldest round trip comes back with messages; the claims in `refused` were lost.
    mutating func reply(_ ids: [String], refused: Set<String> = [], took: Duration = .zero) -> [String] {
        self.answer(ids, refused: refused, took: took).map { self.handle($0) } ?? []
    }

    /// The bell rings, and whoever hears it makes the claim that was decided on before.
    mutating func answerRing() -> [String] {
        let turn = WorkerState.Turn(settlements: [], count: self.state.countIfRung, sent: self.start)
        self.turns.append(turn)
        return self.handle(.answered(turn))
    }

    /// A message comes by itself.
    mutating func arrive(_ id: String, isAlone: Bool = true) -> [String] {
        self.handle(.arrived(Self.arrival(id, isAlone: isAlone, leased: self.start)))
    }

    static func arrival(_ id: String, isAlone: Bool = true, leased: ContinuousClock.Instant = .now) -> Arrival {
        let message = ClaimedMessage(claim: .numbered(id), raw: [])
        return Arrival(message: message, now: Timestamp(microseconds: 0), isAlone: isAlone, leased: leased)
    }

    /// The oldest round trip fails, or is refused.
    mutating func fail(isRefused: Bool = false) -> [String] {
        self.takeTurn().map { self.handle(.settleFailed($0, isRefused: isRefused)) } ?? []
    }

    /// The lists are looked at, and are empty.
    mutating func tick() -> [String] { self.handle(.ticked(TickReply(hasWork: false), at: self.start)) }

    /// The oldest round trip comes back without having ended its first settlement.
    mutating func obstruct(_ obstacle: SettlementObstacle) -> [String] {
        guard let turn = self.takeTurn() else { return [] }
        let accepted = turn.settlements.indices.map { $0 > 0 }
        let reply = ClaimReply(now: Timestamp(microseconds: 0), isAccepted: accepted, obstacles: [0: obstacle])
        return self.handle(.settled(reply, turn))
    }

    /// A task ends that sends a message.
    mutating func finishSending(_ id: String) -> [String] {
        let message = Publication(destination: .queue("next"), payload: [])
        return self.handle(
            .finished(Settlement(claim: .numbered(id), disposition: .acknowledge, publications: [message]))
        )
    }

    /// The oldest round trip comes back: its only settlement has completed chords.
    mutating func complete(parts: [Int]) -> [String] {
        guard let turn = self.takeTurn() else { return [] }
        let reply = ClaimReply(now: Timestamp(microseconds: 0), isAccepted: [true], completions: [0: parts])
        return self.handle(.settled(reply, turn))
    }

    mutating func finish(_ id: String, _ disposition: Settlement.Disposition = .acknowledge) -> [String] {
        self.handle(.finished(Settlement(claim: .numbered(id), disposition: disposition)))
    }

    mutating func renew(_ ids: [String], lost: [String], after: Duration = .zero) -> [String] {
        self.handle(.renewed(ids.map(Claim.numbered), lost: lost.map(Claim.numbered), sent: self.start + after))
    }

    mutating func checkLeases(after: Duration) -> [String] {
        self.handle(.checkLeases(self.start + after))
    }
}

// MARK: Tear it down

extension WorkerBench {
    /// Something happens to a worker that was torn down.
    mutating func note(_ event: WorkerState.Event) -> [String] {
        self.state.note(event).flatMap(\.lines)
    }

    mutating func noteReply(_ ids: [String]) -> [String] {
        self.answer(ids).map { self.note($0) } ?? []
    }

    mutating func noteFailure() -> [String] {
        self.takeTurn().map { self.note(.settleFailed($0)) } ?? []
    }

    /// Where the claims go that the worker still has to settle.
    var unsettled: [String: Settlement.Disposition] {
        Dictionary(uniqueKeysWithValues: self.state.unsettled.map { ($0.claim.id, $0.disposition) })
    }

    /// The round trip that was made first; a test that expects one where there is none has failed.
    private mutating func takeTurn() -> WorkerState.Turn? {
        guard self.turns.isEmpty else { return self.turns.removeFirst() }
        Issue.record("no round trip is under way")
        return nil
    }

    private mutating func answer(
        _ ids: [String],
        refused: Set<String> = [],
        took: Duration = .zero
    ) -> WorkerState.Event? {
        guard let turn = self.takeTurn() else { return nil }
        let reply = ClaimReply(
            now: Timestamp(microseconds: 0),
            isAccepted: turn.settlements.map { !refused.contains($0.claim.id) },
            messages: ids.map { ClaimedMessage(claim: .numbered($0), raw: []) }
        )
        return .settled(reply, turn, took: took)
    }
}

extension Claim {
    static func numbered(_ id: String) -> Claim { Claim(id: id, queue: "celery") }
}

extension WorkerState.Action {
    /// The action as text, a line for each task that begins.
    var lines: [String] {
        guard case .run(let deliveries) = self else { return [self.line] }
        return deliveries.map { "run \($0.message.claim.id)" }
    }

    /// The action in a line: `settle ack 1, release 2; claim 3`.
    private var line: String {
        switch self {
        case .settle(let turn):
            let settlements = turn.settlements.map(\.line).joined(separator: ", ")
            let claim = turn.count > 0 ? "claim \(turn.count)" : ""
            return [settlements, claim].filter { !$0.isEmpty }.joined(separator: "; ")
        case .run(let deliveries): return "run \(deliveries.count)"
        case .join(let settlement, let parts): return "join \(settlement.claim.id) \(parts)"
        case .listen: return "listen"
        case .wait: return "wait"
        case .secure: return "secure"
        case .hearAll: return "hear all"
        case .pause(let failures): return "pause \(failures)"
        case .tick: return "tick"
        case .cancel(let claims): return "cancel \(claims.map(\.id).sorted().joined(separator: ", "))"
        case .reportFenced(let claims): return "fenced \(claims.map(\.id).joined(separator: ", "))"
        case .reportBuried(let claim, let key): return "buried \(claim.id) because of \(key)"
        case .end: return "end"
        }
    }
}

extension Settlement {
    fileprivate var line: String {
        switch self.disposition {
        case .acknowledge: "ack \(self.claim.id)" + (self.publications.isEmpty ? "" : " and send")
        case .release: "release \(self.claim.id)"
        case .deadLetter: "bury \(self.claim.id)"
        default: "\(self.disposition) \(self.claim.id)"
        }
    }
}
