import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import RedisClient

@Suite struct EventLoopExecutorTests {
    /// What waits to be woken, and what has happened since.
    private final class Scene: Sendable {
        private let waiters = Mutex<[String: CheckedContinuation<Void, Never>]>([:])
        private let notes = Mutex<[String]>([])

        var waiterCount: Int { self.waiters.withLock { $0.count } }
        var events: [String] { self.notes.withLock { $0 } }

        func note(_ event: String) { self.notes.withLock { $0.append(event) } }

        func wake(_ name: String) { self.waiters.withLock { $0[name] }?.resume() }

        func wait(_ name: String) async {
            await withCheckedContinuation { waiter in self.waiters.withLock { $0[name] = waiter } }
        }
    }

    @Test func `runs what an event wakes before the loop goes on, and later what that wakes`() async {
        let executor = EventLoopExecutor(MultiThreadedEventLoopGroup.singleton.next())
        let scene = Scene()
        await withTaskGroup { group in
            group.addTask(executorPreference: executor) {
                await scene.wait("first")
                scene.note("first")
                scene.wake("second")
                scene.note("first goes on")
            }
            group.addTask(executorPreference: executor) {
                await scene.wait("second")
                scene.note("second")
            }
            while scene.waiterCount < 2 { await Task.yield() }
            executor.eventLoop.execute {
                executor.runWhatWakes {
                    scene.wake("first")
                    scene.note("event")
                }
                scene.note("loop goes on")
            }
        }
        #expect(scene.events == ["event", "first", "first goes on", "loop goes on", "second"])
    }
}
