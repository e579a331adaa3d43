import TestSupport
import Testing

@testable import TaskBroker

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite struct ExecutorTests {
    @Test func `what prefers the app's executor sends, and gets results, on one thread`() async throws {
        try await WorkerStage.with { stage in
            let add = stage.app.task("add") { (x: Int, y: Int) in x + y }
            try await stage.withWorker { _ in
                let threads = try await withTaskExecutorPreference(stage.app.executor) {
                    var threads = [pthread_self()]
                    for number in 0..<20 {
                        let result = try await add.delay(number, 1)
                        threads.append(pthread_self())
                        #expect(try await result.get() == number + 1)
                        threads.append(pthread_self())
                    }
                    return threads
                }
                #expect(Set(threads).count == 1)
            }
        }
    }
}
