/// Decides where messages go: a pure function from a task's name and the options of a call to a ``Destination``.
///
/// The order of precedence is Celery's. First what the call says, then the first matching ``Route``, then the default
/// queue. A queue with a direct exchange is reached by its name, one with another exchange through that exchange.
package struct Router: Sendable {
    /// The declared queues in order; the default queue if there are none.
    package let queues: [Queue]
    /// The bounds of those that have one, by their names.
    package let bounds: [String: QueueBound]
    /// Whether a call goes the same way as one before it with the same name and options.
    let isFixed: Bool
    private let queuesByName: [String: Queue]
    private let routes: [Route]
    private let defaultQueue: String
    private let createsMissingQueues: Bool

    /// Creates a router.
    ///
    /// - Parameters:
    ///   - queues: Celery's `task_queues`. Of two queues with the same name the later one counts.
    ///   - routes: Celery's `task_routes`.
    ///   - defaultQueue: Celery's `task_default_queue`.
    ///   - createsMissingQueues: Celery's `task_create_missing_queues`: whether a queue that is not declared stands
    ///     for one with a direct exchange and routing key of its own name, or for an error.
    package init(
        queues: [Queue],
        routes: [Route],
        defaultQueue: String = "celery",
        createsMissingQueues: Bool = true
    ) {
        var names: [String] = []
        var queuesByName: [String: Queue] = [:]
        for queue in queues.isEmpty ? [Queue(defaultQueue)] : queues {
            if queuesByName.updateValue(queue, forKey: queue.name) == nil { names.append(queue.name) }
        }
        self.queues = names.compactMap { queuesByName[$0] }
        self.queuesByName = queuesByName
        self.bounds = queuesByName.compactMapValues(\.bound)
        self.isFixed = routes.allSatisfy(\.isFixed)
        self.routes = routes
        self.defaultQueue = defaultQueue
        self.createsMissingQueues = createsMissingQueues
    }
}

// MARK: Route a message

extension Router {
    /// Decides where a message goes, and its priority if anybody set one.
    ///
    /// - Throws: ``RoutingError`` if a name is invalid, the queue unknown and not to be created, or an exchange is
    ///   given without routing key or queue. (Celery sends that to the default queue, or without a routing key.)
    package func destination(
        task: String,
        options: RoutingOptions
    ) throws(RoutingError) -> (destination: Destination, priority: Int?) {
        try WireName.check(task, as: .task)
        let target = self.route(for: task).map(options.completed) ?? options
        let destination = try self.destination(of: target)
        try destination.validate()
        return (destination, target.priority)
    }

    private func route(for task: String) -> RouteTarget? {
        for route in self.routes {
            if let target = route.target(for: task) { return target }
        }
        return nil
    }

    private func destination(of target: RouteTarget) throws(RoutingError) -> Destination {
        // Celery takes an empty exchange or routing key for a missing one.
        let exchange = target.exchange.flatMap { $0.isEmpty ? nil : self.exchange(named: $0) }
        let routingKey = target.routingKey.flatMap { $0.isEmpty ? nil : $0 }
        let queue = try self.queue(of: target, on: exchange)

        switch (queue, exchange, routingKey) {
        case (_, let exchange?, let routingKey?):
            return .exchange(exchange, routingKey: routingKey)
        case (let queue?, _, _) where queue.exchange.kind == .direct:
            return .queue(queue.name)
        case (let queue?, _, _):
            return .exchange(exchange ?? queue.exchange, routingKey: routingKey ?? queue.routingKey)
        case (nil, _, _):
            throw .missingRoutingKey(exchange: target.exchange ?? "")
        }
    }
}

// MARK: Look up

extension Router {
    /// The declared queue of this name, or the one that is created in its place.
    func queue(named name: String) throws(RoutingError) -> Queue {
        if let queue = self.queuesByName[name] { return queue }
        guard self.createsMissingQueues else { throw .queueNotFound(name) }
        return Queue(name)
    }

    private func exchange(named name: String) -> Exchange {
        self.queues.first { $0.exchange.name == name }?.exchange ?? .direct(name)
    }

    /// The queue that a target names; the default queue if it names nothing; no queue for an exchange alone, unless
    /// that is a fanout exchange: there, a declared queue knows the key under which everybody listens.
    private func queue(of target: RouteTarget, on exchange: Exchange?) throws(RoutingError) -> Queue? {
        if let name = target.queue { return try self.queue(named: name) }
        guard let exchange else { return try self.queue(named: self.defaultQueue) }
        return exchange.kind == .fanout ? self.queues.first { $0.exchange == exchange } : nil
    }
}
