import TaskBroker
import Testing

struct RouteTests {
    private static let routes: [Route] = [
        .task("images.thumbnail", queue: "fast"),
        .tasks("images.*", queue: "images", priority: 3),
        .tasks(matching: { $0.hasPrefix("math.") }, exchange: "math", routingKey: "math.add"),
        Route { task in task.hasSuffix(".report") ? RouteTarget(queue: "reports", priority: 9) : nil },
        .tasks("*.report", queue: "never"),
    ]

    @Test(arguments: [
        ("images.thumbnail", RouteTarget(queue: "fast")),
        ("images.resize", RouteTarget(queue: "images", priority: 3)),
        ("images.a.b", RouteTarget(queue: "images", priority: 3)),
        ("math.mul", RouteTarget(exchange: "math", routingKey: "math.add")),
        ("weekly.report", RouteTarget(queue: "reports", priority: 9)),
        ("images", nil),
        ("Images.resize", nil),
        ("", nil),
    ])
    func `the first route with a target decides`(task: String, target: RouteTarget?) {
        #expect(Self.routes.lazy.compactMap { $0.target(for: task) }.first == target)
    }

    @Test func `a single name is not a pattern`() {
        let route = Route.task("images.*", queue: "images")
        #expect(route.target(for: "images.resize") == nil)
        #expect(route.target(for: "images.*") == RouteTarget(queue: "images"))
    }
}
