import CeleryProtocol
import Testing

extension CeleryInterop {
    /// 0 is served first and 9 last, in four steps, and within a step in the order of sending.
    struct PriorityTests {
        private static let priorities = [9, 0, 6, 3, 1, 9, 4, 8, 0, 2, 5]
        /// The positions in ``priorities`` in the order of service.
        private static let expected = Self.priorities.indices.sorted {
            (Self.priorities[$0] / 3, $0) < (Self.priorities[$1] / 3, $1)
        }

        @Test(arguments: Direction.allCases)
        func `A filled queue is served by priority`(_ direction: Direction) async throws {
            let fleet = try Fleet.require()
            let queue = unique("priority")
            var ids: [String] = []
            for priority in Self.priorities {
                let call = Call("interop.now").with {
                    $0.queue = queue
                    $0.priority = priority
                }
                ids.append(try await fleet.send(call, direction))
            }
            let starts = try await fleet.withOnlyWorker(direction, queue: queue) {
                var starts: [Double] = []
                for id in ids { starts.append(try #require(await fleet.outcome(of: id).value.doubleValue)) }
                return starts
            }
            #expect(starts.indices.sorted { starts[$0] < starts[$1] } == Self.expected)
        }
    }
}
