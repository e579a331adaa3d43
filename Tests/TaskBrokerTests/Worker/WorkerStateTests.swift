import Testing

@testable import TaskBroker

struct WorkerStateTests {
    @Test func `A lone task is settled at once, together with the next claim`() {
        var worker = WorkerBench(concurrency: 1)
        #expect(worker.handle(.started) == ["claim 1"])
        #expect(worker.reply(["1"]) == ["run 1"])
        #expect(worker.finish("1") == ["ack 1; claim 1"])
        #expect(worker.reply(["2"]) == ["run 2"])
        #expect(worker.state.processed == 1)
    }

    @Test func `With concurrency 1 nothing is claimed while a task runs or a claim is under way`() {
        var worker = WorkerBench(concurrency: 1)
        #expect(worker.handle(.started) == ["claim 1"])
        #expect(worker.handle(.ticked(TickReply(hasWork: true), at: .now)) == [])
        #expect(worker.handle(.rang) == [])
        #expect(worker.reply(["1"]) == ["run 1"])
        #expect(worker.handle(.ticked(TickReply(hasWork: true), at: .now)) == [])
        #expect(worker.handle(.rang) == [])
        #expect(worker.state.active == 1)
    }

    @Test func `What finishes during a round trip goes with the next one`() {
        var worker = WorkerBench(concurrency: 3)
        #expect(worker.handle(.started) == ["claim 3"])
        #expect(worker.reply(["1", "2", "3"]) == ["run 1", "run 2", "run 3"])
        #expect(worker.finish("1") == ["ack 1; claim 1"])
        #expect(worker.finish("2") == [])
        #expect(worker.finish("3") == [])
        #expect(worker.reply(["4"]) == ["run 4", "ack 2, ack 3; claim 2"])
    }

    @Test func `A second round trip starts beside the first for 16, and a third never`() {
        var worker = WorkerBench(concurrency: 60)
        #expect(worker.handle(.started) == ["claim 60"])
        let ids = (1...60).map(String.init)
        #expect(worker.reply(ids).count == 60)
        #expect(worker.finish("1") == ["ack 1; claim 1"])
        for id in ids[1..<16] { #expect(worker.finish(id) == []) }
        #expect(worker.finish("17") == [(2...17).map { "ack \($0)" }.joined(separator: ", ") + "; claim 16"])
        for id in ids[17...] { #expect(worker.finish(id) == []) }
        #expect(worker.state.turns == 2)
    }

    @Test func `On a long way outcomes do not wait for each other's round trips, up to a limit`() {
        var worker = WorkerBench(concurrency: 16)
        #expect(worker.handle(.started) == ["claim 16"])
        let ids = (1...16).map(String.init)
        #expect(worker.reply(ids, took: .milliseconds(100)).count == 16)
        #expect(ids.map { worker.finish($0).count } == Array(repeating: 1, count: 8) + Array(repeating: 0, count: 8))
        #expect(worker.reply(["17"], took: .milliseconds(100)).last?.split(separator: ",").count == 8)
    }

    @Test func `No round trip carries more than 64, and a second one starts for a quarter of what is held`() {
        var worker = WorkerBench(concurrency: 250)
        #expect(worker.handle(.started) == ["claim 64", "claim 64"])
        #expect(worker.reply((1...64).map(String.init)).last == "claim 64")
        #expect(worker.reply((65...128).map(String.init)).last == "run 128")
        #expect(worker.reply((129...192).map(String.init)).last == "claim 58")
        #expect(worker.reply((193...250).map(String.init)).last == "run 250")
        #expect(worker.finish("1") == ["ack 1; claim 1"])
        var acknowledged = 0
        for id in 2...250 {
            for line in worker.finish(String(id)) { acknowledged += line.split(separator: ",").count }
        }
        #expect(acknowledged == 62)
        let next = worker.reply([])
        #expect(next.first?.split(separator: ",").count == 64)
    }

    @Test func `A short claim means that the lists are empty: it waits for the bell, once`() {
        var worker = WorkerBench(concurrency: 2)
        #expect(worker.handle(.started) == ["claim 2"])
        #expect(worker.reply(["1"]) == ["run 1", "listen"])
        #expect(worker.finish("1") == ["ack 1"])
        #expect(worker.reply([]) == [])
        #expect(worker.handle(.rang) == ["claim 2"])
        #expect(worker.reply([]) == ["listen"])
    }

    @Test func `A settlement claims beside itself unless the lists are empty and the bell has not rung since`() {
        var worker = WorkerBench(concurrency: 4)
        #expect(worker.handle(.started) == ["claim 4"])
        #expect(worker.reply(["1", "2", "3"]) == ["run 1", "run 2", "run 3", "listen"])
        #expect(worker.finish("1") == ["ack 1"])
        #expect(worker.handle(.rang) == [])
        #expect(worker.reply([]) == ["claim 2"])
        #expect(worker.finish("2") == [])
        #expect(worker.reply(["4", "5"]) == ["run 4", "run 5", "ack 2; claim 1"])
    }

    @Test func `While the bell is broken every settlement claims`() {
        var worker = WorkerBench(concurrency: 4)
        #expect(worker.handle(.started) == ["claim 4"])
        #expect(worker.reply(["1", "2", "3"]) == ["run 1", "run 2", "run 3", "listen"])
        #expect(worker.handle(.bellBroke) == [])
        #expect(worker.finish("1") == ["ack 1; claim 2"])
        #expect(worker.reply([]) == [])
        #expect(worker.handle(.rang) == ["claim 2"])
        #expect(worker.reply([]) == ["listen"])
        #expect(worker.finish("2") == ["ack 2"])
    }

    @Test func `What a task sends may go to its own lists: its settlement looks there`() {
        var worker = WorkerBench(concurrency: 2)
        #expect(worker.handle(.started) == ["claim 2"])
        #expect(worker.reply(["1"]) == ["run 1", "listen"])
        #expect(worker.finishSending("1") == ["ack 1 and send; claim 2"])
        #expect(worker.reply(["2"]) == ["run 2"])
        #expect(worker.finish("2", .release) == ["release 2; claim 2"])
    }

    @Test func `A ring is answered without asking only while nothing goes on with the broker`() {
        var worker = WorkerBench(concurrency: 3)
        #expect(worker.handle(.started) == ["claim 3"])
        #expect(worker.state.countIfRung == 0)
        #expect(worker.reply(["1"]) == ["run 1", "listen"])
        #expect(worker.state.countIfRung == 2)
        #expect(worker.finish("1") == ["ack 1"])
        #expect(worker.state.countIfRung == 0)
        #expect(worker.reply([]) == [])
        #expect(worker.state.countIfRung == 3)
        #expect(worker.answerRing() == [])
        #expect(worker.state.countIfRung == 0)
        #expect(worker.state.turns == 1)
        #expect(worker.reply(["2"]) == ["run 2", "listen"])
    }

    @Test func `A claim that answers a ring is given back when it comes after the worker was told to end`() {
        var worker = WorkerBench(concurrency: 1)
        #expect(worker.handle(.started) == ["claim 1"])
        #expect(worker.reply([]) == ["listen"])
        #expect(worker.answerRing() == [])
        #expect(worker.handle(.drain) == [])
        #expect(worker.state.countIfRung == 0)
        #expect(worker.reply(["1"]) == ["release 1"])
        #expect(worker.reply([]) == ["end"])
    }

    @Test func `After a failure a ring is for the loop to think about`() {
        var worker = WorkerBench(concurrency: 1)
        #expect(worker.handle(.started) == ["claim 1"])
        #expect(worker.reply([]) == ["listen"])
        #expect(worker.answerRing() == [])
        #expect(worker.fail() == ["pause 1"])
        #expect(worker.state.countIfRung == 0)
        #expect(worker.handle(.pauseEnded) == ["claim 1"])
    }

    @Test func `A tick that sees messages makes up for a bell that was missed`() {
        var worker = WorkerBench(concurrency: 1)
        #expect(worker.handle(.started) == ["claim 1"])
        #expect(worker.reply([]) == ["listen"])
        #expect(worker.handle(.ticked(TickReply(hasWork: true), at: .now)) == ["claim 1"])
        #expect(worker.reply(["1"]) == ["run 1"])
    }

    @Test func `Prefetched messages wait for a slot`() {
        var worker = WorkerBench(concurrency: 1, prefetch: 2)
        #expect(worker.handle(.started) == ["claim 3"])
        #expect(worker.reply(["1", "2", "3"]) == ["run 1"])
        #expect(worker.finish("1") == ["run 2", "ack 1; claim 1"])
        #expect(worker.reply([]) == ["listen"])
        #expect(worker.finish("2") == ["run 3", "ack 2"])
    }

    @Test func `A burst worker ends when the lists are empty, and not while a task runs`() {
        var worker = WorkerBench(WorkerConfiguration(concurrency: 2, isBurst: true))
        #expect(worker.handle(.started) == ["claim 2"])
        #expect(worker.reply(["1"]) == ["run 1"])
        #expect(worker.finish("1") == ["ack 1; claim 2"])
        #expect(worker.reply([]) == ["end"])
        #expect(worker.state.phase == .ended)
    }

    @Test func `It wants to be told of what ends when it can do something about it`() {
        var worker = WorkerBench(concurrency: 60)
        #expect(worker.handle(.started) == ["claim 60"])
        #expect(worker.reply((1...60).map(String.init)).count == 60)
        #expect(worker.state.patience == 1)
        #expect(worker.finish("1") == ["ack 1; claim 1"])
        #expect(worker.state.patience == 16)
        #expect(worker.finish("2") == [])
        #expect(worker.state.patience == 15)
        for id in 3...17 { _ = worker.finish(String(id)) }
        #expect(worker.state.turns == 2)
        #expect(worker.state.patience == .max)
    }

    @Test func `Each end counts while a prefetched message waits for it`() {
        var worker = WorkerBench(concurrency: 1, prefetch: 2)
        #expect(worker.handle(.started) == ["claim 3"])
        #expect(worker.reply(["1", "2", "3"]) == ["run 1"])
        #expect(worker.finish("1") == ["run 2", "ack 1; claim 1"])
        #expect(worker.state.patience == 1)
    }
}
