import Testing

@testable import TaskBroker

struct WorkerStateShutdownTests {
    @Test func `Draining takes nothing new, gives back what has not begun and waits for what runs`() {
        var worker = WorkerBench(concurrency: 1, prefetch: 1)
        #expect(worker.handle(.started) == ["claim 2"])
        #expect(worker.reply(["1", "2"]) == ["run 1"])
        #expect(worker.handle(.drain) == ["release 2"])
        #expect(worker.reply([]) == [])
        #expect(worker.handle(.rang) == [])
        #expect(worker.finish("1") == ["ack 1"])
        #expect(worker.reply([]) == ["end"])
    }

    @Test func `Messages that a claim brings after the drain began go back`() {
        var worker = WorkerBench(concurrency: 2)
        #expect(worker.handle(.started) == ["claim 2"])
        #expect(worker.handle(.drain) == [])
        #expect(worker.reply(["1", "2"]) == ["release 1, release 2"])
        #expect(worker.reply([]) == ["end"])
    }

    @Test func `An idle worker ends at once`() {
        var worker = WorkerBench(concurrency: 2)
        #expect(worker.handle(.started) == ["claim 2"])
        #expect(worker.reply([]) == ["listen"])
        #expect(worker.handle(.drain) == ["end"])
    }

    @Test func `Stopping cancels what runs; a second stop changes nothing`() {
        var worker = WorkerBench(concurrency: 2)
        #expect(worker.handle(.started) == ["claim 2"])
        #expect(worker.reply(["1", "2"]) == ["run 1", "run 2"])
        #expect(worker.handle(.stop) == ["cancel 1, 2"])
        #expect(worker.handle(.stop) == [])
        let released = Settlement(claim: .numbered("1"), disposition: .release)
        #expect(worker.handle(.finished(released)) == ["release 1"])
        #expect(worker.finish("2") == [])
        #expect(worker.reply([]) == ["ack 2"])
        #expect(worker.reply([]) == ["end"])
    }

    @Test func `A drain that takes too long becomes a stop, and a stop is never taken back`() {
        var worker = WorkerBench(concurrency: 1)
        #expect(worker.handle(.started) == ["claim 1"])
        #expect(worker.reply(["1"]) == ["run 1"])
        #expect(worker.handle(.drain) == [])
        #expect(worker.handle(.stop) == ["cancel 1"])
        #expect(worker.handle(.drain) == [])
        #expect(worker.state.phase == .stopping)
    }

    @Test func `A worker that was torn down knows everything that it must still settle`() {
        var worker = WorkerBench(concurrency: 2, prefetch: 1)
        #expect(worker.handle(.started) == ["claim 3"])
        #expect(worker.reply(["1", "2", "3"]) == ["run 1", "run 2"])
        #expect(worker.finish("1") == ["run 3", "ack 1; claim 1"])
        #expect(worker.finish("2") == [])
        #expect(worker.unsettled["2"] == .acknowledge)
        #expect(worker.unsettled["3"] == .release)
    }

    @Test func `What happens while a worker is torn down is settled as it happened`() {
        var worker = WorkerBench(concurrency: 2)
        #expect(worker.handle(.started) == ["claim 2"])
        #expect(worker.reply(["1"]) == ["run 1", "listen"])
        #expect(worker.handle(.rang) == ["claim 1"])
        // The worker is cancelled here: a task ends all the same, and a claim comes back.
        #expect(worker.note(.finished(Settlement(claim: .numbered("1"), disposition: .acknowledge))) == [])
        #expect(worker.noteReply(["2"]) == [])
        #expect(worker.unsettled == ["1": .acknowledge, "2": .release])
    }

    @Test func `A round trip that fails while a worker is torn down is not forgotten`() {
        var worker = WorkerBench(concurrency: 1)
        #expect(worker.handle(.started) == ["claim 1"])
        #expect(worker.reply(["1"]) == ["run 1"])
        #expect(worker.finish("1") == ["ack 1; claim 1"])
        #expect(worker.noteFailure() == ["pause 1"])
        #expect(worker.unsettled == ["1": .acknowledge])
    }
}
