import CeleryProtocol
import Testing

@testable import TaskBroker

struct WorkerStateDelayTests {
    @Test func `A message that is put aside for less than a second is looked for on time`() {
        var worker = WorkerBench(concurrency: 1)
        #expect(worker.handle(.started) == ["claim 1"])
        #expect(worker.reply(["1"]) == ["run 1"])
        let due = Timestamp(microseconds: 200_000)
        _ = worker.finish("1", .delay(until: due))
        #expect(worker.reply([]) == ["tick", "listen"])
    }

    @Test func `One look is planned, for the first message that is due`() {
        var worker = WorkerBench(concurrency: 1)
        let now = worker.start
        _ = worker.handle(.started)
        #expect(worker.reply([]) == ["listen"])
        let soon = TickReply(hasWork: false, nextDue: .milliseconds(500))
        #expect(worker.handle(.ticked(soon, at: now)) == ["tick"])
        #expect(worker.handle(.ticked(soon, at: now)) == [])
        let sooner = TickReply(hasWork: false, nextDue: .milliseconds(300))
        #expect(worker.handle(.ticked(sooner, at: now)) == ["tick"])
        // After the planned look, the next message gets one of its own.
        #expect(worker.handle(.ticked(soon, at: now + .milliseconds(300))) == ["tick"])
    }

    @Test func `What is due later is found by the look of every second`() {
        var worker = WorkerBench(concurrency: 1)
        _ = worker.handle(.started)
        let later = TickReply(hasWork: false, nextDue: .seconds(5))
        #expect(worker.handle(.ticked(later, at: worker.start)) == [])
        #expect(worker.handle(.ticked(TickReply(hasWork: false), at: worker.start)) == [])
    }

    @Test func `A worker that stops gives up what it cannot own any more`() {
        var worker = WorkerBench(WorkerConfiguration(concurrency: 1, lease: .seconds(10)))
        _ = worker.handle(.started)
        #expect(worker.reply(["1"]) == ["run 1"])
        _ = worker.finish("1")
        #expect(worker.fail() == ["pause 1"])
        #expect(worker.handle(.stop) == [])
        #expect(worker.checkLeases(after: .seconds(8)) == [])
        #expect(worker.checkLeases(after: .seconds(9)) == ["end"])
    }
}
