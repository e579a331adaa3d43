import TaskBroker
import Testing

@testable import TaskBrokerCLI

struct CommandWatchTests {
    @Test func `without limits, nothing is ever sent`() {
        var watch = CommandWatch(TimeLimits())
        #expect(watch.deadline == nil)
        #expect(watch.signal(at: .seconds(1_000_000)) == nil)
        #expect(watch.reason == nil)
    }

    @Test func `the soft limit asks once, the hard one kills`() {
        var watch = CommandWatch(TimeLimits(soft: .seconds(1), hard: .seconds(3)))
        #expect(watch.deadline == .seconds(1))
        #expect(watch.signal(at: .milliseconds(999)) == nil)
        #expect(watch.signal(at: .seconds(1)) == .terminate)
        #expect(watch.signal(at: .seconds(2)) == nil)
        #expect(watch.reason == .softLimit)
        #expect(watch.deadline == .seconds(3))
        #expect(watch.signal(at: .seconds(3)) == .kill)
        #expect(watch.reason == .hardLimit)
        #expect(watch.deadline == nil)
        #expect(watch.signal(at: .seconds(4)) == nil)
    }

    @Test func `who is late for the soft limit meets the hard one`() {
        var watch = CommandWatch(TimeLimits(soft: .seconds(1), hard: .seconds(3)))
        #expect(watch.signal(at: .seconds(5)) == .kill)
        #expect(watch.reason == .hardLimit)
    }

    @Test func `a cancelled command has a grace period, if its hard limit leaves it one`() {
        var watch = CommandWatch(TimeLimits(hard: .seconds(100)))
        #expect(watch.cancel(at: .seconds(10)) == .terminate)
        #expect(watch.cancel(at: .seconds(11)) == nil)
        #expect(watch.deadline == .seconds(10) + CommandWatch.grace)
        #expect(watch.signal(at: .seconds(10) + CommandWatch.grace) == .kill)
        #expect(watch.reason == .cancelled)

        var late = CommandWatch(TimeLimits(soft: .seconds(5), hard: .seconds(11)))
        #expect(late.signal(at: .seconds(5)) == .terminate)
        #expect(late.cancel(at: .seconds(10)) == .terminate)
        #expect(late.signal(at: .seconds(11)) == .kill)
        #expect(late.reason == .cancelled)
    }

    @Test func `too much output kills at once`() {
        var watch = CommandWatch(TimeLimits(hard: .seconds(100)))
        #expect(watch.overflow() == .kill)
        #expect(watch.overflow() == nil)
        #expect(watch.cancel(at: .zero) == nil)
        #expect(watch.reason == .tooMuchOutput)
    }
}
