import Testing

@testable import TaskBroker

@Suite(.timeLimit(.minutes(4)))
struct CancellationBoardTests {
    /// Runs until it is cancelled, and says whether it was.
    private static let untilCancelled: @Sendable () async -> Bool = {
        await Event().wait()
        return Task.isCancelled
    }

    @Test func `A body that is not cancelled returns its value`() async {
        let board = CancellationBoard<Int>()
        let value = await board.run(1, until: board.enter(1)) { "value" }
        #expect(value == "value")
    }

    @Test func `A cancellation reaches the body of its id alone`() async {
        let board = CancellationBoard<Int>()
        let (first, second) = (board.enter(1), board.enter(2))
        let begun = Event()
        async let cancelled = board.run(1, until: first) {
            begun.happen()
            return await Self.untilCancelled()
        }
        async let other = board.run(2, until: second) {
            await begun.wait()
            board.cancel([1, 3])
            return Task.isCancelled
        }
        #expect(await cancelled)
        #expect(await !other)
    }

    @Test func `A cancellation that comes before the body begins is not lost`() async {
        let board = CancellationBoard<Int>()
        let signal = board.enter(1)
        board.cancel([1])
        #expect(await board.run(1, until: signal, Self.untilCancelled))
    }

    @Test func `An id that has ended is forgotten`() async {
        let board = CancellationBoard<Int>()
        _ = await board.run(1, until: board.enter(1)) { 1 }
        board.cancel([1])
        #expect(await board.run(1, until: board.enter(1)) { Task.isCancelled } == false)
    }
}
