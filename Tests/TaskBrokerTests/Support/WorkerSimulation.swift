import CeleryProtocol
import Testing

@testable import TaskBroker

/// A ``WorkerState`` and a broker as small as possible, to which things happen in a random order: replies that come late or never,
/// leases that are lost, tasks that end, a shutdown.
struct WorkerSimulation {
    private var generator: SeededGenerator
    private var state: WorkerState
    private let start = ContinuousClock.now

    /// The broker: how many messages wait, and who owns those that were claimed.
    private var waiting: Int
    private var owned: Set<String> = []
    private var nextClaim = 0
    private(set) var acceptedCount: [String: Int] = [:]
    /// Claims that ended without the worker: their leases were lost, or it never heard of them.
    private(set) var lost: Set<String> = []
    /// Claims that the worker was told about.
    private(set) var told: Set<String> = []

    /// What goes on around the worker.
    private var turns: [WorkerState.Turn] = []
    private var running: [String] = []
    private var joins: [Settlement] = []
    private var isListening = false
    private var isWaiting = false
    private var isPaused = false
    private(set) var hasEnded = false

    init(seed: UInt64, configuration: WorkerConfiguration, messages: Int) {
        self.generator = SeededGenerator(seed: seed)
        self.state = WorkerState(configuration, mayWait: true)
        self.waiting = messages
    }
}

extension WorkerSimulation {
    /// Lets `count` things happen, then drains, then lets everything come to its end.
    mutating func run(_ count: Int) {
        self.tell(.started)
        for _ in 0..<count where !self.hasEnded { self.happen(failures: 3) }
        self.tell(.drain)
        for _ in 0..<10_000 where !self.hasEnded { self.happen(failures: 10) }
    }

    /// One thing happens; of `failures` round trips, one fails.
    private mutating func happen(failures: Int) {
        switch Int.random(in: 0..<10, using: &self.generator) {
        case 0..<4 where !self.turns.isEmpty: self.endTurn(failures: failures)
        case 4..<8 where !self.running.isEmpty:
            let index = Int.random(in: self.running.indices, using: &self.generator)
            let id = self.running.remove(at: index)
            var settlement = Settlement(claim: .numbered(id), disposition: .acknowledge)
            // Every third task reports to a chord.
            if Int.random(in: 0..<3, using: &self.generator) == 0 { settlement.canvas = .reporting(id) }
            self.tell(.finished(settlement))
        case 7 where !self.joins.isEmpty:
            var settlement = self.joins.removeFirst()
            settlement.canvas = nil
            self.tell(.joined(settlement))
        case 8 where self.isPaused:
            self.isPaused = false
            self.tell(.pauseEnded)
        case 8 where self.isListening:
            self.isListening = false
            self.waiting += 1
            let count = self.state.countIfRung
            guard count > 0, Bool.random(using: &self.generator) else { return self.tell(.rang) }
            let turn = WorkerState.Turn(settlements: [], count: count, sent: self.start)
            self.turns.append(turn)
            self.tell(.answered(turn))
        case 9 where self.isWaiting:
            self.isWaiting = false
            guard Bool.random(using: &self.generator) else {
                return self.tell(.waitEnded(isPossible: Bool.random(using: &self.generator)))
            }
            self.arrive()
        case 9: self.renew()
        default: self.tell(self.waiting > 0 ? .ticked(TickReply(hasWork: true), at: .now) : .checkLeases(self.start))
        }
    }

    /// A round trip reaches the broker or not, and its reply reaches the worker or not.
    private mutating func endTurn(failures: Int) {
        let turn = self.turns.remove(at: Int.random(in: self.turns.indices, using: &self.generator))
        let fate = Int.random(in: 0..<(2 * failures), using: &self.generator)
        if fate == 0 { return self.tell(.settleFailed(turn)) }

        var completions: [Int: [Int]] = [:]
        let isAccepted = turn.settlements.enumerated().map { index, settlement in
            if settlement.canvas != nil, self.owned.contains(settlement.claim.id),
                Bool.random(using: &self.generator)
            {
                completions[index] = [0]
                return true
            }
            guard self.owned.remove(settlement.claim.id) != nil else { return false }
            self.acceptedCount[settlement.claim.id, default: 0] += 1
            if settlement.disposition == .release { self.waiting += 1 }
            return true
        }
        let messages = (0..<min(turn.count, self.waiting)).map { _ in
            self.nextClaim += 1
            return ClaimedMessage(claim: .numbered(String(self.nextClaim)), raw: [])
        }
        self.waiting -= messages.count
        let ids = messages.map(\.claim.id)
        if fate == 1 {
            self.lost.formUnion(ids)
            self.tell(.settleFailed(turn))
        } else {
            self.owned.formUnion(ids)
            self.told.formUnion(ids)
            let now = Timestamp(microseconds: 0)
            let reply = ClaimReply(now: now, isAccepted: isAccepted, completions: completions, messages: messages)
            self.tell(.settled(reply, turn))
        }
    }

    /// A message comes, or one that waits is taken, by itself.
    private mutating func arrive() {
        self.waiting -= self.waiting > 0 ? 1 : 0
        self.nextClaim += 1
        let message = ClaimedMessage(claim: .numbered(String(self.nextClaim)), raw: [])
        self.owned.insert(message.claim.id)
        self.told.insert(message.claim.id)
        let now = Timestamp(microseconds: 0)
        self.tell(.arrived(Arrival(message: message, now: now, isAlone: self.waiting == 0, leased: self.start)))
    }

    private mutating func renew() {
        let claims = self.state.leases.held
        var gone = claims.filter { !self.owned.contains($0.id) }
        if let unlucky = claims.randomElement(using: &self.generator), self.owned.remove(unlucky.id) != nil {
            self.lost.insert(unlucky.id)
            self.waiting += 1
            gone.append(unlucky)
        }
        self.tell(.renewed(claims, lost: gone, sent: self.start))
    }

    private mutating func tell(_ event: WorkerState.Event) {
        for action in self.state.handle(event, at: self.start) {
            switch action {
            case .settle(let turn): self.turns.append(turn)
            case .join(let settlement, let parts):
                #expect(parts == [0])
                self.joins.append(settlement)
            case .run(let deliveries): self.running += deliveries.map(\.message.claim.id)
            case .listen:
                #expect(!self.isListening)
                self.isListening = true
            case .wait:
                #expect(!self.isWaiting)
                self.isWaiting = true
            case .secure, .hearAll: break
            case .pause:
                #expect(!self.isPaused)
                self.isPaused = true
            case .cancel, .reportFenced, .reportBuried, .tick: break
            case .end: self.hasEnded = true
            }
        }
        #expect(self.running.count <= self.state.concurrency)
        #expect(self.turns.count <= 2)
        let asked = self.turns.reduce(0) { $0 + $1.count }
        #expect(self.state.phase != .working || self.running.count + asked <= self.state.capacity)
    }
}

extension CanvasEffects {
    fileprivate static func reporting(_ id: String) -> Self {
        let part = ChordPart(groupID: "g", taskID: id, groupIndex: 0, state: "SUCCESS", result: .null)
        return CanvasEffects(origin: TaskHeaders(task: "t", id: id), parts: [part], expires: nil)
    }
}
