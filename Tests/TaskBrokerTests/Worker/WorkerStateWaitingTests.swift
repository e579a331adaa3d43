import Testing

@testable import TaskBroker

struct WorkerStateWaitingTests {
    /// A worker that waits, for messages themselves and for the bell.
    private static func idle(_ concurrency: Int) -> WorkerBench {
        var worker = WorkerBench(waitingWith: concurrency)
        #expect(worker.handle(.started) == ["claim \(concurrency)"])
        #expect(worker.reply([]) == ["wait", "listen"])
        return worker
    }

    @Test func `It waits for a message before it listens, so that the bell does not tell of that list`() {
        var worker = Self.idle(2)
        #expect(worker.tick() == [])
    }

    @Test func `A worker that has messages to claim does not wait`() {
        var worker = WorkerBench(waitingWith: 2)
        #expect(worker.handle(.started) == ["claim 2"])
        #expect(worker.reply(["1", "2"]) == ["run 1", "run 2"])
        #expect(worker.finish("1") == ["ack 1; claim 1"])
        #expect(worker.reply([]) == ["wait", "listen"])
    }

    @Test func `A worker whose consumer cannot wait listens only`() {
        var worker = WorkerBench(concurrency: 2)
        #expect(worker.handle(.started) == ["claim 2"])
        #expect(worker.reply([]) == ["listen"])
        #expect(worker.tick() == [])
    }

    @Test func `A burst worker waits for nothing`() {
        var worker = WorkerBench(waitingWith: 2)
        worker.state = WorkerState(WorkerConfiguration(concurrency: 2, isBurst: true), mayWait: true)
        #expect(worker.handle(.started) == ["claim 2"])
        #expect(worker.reply([]) == ["end"])
    }

    @Test func `What arrives runs at once, and while there is room it waits again`() {
        var worker = Self.idle(2)
        #expect(worker.arrive("1") == ["run 1", "wait"])
        #expect(worker.arrive("2") == ["run 2", "secure"])
        #expect(worker.finish("1") == ["ack 1", "wait"])
        #expect(worker.finish("2") == [])
        #expect(worker.reply([]) == ["ack 2"])
    }

    @Test func `What fills the worker gets a lease of its own, once`() {
        var worker = Self.idle(1)
        #expect(worker.arrive("1") == ["run 1", "secure"])
        #expect(worker.tick() == [])
        #expect(worker.finish("1") == ["ack 1", "wait"])
    }

    @Test func `It holds what has arrived, and settles it like any other`() {
        var worker = Self.idle(1)
        #expect(worker.arrive("1") == ["run 1", "secure"])
        #expect(worker.state.leases.contains(.numbered("1")))
        #expect(worker.unsettled == ["1": .release])
        _ = worker.finish("1")
        _ = worker.reply([])
        #expect(!worker.state.leases.contains(.numbered("1")))
        #expect(worker.state.processed == 1)
    }

    @Test func `If there are more it claims them`() {
        var worker = Self.idle(3)
        #expect(worker.arrive("1", isAlone: false) == ["run 1", "claim 2", "secure"])
        #expect(worker.reply(["2"]) == ["run 2", "wait"])
    }

    @Test func `Where messages come so soon that claims are better it listens until the next look at the lists`() {
        var worker = Self.idle(2)
        var arrival = WorkerBench.arrival("1")
        arrival.isFrequent = true
        #expect(worker.handle(.arrived(arrival)) == ["run 1", "secure", "hear all"])
        #expect(worker.handle(.rang) == ["claim 1"])
        #expect(worker.reply([]) == ["listen"])
        #expect(worker.tick() == ["wait"])
    }

    @Test func `When nothing came in time it waits again, and not while it is full or ends`() {
        var worker = Self.idle(1)
        #expect(worker.handle(.waitEnded(isPossible: true)) == ["wait"])
        #expect(worker.handle(.rang) == ["claim 1"])
        #expect(worker.reply(["1"]) == ["run 1"])
        #expect(worker.handle(.waitEnded(isPossible: true)) == [])
        #expect(worker.finish("1") == ["ack 1; claim 1"])
        #expect(worker.reply([]) == ["wait", "listen"])
        #expect(worker.arrive("2") == ["run 2", "secure"])
        #expect(worker.handle(.drain) == [])
        #expect(worker.finish("2") == ["ack 2"])
        #expect(worker.reply([]) == ["end"])
    }

    @Test func `What would only be held is left to those who wait: it listens instead`() {
        var worker = WorkerBench(waitingWith: 1)
        worker.state = WorkerState(WorkerConfiguration(concurrency: 1, prefetch: 4), mayWait: true)
        #expect(worker.handle(.started) == ["claim 5"])
        #expect(worker.reply([]) == ["wait", "listen"])
        #expect(worker.arrive("1") == ["run 1", "secure", "hear all"])
        #expect(worker.handle(.rang) == ["claim 4"])
        #expect(worker.reply([]) == ["listen"])
        #expect(worker.finish("1") == ["ack 1", "wait"])
    }

    @Test func `What arrives when the worker has become full goes back`() {
        var worker = Self.idle(1)
        #expect(worker.handle(.rang) == ["claim 1"])
        #expect(worker.arrive("1") == ["secure"])
        #expect(worker.reply(["2"]) == ["run 2", "release 1"])
        #expect(worker.reply([]) == [])
        #expect(worker.state.active == 1)
    }

    @Test func `What arrives after the worker was told to end goes back`() {
        var worker = Self.idle(2)
        #expect(worker.arrive("1") == ["run 1", "wait"])
        #expect(worker.handle(.drain) == [])
        #expect(worker.arrive("2") == ["release 2", "secure"])
        #expect(worker.reply([]) == [])
        #expect(worker.finish("1") == ["ack 1"])
        #expect(worker.reply([]) == ["end"])
    }

    @Test func `An idle worker that waits ends at once, and what arrives then is not forgotten`() {
        var worker = Self.idle(2)
        #expect(worker.handle(.drain) == ["end"])
        #expect(worker.note(.arrived(WorkerBench.arrival("1"))) == [])
        #expect(worker.unsettled == ["1": .release])
    }

    @Test func `When it cannot wait it tries again after the next look at the lists, and not before`() {
        var worker = Self.idle(2)
        #expect(worker.handle(.waitEnded(isPossible: false)) == ["hear all"])
        #expect(worker.handle(.rang) == ["claim 2"])
        #expect(worker.reply(["1"]) == ["run 1", "listen"])
        #expect(worker.finish("1") == ["ack 1"])
        #expect(worker.reply([]) == [])
        #expect(worker.tick() == ["wait"])
        #expect(worker.tick() == [])
    }

    @Test func `A full worker does not wait, and a larger one does`() {
        var worker = Self.idle(1)
        #expect(worker.arrive("1") == ["run 1", "secure"])
        #expect(worker.tick() == [])
        let isLarger = worker.state.changeConcurrency(by: 1)
        #expect(isLarger)
        #expect(worker.handle(.lookAgain) == ["claim 1"])
        #expect(worker.reply([]) == ["wait"])
    }

    @Test func `What arrived is renewed from when its lease began`() {
        var worker = Self.idle(2)
        #expect(worker.arrive("1") == ["run 1", "wait"])
        #expect(worker.renew(["1"], lost: ["1"]) == ["cancel 1"])
        #expect(worker.unsettled.isEmpty)
    }
}
