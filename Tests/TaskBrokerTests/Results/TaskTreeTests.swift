import CeleryProtocol
import TaskBrokerTesting
import Testing

@testable import TaskBroker

/// Workflows as their results tell them.
@Suite(.timeLimit(.minutes(4)))
struct TaskTreeTests {
    private let tasks = CanvasTasks(.inMemory())

    private func ids(_ tree: TaskTree) -> [String] {
        [tree.id] + tree.children.flatMap(self.ids)
    }

    @Test func `A workflow is found from any of its tasks`() async throws {
        let app = self.tasks.app
        try await withWorker(app) {
            var flow = self.tasks.echo.s(1) | group([self.tasks.add.partial(1), self.tasks.add.partial(2)])
            flow = flow | group([self.tasks.total.partial(), self.tasks.total.partial()])
            let result = try await flow.delay()
            try #expect(await result.get() == [5, 5])
            let last = try #require(result.group?.results.last)
            let tree = try #require(try await TaskTree.read(of: last.id, from: app.backend))
            #expect(tree.info?.value == 1)
            #expect(!tree.isGroup)
            #expect(tree.children.map(\.isGroup) == [true])
            #expect(tree.children[0].children.map(\.info?.value) == [2, 3])
            #expect(self.ids(tree).contains(last.id))
            let member = tree.children[0].children[0]
            let other = try await TaskTree.read(of: member.id, from: app.backend)
            #expect(other?.id == tree.id)
            try #expect(await TaskTree.read(of: "nobody", from: app.backend) == nil)
        }
    }

    @Test func `A circle ends`() async throws {
        let backend = self.tasks.app.backend
        for (id, other) in [("a", "b"), ("b", "a")] {
            let document = ResultDocument(
                status: "SUCCESS",
                result: 1,
                taskID: id,
                children: [ResultNode(id: other).json],
                parentID: other
            )
            try await backend.store([ResultWrite(taskID: id, payload: document.encoded(), expires: nil)])
        }
        let tree = try #require(try await TaskTree.read(of: "a", from: backend))
        #expect(self.ids(tree).count <= 4)
        #expect(Set(self.ids(tree)) == ["a", "b"])
    }
}
