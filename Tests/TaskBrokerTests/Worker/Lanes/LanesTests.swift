import Synchronization
import Testing

@testable import TaskBroker

@Suite(.timeLimit(.minutes(4)))
struct LanesTests {
    private static func ids(_ count: Int) -> [String] { (1...count).map(String.init) }

    @Test func `Every item runs once, and short ones share a few lanes`() async {
        let (outcomes, lanes) = await LaneBench().run(Self.ids(1000)) { _ in "done" }
        #expect(Set(outcomes) == Set(Self.ids(1000).map { "\($0) done" }))
        #expect(outcomes.count == 1000)
        // As many as there are threads, and some that came too late. Nothing but items that wait needs more.
        #expect(lanes < 100)
    }

    @Test func `Items that wait for each other run at once`() async {
        let count = Mutex(0)
        let everybody = Event()
        let (outcomes, lanes) = await LaneBench().run(Self.ids(100)) { _ in
            let isLast = count.withLock { count in
                count += 1
                return count == 100
            }
            if isLast { everybody.happen() }
            await everybody.wait()
            return "done"
        }
        #expect(outcomes.count == 100)
        #expect(lanes >= 100)
    }

    @Test func `A slow item does not hold up those behind it`() async {
        let end = Event()
        let (outcomes, _) = await LaneBench().run(["slow"] + Self.ids(100)) { id in
            if id == "slow" { await end.wait() }
            return "done"
        } inspect: { outcomes in
            if outcomes.count == 100 { end.happen() }
        }
        #expect(outcomes.last == "slow done")
    }

    @Test func `Items that come later find the lanes that are there`() async {
        let bench = LaneBench()
        var started = 1
        let (_, lanes) = await bench.run(["1"], until: 500) { _ in
            "done"
        } inspect: { outcomes in
            guard outcomes.count == started, started < 500 else { return }
            started += 1
            bench.lanes.start([.numbered("\(started)")])
        }
        #expect(lanes < 100)
    }
}

// MARK: Cancellation

extension LanesTests {
    @Test func `A cancellation reaches the item of its claim alone`() async {
        let bench = LaneBench()
        let begun = Event()
        let (outcomes, _) = await bench.run(["1", "2"]) { id in
            if id == "1" {
                begun.happen()
                await Event().wait()
            } else {
                await begun.wait()
                bench.lanes.cancel([.numbered("1"), .numbered("3")])
            }
            return Task.isCancelled ? "cancelled" : "done"
        }
        #expect(Set(outcomes) == ["1 cancelled", "2 done"])
    }

    @Test func `No item runs in a lane that was cancelled, by the owner or by the item itself`() async {
        let bench = LaneBench()
        let (outcomes, _) = await bench.run(Self.ids(300)) { id in
            guard !Task.isCancelled else { return "begun after the end" }
            if id.hasSuffix("3") { bench.lanes.cancel([.numbered(id)]) }
            if id.hasSuffix("7") { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
            return "done"
        }
        #expect(Set(outcomes) == Set(Self.ids(300).map { "\($0) done" }))
    }

    @Test func `What has not begun is released and does not begin`() async {
        let bench = LaneBench()
        bench.lanes.start([.numbered("1"), .numbered("2"), .numbered("3")])
        bench.lanes.cancel([.numbered("2")])
        let (outcomes, _) = await bench.run(["4"], until: 4) { _ in "done" }
        #expect(outcomes.first == "2 released")
        #expect(Set(outcomes) == ["1 done", "2 released", "3 done", "4 done"])
    }

    @Test func `Lanes that are closed give back what waits`() {
        let lanes = Lanes { _ in }
        lanes.start([.numbered("1"), .numbered("2")])
        lanes.close()
        #expect(lanes.takeOutcomes().count == 2)
    }
}

// MARK: Waking

extension LanesTests {
    @Test func `The owner is told once that there are as many outcomes as it wants`() {
        let calls = Mutex(0)
        let lanes = Lanes { call in
            if case .outcomesReady = call { calls.withLock { $0 += 1 } }
        }
        lanes.wake(at: 3)
        lanes.start((1...5).map { .numbered("\($0)") })
        lanes.cancel([.numbered("1"), .numbered("2")])
        #expect(calls.withLock(\.self) == 0)
        lanes.cancel([.numbered("3")])
        #expect(calls.withLock(\.self) == 1)
        lanes.cancel([.numbered("4"), .numbered("5")])
        #expect(calls.withLock(\.self) == 1)
        lanes.wake(at: 6)
        #expect(calls.withLock(\.self) == 1)
        lanes.wake(at: 5)
        #expect(calls.withLock(\.self) == 2)
    }
}
