import Testing

@testable import TaskBroker

/// The progress watchdog of `reliability.md` R11, and what it knows.
@Suite struct ProgressWatchTests {
    private let start = ContinuousClock.now

    private func watch(claiming count: Int? = 0) -> ProgressWatch {
        var watch = ProgressWatch(at: self.start)
        if let count { _ = watch.noteClaim(count: count, at: self.start) }
        return watch
    }

    private func second(_ number: Int) -> ContinuousClock.Instant { self.start + .seconds(number) }

    @Test func `doubts its connections when work lies there beside free slots for half a minute`() {
        var watch = self.watch()
        let doubts = (0...60).filter { watch.look(hasWork: true, hasRoom: true, at: self.second($0)) }
        // Not each second from then on.
        #expect(doubts == [30, 60])
        #expect(
            watch.reasons(outage: nil, at: self.second(60)).map { [$0.name, "\($0.duration)"] } == [
                ["stalled", "60.0 seconds"]
            ]
        )
        _ = watch.noteClaim(count: 1, at: self.second(61))
        #expect(watch.reasons(outage: nil, at: self.second(61)).isEmpty)
    }

    @Test func `doubts its connections when a look at the lists never comes back`() {
        var watch = self.watch()
        _ = watch.look(hasWork: false, hasRoom: true, at: self.second(5))
        let doubts = (5...70).filter { watch.lookIsOverdue(at: self.second($0)) }
        #expect(doubts == [35, 65])
        #expect(watch.reasons(outage: nil, at: self.second(65)).map(\.name) == ["stalled"])
        _ = watch.look(hasWork: false, hasRoom: true, at: self.second(66))
        #expect(watch.reasons(outage: nil, at: self.second(66)).isEmpty)
    }

    @Test(arguments: [(true, false), (false, true), (false, false)])
    func `is content without work, and without room for it`(hasWork: Bool, hasRoom: Bool) {
        var watch = self.watch()
        for number in 0..<100 {
            // Just before the half minute is over, and then again.
            let isContent = number % 30 == 29
            let isDoubtful = watch.look(
                hasWork: isContent ? hasWork : true,
                hasRoom: isContent ? hasRoom : true,
                at: self.second(number)
            )
            #expect(!isDoubtful)
        }
    }

    @Test func `does not doubt the connections of a broker that says why it gives nothing`() {
        var watch = self.watch()
        for number in 0..<100 {
            watch.noteFailure("MISCONF", at: self.second(number))
            let isDoubtful = watch.look(hasWork: true, hasRoom: true, at: self.second(number))
            #expect(!isDoubtful)
        }
        let reasons = watch.reasons(outage: nil, at: self.second(100))
        #expect(reasons == [.init(name: "broker", message: "MISCONF", duration: .seconds(100))])
        let outage = watch.noteClaim(count: 0, at: self.second(100))
        #expect(outage == .seconds(100))
        #expect(watch.reasons(outage: nil, at: self.second(100)).isEmpty)
    }

    @Test func `doubts its connections again when the call after a failure gets lost`() {
        var watch = self.watch()
        watch.noteFailure("the connection was replaced", at: self.second(10))
        let doubts = (0...90).filter { watch.look(hasWork: true, hasRoom: true, at: self.second($0)) }
        #expect(doubts == [40, 70])
    }

    @Test func `is not ready before the first claim, without a connection, and at the end`() {
        #expect(self.watch(claiming: nil).reasons(outage: nil, at: self.start).map(\.name) == ["starting"])
        var watch = self.watch()
        #expect(watch.reasons(outage: "refused", at: self.start).map(\.message) == ["refused"])
        watch.note(.draining, at: self.start)
        #expect(watch.reasons(outage: nil, at: self.second(2)).map(\.name) == ["stopping"])
        watch.note(.ended, at: self.second(2))
        #expect(watch.reasons(outage: nil, at: self.second(2)).map(\.name) == ["stopped"])
        #expect(!watch.isLive(at: self.second(2)))
    }

    @Test func `lives while its loop turns, and gives up what new connections do not cure`() {
        var watch = self.watch()
        #expect(watch.isLive(at: self.second(59)))
        #expect(!watch.isLive(at: self.second(60)))
        for number in 0..<300 {
            _ = watch.look(hasWork: true, hasRoom: true, at: self.second(number))
            #expect(watch.isLive(at: self.second(number)))
        }
        _ = watch.look(hasWork: true, hasRoom: true, at: self.second(300))
        #expect(!watch.isLive(at: self.second(300)))
    }
}
