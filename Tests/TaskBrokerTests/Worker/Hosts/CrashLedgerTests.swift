import Testing

@testable import TaskBroker

struct CrashLedgerTests {
    private var ledger = CrashLedger()

    @Test mutating func `a task that crashes alone three times is given up`() {
        #expect(self.ledger.hostDied(running: [1]).verdicts == [1: .again])
        #expect(self.ledger.isSuspect(1))
        #expect(self.ledger.hostDied(running: [1]).verdicts == [1: .again])
        #expect(self.ledger.hostDied(running: [1]).verdicts == [1: .over(crashes: 3)])
        #expect(!self.ledger.isSuspect(1))
    }

    @Test mutating func `a crash among others counts, and makes suspects of all`() {
        #expect(self.ledger.hostDied(running: [1, 2, 3]).cleared.isEmpty)
        for run in 1...3 { #expect(self.ledger.isSuspect(Int64(run))) }
        // The guilty one is known when it crashes alone, and the others are cleared at once.
        #expect(self.ledger.hostDied(running: [2]).cleared == [1, 3])
        #expect(!self.ledger.isSuspect(1))
        #expect(self.ledger.isSuspect(2))
        let (verdicts, cleared) = self.ledger.hostDied(running: [2])
        #expect(verdicts == [2: .over(crashes: 3)])
        #expect(cleared.isEmpty)
    }

    @Test mutating func `a suspect that ends was innocent, and the others stay suspects`() {
        _ = self.ledger.hostDied(running: [1, 2, 3])
        self.ledger.ended(1)
        #expect(!self.ledger.isSuspect(1))
        #expect(self.ledger.isSuspect(2))
        #expect(self.ledger.hostDied(running: [3]).cleared == [2])
    }

    @Test mutating func `an innocent task survives any number of crashes of its neighbours`() {
        for neighbour in 10..<30 {
            let (verdicts, _) = self.ledger.hostDied(running: [1, Int64(neighbour)])
            #expect(verdicts[1] == .again)
            #expect(self.ledger.hostDied(running: [Int64(neighbour)]).cleared == [1])
            #expect(!self.ledger.isSuspect(1))
        }
    }

    @Test mutating func `two guilty ones of one cohort are both given up`() {
        _ = self.ledger.hostDied(running: [1, 2, 3])
        #expect(self.ledger.hostDied(running: [1]).cleared == [2, 3])
        #expect(self.ledger.hostDied(running: [1]).verdicts == [1: .over(crashes: 3)])
        // The other one crashes again among others, which count it once more.
        _ = self.ledger.hostDied(running: [2, 4])
        #expect(self.ledger.hostDied(running: [2]).verdicts == [2: .over(crashes: 3)])
        #expect(!self.ledger.isSuspect(4))
    }
}
