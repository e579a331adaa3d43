import Testing

@testable import TaskBroker

struct HostPoolTests {
    private var pool = HostPool(size: 2)

    /// Starts the pool; its hosts are 1 and 2.
    private mutating func open() {
        #expect(self.pool.start() == [.start(1, afterFailures: 0), .start(2, afterFailures: 0)])
        #expect(self.pool.isReady(1) == [])
        #expect(self.pool.isReady(2) == [])
    }

    @Test mutating func `a task goes to the host with the fewest`() {
        self.open()
        #expect(self.pool.place(10, isAlone: false) == [.assign(10, to: 1)])
        #expect(self.pool.place(11, isAlone: false) == [.assign(11, to: 2)])
        #expect(self.pool.place(12, isAlone: false) == [.assign(12, to: 1)])
        #expect(self.pool.ended(11, in: 2) == [])
        #expect(self.pool.place(13, isAlone: false) == [.assign(13, to: 2)])
    }

    @Test mutating func `tasks wait for the first host, and may stop waiting`() {
        _ = self.pool.start()
        #expect(self.pool.place(10, isAlone: false) == [])
        #expect(self.pool.place(11, isAlone: false) == [])
        self.pool.withdraw(10)
        #expect(self.pool.isReady(2) == [.assign(11, to: 2)])
    }

    @Test mutating func `one that must be alone gets an idle host, or another one is started for it`() {
        self.open()
        #expect(self.pool.place(10, isAlone: true) == [.assign(10, to: 1), .start(3, afterFailures: 0)])
        #expect(self.pool.place(11, isAlone: false) == [.assign(11, to: 2)])
        #expect(self.pool.place(12, isAlone: true) == [.start(4, afterFailures: 0)])
        // Nothing joins what is alone.
        #expect(self.pool.place(13, isAlone: false) == [.assign(13, to: 2)])
        #expect(self.pool.isReady(3) == [.assign(12, to: 3)])
        #expect(self.pool.isReady(4) == [])
        #expect(self.pool.place(14, isAlone: false) == [.assign(14, to: 4)])
        // A host that has had company to itself is like any other afterwards.
        #expect(self.pool.ended(12, in: 3) == [])
        #expect(self.pool.place(15, isAlone: false) == [.assign(15, to: 3)])
    }

    @Test mutating func `one that is cleared need not wait for an idle host`() {
        self.open()
        _ = self.pool.place(10, isAlone: false)
        _ = self.pool.place(11, isAlone: false)
        #expect(self.pool.place(12, isAlone: true) == [.start(3, afterFailures: 0)])
        #expect(self.pool.share([12]) == [.assign(12, to: 1)])
        // The host that was started for it is one too many, and goes when it is there.
        #expect(self.pool.isReady(3) == [])
        #expect(self.pool.trim() == [.end(3)])
        #expect(self.pool.died(3) == [])
        #expect(self.pool.failures == 0)
    }

    @Test mutating func `there are no more than so many hosts, whoever must be alone`() {
        self.open()
        let starts = (0..<100).flatMap { self.pool.place($0, isAlone: true) }.filter {
            if case .start = $0 { true } else { false }
        }
        #expect(starts.count == HostPool.maximumExtra)
    }

    @Test mutating func `a host that dies is replaced at once, and later if it was of no use`() {
        self.open()
        _ = self.pool.place(10, isAlone: false)
        #expect(self.pool.died(1) == [.start(3, afterFailures: 0)])
        #expect(self.pool.died(2) == [.start(4, afterFailures: 1)])
        #expect(self.pool.died(3) == [.start(5, afterFailures: 2)])
        #expect(self.pool.isReady(4) == [])
        _ = self.pool.place(11, isAlone: false)
        #expect(self.pool.ended(11, in: 4) == [])
        #expect(self.pool.died(4) == [.start(6, afterFailures: 0)])
    }

    @Test mutating func `after its share of tasks a host is replaced, and ends when they have`() {
        self.pool = HostPool(size: 1, maximumTasks: 2)
        _ = self.pool.start()
        _ = self.pool.isReady(1)
        #expect(self.pool.place(10, isAlone: false) == [.assign(10, to: 1)])
        #expect(self.pool.place(11, isAlone: false) == [.assign(11, to: 1), .start(2, afterFailures: 0)])
        #expect(self.pool.place(12, isAlone: false) == [])
        #expect(self.pool.isReady(2) == [.assign(12, to: 2)])
        #expect(self.pool.ended(10, in: 1) == [])
        #expect(self.pool.ended(11, in: 1) == [.end(1)])
        #expect(self.pool.isEnding(1))
    }

    @Test mutating func `a restart replaces every host when its tasks have ended`() {
        self.open()
        _ = self.pool.place(10, isAlone: false)
        #expect(
            Set(self.pool.retireAll()) == [.start(3, afterFailures: 0), .start(4, afterFailures: 0), .end(2)]
        )
        #expect(self.pool.ended(10, in: 1) == [.end(1)])
    }

    @Test mutating func `once stopped, nothing is started`() {
        self.open()
        self.pool.stop()
        #expect(self.pool.died(1) == [])
    }
}
