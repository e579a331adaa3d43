import CeleryProtocol
import Testing

@testable import TaskBroker

struct LaneBoardTests {
    private var board = LaneBoard()

    private static func order(_ id: RunID) -> RunOrder {
        RunOrder(
            id: id,
            raw: [],
            queue: "q",
            redeliveries: 0,
            storesResult: false,
            started: Timestamp(microseconds: 0),
            limits: TimeLimits()
        )
    }

    private mutating func add(_ ids: ClosedRange<RunID>) -> LaneBoard.Call? { self.board.add(ids.map(Self.order)) }

    private mutating func cancel(_ run: RunID) -> LaneBoard.Cancellation { self.board.cancel(run) }

    @Test mutating func `one lane is called at a time, and calls the next before it begins`() {
        #expect(self.add(1...3) == .start(1))
        #expect(self.add(4...4) == nil)
        var next = self.board.next(for: 1, wasCalled: true)
        #expect(next.order?.id == 1 && next.call == .start(2))
        // The first is back before the second comes: nobody else is needed.
        let goesOn = self.board.ended(1, in: 1)
        #expect(goesOn)
        next = self.board.next(for: 1, wasCalled: false)
        #expect(next.order?.id == 2 && next.call == nil)
        next = self.board.next(for: 2, wasCalled: true)
        #expect(next.order?.id == 3 && next.call == .start(3))
    }

    @Test mutating func `a lane that finds nothing waits, and is woken first`() {
        _ = self.add(1...1)
        var next = self.board.next(for: 1, wasCalled: true)
        #expect(next.order?.id == 1 && next.call == nil)
        let goesOn = self.board.ended(1, in: 1)
        #expect(goesOn)
        next = self.board.next(for: 1, wasCalled: false)
        #expect(next.order == nil && next.call == nil)
        #expect(self.add(2...3) == .wake(1))
        next = self.board.next(for: 1, wasCalled: true)
        #expect(next.order?.id == 2 && next.call == .start(2))
    }

    @Test mutating func `an order that has not begun is withdrawn`() {
        _ = self.add(1...2)
        #expect(self.cancel(2) == .withdrawn)
        #expect(self.cancel(2) == .unknown)
        let next = self.board.next(for: 1, wasCalled: true)
        #expect(next.order?.id == 1 && next.call == nil)
    }

    @Test mutating func `a lane whose run was cancelled takes nothing after it`() {
        _ = self.add(1...3)
        let taken = [1, 2].map { self.board.next(for: $0, wasCalled: true).order?.id }
        #expect(taken == [1, 2])
        #expect(self.cancel(1) == .running(in: 1))
        let goOn = [2, 1].map { self.board.ended(RunID($0), in: $0) }
        #expect(goOn == [true, false])
        #expect(self.cancel(1) == .unknown)
    }

    /// Lanes that run, wait, come back and are cancelled in any order: while orders are left, somebody is on the way to them.
    @Test mutating func `no order is ever left without a lane that comes for it`() {
        var random = SeededGenerator(seed: 20_261_128)
        for _ in 0..<200 {
            var sim = LaneSimulation()
            for _ in 0..<400 { sim.step(using: &random) }
            sim.drain()
            #expect(Set(sim.ran).union(sim.withdrawn).count == Int(sim.lastRun))
            #expect(sim.ran.count + sim.withdrawn.count == Int(sim.lastRun))
        }
    }

    /// Lanes without tasks.
    private struct LaneSimulation {
        var board = LaneBoard()
        var lastRun: RunID = 0
        var ran: [RunID] = []
        var withdrawn: Set<RunID> = []
        /// Lanes that were called and have not come, and those that run something.
        var called: [LaneBoard.Lane] = []
        var running: [LaneBoard.Lane: RunID] = [:]

        mutating func step(using random: inout SeededGenerator) {
            switch Int.random(in: 0..<8, using: &random) {
            case 0:
                let count = RunID.random(in: 1...5, using: &random)
                let orders = (1...count).map { LaneBoardTests.order(self.lastRun + $0) }
                self.lastRun += count
                self.note(self.board.add(orders))
            case 1..<4: self.arrive()
            case 4..<7: if let lane = self.running.keys.sorted().randomElement(using: &random) { self.end(in: lane) }
            default:
                guard self.lastRun > 0 else { return }
                let run = RunID.random(in: 1...self.lastRun, using: &random)
                if self.board.cancel(run) == .withdrawn { self.withdrawn.insert(run) }
            }
        }

        mutating func drain() {
            while !self.called.isEmpty || !self.running.isEmpty {
                self.arrive()
                if let lane = self.running.keys.first { self.end(in: lane) }
            }
        }

        private mutating func note(_ call: LaneBoard.Call?) {
            switch call {
            case .wake(let lane)?, .start(let lane)?: self.called.append(lane)
            case nil: break
            }
        }

        private mutating func arrive() {
            if let lane = self.called.popLast() { self.next(lane, wasCalled: true) }
        }

        private mutating func end(in lane: LaneBoard.Lane) {
            guard let run = self.running.removeValue(forKey: lane) else { return }
            self.ran.append(run)
            if self.board.ended(run, in: lane) { self.next(lane, wasCalled: false) }
        }

        private mutating func next(_ lane: LaneBoard.Lane, wasCalled: Bool) {
            let (order, call) = self.board.next(for: lane, wasCalled: wasCalled)
            if let order { self.running[lane] = order.id }
            self.note(call)
        }
    }
}
