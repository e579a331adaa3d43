/// A rule that sends tasks somewhere by their names; Celery's `task_routes`.
///
/// The first route that has a target for a task decides. Put exact names before patterns: Celery, whose routes are a
/// dictionary, looks for exact names first; here the order is the one you see.
///
/// ```swift
/// let routes: [Route] = [
///     .task("images.thumbnail", queue: "fast"),
///     .tasks("images.*", queue: "images"),
///     .tasks(matching: { $0.hasPrefix("math.") }, exchange: "math", routingKey: "math.add"),
///     Route { task in task.hasSuffix(".report") ? RouteTarget(queue: "reports", priority: 9) : nil },
/// ]
/// ```
public struct Route: Sendable {
    private let decide: @Sendable (_ task: String) -> RouteTarget?
    /// Whether a task goes the same way each time; a function may go by the hour.
    let isFixed: Bool

    /// Creates a route from a function that returns where a task goes, or `nil` if it has no opinion.
    ///
    /// It is asked for each call, or for each batch of calls.
    public init(_ decide: @escaping @Sendable (_ task: String) -> RouteTarget?) {
        self.init(isFixed: false, decide)
    }

    private init(isFixed: Bool, _ decide: @escaping @Sendable (_ task: String) -> RouteTarget?) {
        self.isFixed = isFixed
        self.decide = decide
    }

    /// The route of what no other one has decided.
    init(default target: RouteTarget) {
        self.init(isFixed: true) { _ in target }
    }
}

extension Route {
    /// Routes the task of exactly this name.
    public static func task(
        _ name: String,
        queue: String? = nil,
        exchange: String? = nil,
        routingKey: String? = nil,
        priority: Int? = nil
    ) -> Route {
        let target = RouteTarget(queue: queue, exchange: exchange, routingKey: routingKey, priority: priority)
        return Route(isFixed: true) { $0 == name ? target : nil }
    }

    /// Routes the tasks whose names match a glob: `*`, `?`, `[a-z]` and `[!a-z]` as in Python's `fnmatch`.
    ///
    /// A `*` also matches dots: `images.*` covers `images.thumbnail.small`.
    public static func tasks(
        _ glob: String,
        queue: String? = nil,
        exchange: String? = nil,
        routingKey: String? = nil,
        priority: Int? = nil
    ) -> Route {
        let pattern = GlobPattern(glob)
        let target = RouteTarget(queue: queue, exchange: exchange, routingKey: routingKey, priority: priority)
        return Route(isFixed: true) { pattern.matches($0) ? target : nil }
    }

    /// Routes the tasks whose names satisfy a condition.
    public static func tasks(
        matching condition: @escaping @Sendable (_ task: String) -> Bool,
        queue: String? = nil,
        exchange: String? = nil,
        routingKey: String? = nil,
        priority: Int? = nil
    ) -> Route {
        let target = RouteTarget(queue: queue, exchange: exchange, routingKey: routingKey, priority: priority)
        return Route { condition($0) ? target : nil }
    }
}

extension Route {
    /// Where the task goes by this route, or `nil` if the next one shall decide.
    package func target(for task: String) -> RouteTarget? {
        self.decide(task)
    }
}
