import Testing

@testable import TaskBroker

struct HostBacklogTests {
    @Test func `too many calls stop the reading until half of them are answered`() {
        var backlog = HostBacklog()
        let tickets = (0..<HostBacklog.maximumCount).map { _ in backlog.begin(bytes: 1) }
        #expect(backlog.isFull)
        for ticket in tickets.prefix(HostBacklog.maximumCount / 2 - 1) { backlog.end(ticket) }
        #expect(backlog.isFull)
        backlog.end(tickets[HostBacklog.maximumCount - 1])
        #expect(!backlog.isFull)
    }

    @Test func `large calls and large answers stop it, too, a single one that is over the limit included`() {
        var backlog = HostBacklog()
        let call = backlog.begin(bytes: 10)
        #expect(!backlog.isFull)
        backlog.add(2 * HostBacklog.maximumBytes, to: call)
        #expect(backlog.isFull)
        backlog.end(call)
        #expect(!backlog.isFull)
    }

    @Test func `what has ended cannot end again`() {
        var backlog = HostBacklog()
        let call = backlog.begin(bytes: HostBacklog.maximumBytes)
        let other = backlog.begin(bytes: HostBacklog.maximumBytes)
        for _ in 1...3 { backlog.end(call) }
        backlog.add(5, to: call)
        #expect(backlog.isFull)
        backlog.end(other)
        #expect(!backlog.isFull)
    }
}
