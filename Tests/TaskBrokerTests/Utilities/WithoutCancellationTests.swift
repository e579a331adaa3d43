import Testing

@testable import TaskBroker

struct WithoutCancellationTests {
    @Test func `what is begun in a cancelled task is finished`() async {
        let value = await withTaskGroup(of: String.self) { group in
            group.cancelAll()
            group.addTask {
                #expect(Task.isCancelled)
                return await withoutCancellation {
                    await Task.yield()
                    return Task.isCancelled ? "given up" : "finished"
                }
            }
            return await group.next()
        }
        #expect(value == "finished")
    }
}
