import Testing

@testable import TaskBroker

struct WorkerStateFailureTests {
    @Test func `A failed round trip is repeated after a pause that grows with the failures`() {
        var worker = WorkerBench(concurrency: 1)
        #expect(worker.handle(.started) == ["claim 1"])
        #expect(worker.fail() == ["pause 1"])
        #expect(worker.handle(.ticked(TickReply(hasWork: true), at: .now)) == [])
        #expect(worker.handle(.pauseEnded) == ["claim 1"])
        #expect(worker.fail() == ["pause 2"])
        #expect(worker.handle(.pauseEnded) == ["claim 1"])
        #expect(worker.reply(["1"]) == ["run 1"])
        #expect(worker.finish("1") == ["ack 1; claim 1"])
        #expect(worker.fail() == ["pause 1"])
    }

    @Test func `Two round trips that fail together pause once`() {
        var worker = WorkerBench(concurrency: 250)
        #expect(worker.handle(.started) == ["claim 64", "claim 64"])
        #expect(worker.fail() == ["pause 1"])
        #expect(worker.fail() == [])
        #expect(worker.handle(.pauseEnded) == ["claim 64", "claim 64"])
    }

    @Test func `Of a refused round trip the settlement at fault is found, and kept until it is not refused`() {
        var worker = WorkerBench(concurrency: 3)
        #expect(worker.handle(.started) == ["claim 3"])
        #expect(worker.reply(["1", "2", "3"]) == ["run 1", "run 2", "run 3"])
        #expect(worker.finish("3") == ["ack 3; claim 1"])
        #expect(worker.finish("1") == [])
        #expect(worker.finishSending("2") == [])
        #expect(worker.reply([]) == ["ack 1, ack 2 and send; claim 3"])
        #expect(worker.fail(isRefused: true) == ["pause 1", "listen"])
        #expect(worker.handle(.pauseEnded) == ["ack 1"])
        #expect(worker.reply([]) == ["ack 2 and send"])
        // The others go on meanwhile.
        #expect(worker.fail(isRefused: true) == [])
        #expect(worker.state.refused.map(\.claim) == [.numbered("2")])
        #expect(worker.handle(.rang) == ["claim 3"])
        #expect(worker.reply(["4"]) == ["run 4", "listen"])
        #expect(worker.tick() == ["ack 2 and send"])
        #expect(worker.fail(isRefused: true) == [])
        #expect(worker.tick() == ["ack 2 and send"])
        #expect(worker.reply([]) == [])
        #expect(worker.state.suspects.isEmpty && worker.state.refused.isEmpty)
    }

    @Test func `A task whose messages cannot be sent becomes a dead letter`() {
        var worker = WorkerBench(concurrency: 1)
        #expect(worker.handle(.started) == ["claim 1"])
        #expect(worker.reply(["1"]) == ["run 1"])
        #expect(worker.finishSending("1") == ["ack 1 and send; claim 1"])
        #expect(worker.obstruct(.target("k")).first == "buried 1 because of k")
        #expect(worker.state.finished.isEmpty, "it is on its way as a dead letter")
    }

    @Test func `What cannot be put where it belongs waits, and keeps its lease`() {
        var worker = WorkerBench(concurrency: 1)
        #expect(worker.handle(.started) == ["claim 1"])
        #expect(worker.reply(["1"]) == ["run 1"])
        #expect(worker.finish("1", .deadLetter(reason: "bad")) == ["bury 1; claim 1"])
        _ = worker.obstruct(.place("k"))
        #expect(worker.state.refused.map(\.claim) == [.numbered("1")])
        #expect(worker.state.leases.contains(.numbered("1")))
        #expect(worker.tick().contains { $0.hasPrefix("bury 1") })
    }

    @Test func `The body of a chord is not made any more when the worker stops or its lease is lost`() {
        for event in [WorkerState.Event.stop, .renewed([.numbered("1")], lost: [.numbered("1")], sent: .now)] {
            var worker = WorkerBench(concurrency: 1)
            #expect(worker.handle(.started) == ["claim 1"])
            #expect(worker.reply(["1"]) == ["run 1"])
            #expect(worker.finish("1") == ["ack 1; claim 1"])
            #expect(worker.complete(parts: [0]).contains("join 1 [0]"))
            #expect(worker.handle(event).contains("cancel 1"))
            #expect(worker.state.joining == [.numbered("1")])
            _ = worker.handle(.joined(Settlement(claim: .numbered("1"), disposition: .release)))
            #expect(worker.state.joining.isEmpty)
        }
    }

    @Test func `A settlement in doubt is sent again before those that came later`() {
        var worker = WorkerBench(concurrency: 2)
        #expect(worker.handle(.started) == ["claim 2"])
        #expect(worker.reply(["1", "2"]) == ["run 1", "run 2"])
        #expect(worker.finish("1") == ["ack 1; claim 1"])
        #expect(worker.finish("2") == [])
        #expect(worker.fail() == ["pause 1"])
        #expect(worker.handle(.pauseEnded) == ["ack 1, ack 2; claim 2"])
    }

    @Test func `A refusal after doubt is no news: the first attempt may have counted`() {
        var worker = WorkerBench(concurrency: 1)
        #expect(worker.handle(.started) == ["claim 1"])
        #expect(worker.reply(["1"]) == ["run 1"])
        #expect(worker.finish("1") == ["ack 1; claim 1"])
        #expect(worker.fail() == ["pause 1"])
        #expect(worker.handle(.pauseEnded) == ["ack 1; claim 1"])
        #expect(worker.reply([], refused: ["1"]) == ["listen"])
        #expect(worker.state.unsettled == [])
    }

    @Test func `A refusal without doubt is reported: the task belongs to somebody else`() {
        var worker = WorkerBench(concurrency: 2)
        #expect(worker.handle(.started) == ["claim 2"])
        #expect(worker.reply(["1", "2"]) == ["run 1", "run 2"])
        #expect(worker.finish("1") == ["ack 1; claim 1"])
        #expect(worker.finish("2") == [])
        #expect(worker.reply([], refused: ["1"]) == ["fenced 1", "ack 2; claim 2"])
    }

    @Test func `A lost lease cancels its task, or lets it finish fenced`() {
        for (policy, expected) in [(LeaseLossPolicy.terminate, ["cancel 1"]), (.finishFenced, [])] {
            var worker = WorkerBench(WorkerConfiguration(concurrency: 2, onLeaseLost: policy))
            #expect(worker.handle(.started) == ["claim 2"])
            #expect(worker.reply(["1", "2"]) == ["run 1", "run 2"])
            #expect(worker.renew(["1", "2"], lost: ["1"]) == expected)
            #expect(worker.state.active == 2)
        }
    }

    @Test func `A prefetched message whose lease is lost is forgotten and makes room`() {
        var worker = WorkerBench(concurrency: 1, prefetch: 1)
        #expect(worker.handle(.started) == ["claim 2"])
        #expect(worker.reply(["1", "2"]) == ["run 1"])
        #expect(worker.renew(["1", "2"], lost: ["2"]) == ["claim 1"])
        #expect(worker.state.leases.held == [.numbered("1")])
    }

    @Test func `Leases run out by the worker's own clock when renewals are not answered`() {
        var worker = WorkerBench(WorkerConfiguration(concurrency: 1, lease: .seconds(10)))
        #expect(worker.handle(.started) == ["claim 1"])
        #expect(worker.reply(["1"]) == ["run 1"])
        #expect(worker.checkLeases(after: .milliseconds(8_999)) == [])
        #expect(worker.renew(["1"], lost: [], after: .seconds(5)) == [])
        #expect(worker.checkLeases(after: .seconds(9)) == [])
        #expect(worker.checkLeases(after: .milliseconds(13_999)) == [])
        #expect(worker.checkLeases(after: .seconds(14)) == ["cancel 1"])
        #expect(worker.checkLeases(after: .seconds(15)) == [])
    }

    @Test func `Leases do not run out while the broker serves nobody, who could take them away?`() {
        var worker = WorkerBench(WorkerConfiguration(concurrency: 1, lease: .seconds(10)))
        #expect(worker.handle(.started) == ["claim 1"])
        #expect(worker.reply(["1"]) == ["run 1"])
        #expect(worker.handle(.stoodStill([.numbered("1")], sent: worker.start + .seconds(8))) == [])
        #expect(worker.checkLeases(after: .milliseconds(16_999)) == [])
        #expect(worker.checkLeases(after: .seconds(17)) == ["cancel 1"])
    }

    @Test func `A claim without an answer takes up no room: the watchdog has to see it`() {
        var worker = WorkerBench(concurrency: 2)
        #expect(worker.handle(.started) == ["claim 2"])
        #expect(worker.state.hasRoom)
        #expect(worker.reply(["1", "2"]) == ["run 1", "run 2"])
        #expect(!worker.state.hasRoom)
        _ = worker.handle(.drain)
        _ = worker.finish("1")
        #expect(!worker.state.hasRoom)
    }
}
